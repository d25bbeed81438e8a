# SPDX-License-Identifier: LGPL-3.0-or-later
"""Limits, texts and defaults in annotations: Annotated[int, "how many", Ge(1)], pydantic's Field() and constr()."""

import re
from typing import Any, Iterable, Iterator, List, Optional, Tuple

from dragonscales._types.base import Schema, Shape, misfit
from dragonscales._types.patterns import in_schema

# How annotated_types and pydantic call them, and the keyword that says it in a schema of a number, text and list.
_OF_NUMBERS = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
}
_OF_TEXTS = {"min_length": "minLength", "max_length": "maxLength", "pattern": "pattern", "regex": "pattern"}
_OF_LISTS = {"min_length": "minItems", "max_length": "maxItems", "min_items": "minItems", "max_items": "maxItems"}
_BY_TYPE = {"integer": _OF_NUMBERS, "number": _OF_NUMBERS, "string": _OF_TEXTS, "array": _OF_LISTS}


class Limited(Shape):
    """A shape with limits and texts. The service checks the limits, but for patterns that a schema cannot have."""

    is_any = False

    def __init__(self, shape: Shape, extra: Iterable[Any]) -> None:
        self._shape = shape
        self._extra = list(extra)
        self._checks = _left_out(shape, self._extra)
        self.exact = None if self._checks else shape.exact
        self.is_any = shape.is_any

    def convert(self, value: Any, place: str) -> Any:
        made = self._shape.convert(value, place)
        for text, fits in self._checks:
            if isinstance(made, str) and not fits(made):
                raise misfit(place, value, f"a text that matches the regular expression {text}")
        return made

    def schema(self) -> Schema:
        schema = self._shape.schema()
        for each in self._extra:
            add_to(schema, each)
        return schema


def add_to(schema: Schema, extra: Any) -> None:
    if isinstance(extra, str):
        schema["description"] = extra
        return
    for part in _parts(extra):
        _add_limits(schema, part)
    for word in ("title", "description"):
        text = getattr(extra, word, None)
        if isinstance(text, str) and text:
            schema[word] = text
    documentation = getattr(extra, "documentation", None)  # typing's Doc
    if isinstance(documentation, str):
        schema["description"] = documentation


def _parts(extra: Any) -> Tuple[Any, ...]:
    return (extra, *(getattr(extra, "metadata", None) or ()))


def _kinds(schema: Schema) -> List[str]:
    kinds = schema.get("type") or []
    return [kinds] if isinstance(kinds, str) else kinds


def _left_out(shape: Shape, extras: List[Any]) -> List[Tuple[str, Any]]:
    found = [each for extra in extras for part in _parts(extra) for each in _patterns(part)]
    left = [(name, limit) for name, limit in found if in_schema(limit) is None]
    if not left or "string" not in _kinds(shape.schema()):
        return []
    compiled = [(name, re.compile(limit)) for name, limit in left]
    # As pydantic has it: a "regex" fits from the beginning on.
    return [(each.pattern, each.match if name == "regex" else each.search) for name, each in compiled]


def _patterns(part: Any) -> Iterator[Tuple[str, Any]]:
    for name in ("pattern", "regex"):
        limit = None if isinstance(part, str) else getattr(part, name, None)
        if isinstance(getattr(limit, "pattern", limit), str):
            yield name, limit


def _add_limits(schema: Schema, part: Any) -> None:
    for kind in _kinds(schema):
        for name, keyword in _BY_TYPE.get(kind, {}).items():
            value = getattr(part, name, None)
            if keyword == "pattern":
                value = next((in_schema(limit) for own, limit in _patterns(part) if own == name), None)
            if isinstance(value, (int, float, str)) and not isinstance(value, bool):
                schema[keyword] = value


def is_field(value: Any) -> bool:
    """Whether it is what pydantic's Field() makes."""
    return type(value).__name__ == "FieldInfo" and hasattr(value, "default")


def default_of_field(field: Any, missing: Any) -> Any:
    factory: Optional[Any] = getattr(field, "default_factory", None)
    if factory is not None:
        return factory()
    default = field.default
    is_none = default is ... or type(default).__name__ in ("UndefinedType", "PydanticUndefinedType")
    return missing if is_none else default
