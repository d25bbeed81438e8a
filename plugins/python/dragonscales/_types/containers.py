# SPDX-License-Identifier: LGPL-3.0-or-later
"""Lists, dicts and what is made from them."""

from typing import Any, Callable, Dict, Optional, Sequence

from dragonscales._types.base import Schema, Shape, misfit


class ListShape(Shape):
    """Also tuples of any length, sets and deques: JSON has one kind of list."""

    is_any = False

    def __init__(self, item: Shape, make: Callable[[Any], Any]) -> None:
        self._item = item
        self._make = make
        self.exact = list if make is list and item.is_any else None

    def schema(self) -> Schema:
        item = self._item.schema()
        return {"type": "array", "items": item} if item else {"type": "array"}

    def convert(self, value: Any, place: str) -> Any:
        if not isinstance(value, (list, tuple, set, frozenset)):
            raise misfit(place, value, "a list")
        convert = self._item.convert
        try:
            return self._make(convert(each, f"{place}[{i}]") for i, each in enumerate(value))
        except TypeError:  # a set of lists
            raise misfit(place, value, "a list of values that can be in a set") from None


class TupleShape(Shape):
    is_any = False

    def __init__(self, items: Sequence[Shape], make: Callable[..., Any] = lambda *items: items) -> None:
        self._items = items
        self._make = make

    def schema(self) -> Schema:
        count = len(self._items)
        schema: Schema = {"type": "array", "minItems": count, "maxItems": count}
        if count:
            schema["items"] = [item.schema() for item in self._items]
        return schema

    def convert(self, value: Any, place: str) -> Any:
        if not isinstance(value, (list, tuple)) or len(value) != len(self._items):
            raise misfit(place, value, f"a list of {len(self._items)} values")
        pairs = enumerate(zip(self._items, value))
        return self._make(*[item.convert(each, f"{place}[{i}]") for i, (item, each) in pairs])


class DictShape(Shape):
    is_any = False

    def __init__(self, key: Optional[Shape], value: Shape, make: Callable[[Any], Any]) -> None:
        self._key = key  # None: texts, as JSON has them
        self._value = value
        self._make = make
        self.exact = dict if make is dict and key is None and value.is_any else None

    def schema(self) -> Schema:
        value = self._value.schema()
        return {"type": "object", "additionalProperties": value} if value else {"type": "object"}

    def convert(self, value: Any, place: str) -> Any:
        if not isinstance(value, dict):
            raise misfit(place, value, "an object")
        made: Dict[Any, Any] = {}
        for name, each in value.items():
            key = self._key.convert(name, f"a key of {place}") if self._key else name
            made[key] = self._value.convert(each, f'{place}["{name}"]')
        return self._make(made)
