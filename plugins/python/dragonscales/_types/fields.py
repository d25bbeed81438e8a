# SPDX-License-Identifier: LGPL-3.0-or-later
"""The declared fields of a class: those with an annotation, its bases' included."""

import copy
from typing import Any, ClassVar, Dict, List

from dragonscales._types.annotations import shape_of
from dragonscales._types.base import Misfit, Schema
from dragonscales._types.hints import hints_of
from dragonscales._types.limits import default_of_field, is_field
from dragonscales._types.records import Member, default_schema, object_schema

_MISSING = object()


class Fields:
    _known: Dict[type, "Fields"] = {}

    def __init__(self, cls: type) -> None:
        self.members: List[Member] = []
        self.defaults: Dict[str, Any] = {}
        for name, hint in hints_of(cls).items():
            if not name.startswith("_") and getattr(hint, "__origin__", hint) is not ClassVar:
                self._add(cls, name, hint)

    @classmethod
    def of(cls, kind: type) -> "Fields":
        if kind not in cls._known:
            cls._known[kind] = cls(kind)
        return cls._known[kind]

    def schema(self) -> Schema:
        return object_schema(self.members)

    def checked(self, given: Dict[str, Any]) -> Dict[str, Any]:
        """All values: converted where declared, defaults where none is given, and what is not declared as it is."""
        made = dict(given)
        for member in self.members:
            if member.name in given:
                made[member.name] = member.shape.convert(given[member.name], member.name)
            elif member.required:
                raise Misfit(f"{member.name} is missing")
            else:
                made[member.name] = copy.deepcopy(self.defaults[member.name])
        return made

    def _add(self, cls: type, name: str, hint: Any) -> None:
        default, field = _default_of(cls, name)
        required = default is _MISSING
        if not required:
            self.defaults[name] = default
        shape = shape_of(hint, field, optional=default is None)
        self.members.append(Member(name, shape, required, {} if required else default_schema(default)))


def _default_of(cls: type, name: str) -> Any:
    """The default, and pydantic's Field() where there is one."""
    first: Any = getattr(cls, "__fields__", {}).get(name)
    if hasattr(first, "field_info"):  # version 1 takes defaults out of the class
        optional = not first.required
        return (first.get_default() if optional else _MISSING), first.field_info
    default = getattr(cls, name, _MISSING)
    if is_field(default):
        return default_of_field(default, _MISSING), default
    return default, None
