# SPDX-License-Identifier: LGPL-3.0-or-later
"""One of several shapes, or one of several values."""

import enum
from typing import Any, List, Sequence

from dragonscales._types.base import Misfit, Schema, Shape, misfit

_NULL: Schema = {"type": "null"}


class OptionalShape(Shape):
    is_any = False

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self.exact = shape.exact

    def schema(self) -> Schema:
        return nullable(self._shape.schema())

    def convert(self, value: Any, place: str) -> Any:
        return None if value is None else self._shape.convert(value, place)


class UnionShape(Shape):
    """The first branch that fits, as pydantic 1 does it."""

    is_any = False

    def __init__(self, branches: Sequence[Shape]) -> None:
        self._branches = branches

    def schema(self) -> Schema:
        schemas = [branch.schema() for branch in self._branches]
        return {} if {} in schemas else {"anyOf": schemas}

    def convert(self, value: Any, place: str) -> Any:
        reasons = []
        for branch in self._branches:
            try:
                return branch.convert(value, place)
            except Misfit as reason:
                reasons.append(str(reason))
        raise Misfit("; ".join(reasons))


class LiteralShape(Shape):
    is_any = False

    def __init__(self, values: Sequence[Any]) -> None:
        self._values = {(type(plain(each)), plain(each)): each for each in values}

    def schema(self) -> Schema:
        return values_schema([value for _, value in self._values])

    def convert(self, value: Any, place: str) -> Any:
        try:
            return self._values[type(value), value]
        except (KeyError, TypeError):
            pass
        for each in self._values.values():
            if value == each or value == plain(each):
                return each
        raise misfit(place, value, "one of " + ", ".join(repr(plain(each)) for each in self._values.values()))


class EnumShape(Shape):
    is_any = False

    def __init__(self, kind: Any) -> None:
        self._kind = kind

    def schema(self) -> Schema:
        return values_schema([member.value for member in self._kind])

    def convert(self, value: Any, place: str) -> Any:
        if isinstance(value, self._kind):
            return value
        try:
            return self._kind(value)
        except ValueError:
            raise misfit(place, value, "one of " + ", ".join(repr(each.value) for each in self._kind)) from None


def plain(value: Any) -> Any:
    return value.value if isinstance(value, enum.Enum) else value


def values_schema(values: List[Any]) -> Schema:
    if not all(value is None or isinstance(value, (str, int, float, bool)) for value in values):
        return {}
    return {"const": values[0]} if len(values) == 1 else {"enum": values}


def nullable(schema: Schema) -> Schema:
    if not schema or schema == _NULL:
        return schema
    kind = schema.get("type")
    if isinstance(kind, str):
        return {**schema, "type": [kind, "null"]}
    if set(schema) == {"anyOf"}:
        return {"anyOf": [*schema["anyOf"], _NULL]} if _NULL not in schema["anyOf"] else schema
    return {"anyOf": [schema, _NULL]}
