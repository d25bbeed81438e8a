# SPDX-License-Identifier: LGPL-3.0-or-later
"""Objects with named members: dataclasses, typed dicts, named tuples."""

import dataclasses
from typing import Any, Callable, Dict, List, NamedTuple

from dragonscales._types.base import Misfit, Schema, Shape, misfit


class Member(NamedTuple):
    name: str
    shape: Shape
    required: bool
    extra: Schema  # default, description


class RecordShape(Shape):
    is_any = False

    def __init__(self, members: List[Member], make: Callable[[Dict[str, Any]], Any], kind: Any = None) -> None:
        self.members = members
        self._make = make
        self._kind = kind

    def schema(self) -> Schema:
        return object_schema(self.members)

    def convert(self, value: Any, place: str) -> Any:
        if self._kind is not None and isinstance(value, self._kind):
            return value
        if not isinstance(value, dict):
            raise misfit(place, value, "an object")
        made = {}
        for member in self.members:
            if member.name in value:
                made[member.name] = member.shape.convert(value[member.name], f"{place}.{member.name}")
            elif member.required:
                raise Misfit(f"{place}.{member.name} is missing")
        try:
            return self._make(made)
        except (TypeError, ValueError) as error:  # of __post_init__
            raise Misfit(f"{place} does not fit: {error}") from None


def object_schema(members: List[Member]) -> Schema:
    schema: Schema = {
        "type": "object",
        "properties": {member.name: {**member.shape.schema(), **member.extra} for member in members},
    }
    required = [member.name for member in members if member.required]
    if required:
        schema["required"] = required
    return schema


def dataclass_shape(kind: Any, hints: Dict[str, Any], shape_of: Callable[[Any], Shape]) -> Shape:
    members = []
    for field in dataclasses.fields(kind):
        if not field.init:
            continue
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        extra = {} if field.default is dataclasses.MISSING else default_schema(field.default)
        members.append(Member(field.name, shape_of(hints.get(field.name, Any)), required, extra))
    return RecordShape(members, lambda values: kind(**values), kind)


def typed_dict_shape(kind: Any, hints: Dict[str, Any], shape_of: Callable[[Any], Shape]) -> Shape:
    required = getattr(kind, "__required_keys__", frozenset(hints))
    return RecordShape([Member(name, shape_of(hint), name in required, {}) for name, hint in hints.items()], dict)


def default_schema(value: Any) -> Schema:
    """{"default": …} where the value is one of JSON's; the parameter has a default all the same."""
    import json

    from dragonscales._json.text import dumps

    try:
        return {"default": json.loads(dumps(value, "default"))}
    except ValueError:
        return {}
