# SPDX-License-Identifier: LGPL-3.0-or-later
"""From an annotation to its shape."""

import collections
import collections.abc
import dataclasses
import enum
import typing
from typing import Any, Callable, Dict, Optional, Union

from dragonscales._types import limits, models, records
from dragonscales._types.base import ANY, Shape
from dragonscales._types.containers import DictShape, ListShape, TupleShape
from dragonscales._types.hints import hints_of
from dragonscales._types.scalars import scalar
from dragonscales._types.unions import EnumShape, LiteralShape, OptionalShape, UnionShape

_NONE = type(None)
_LISTS: Dict[Any, Callable[[Any], Any]] = {
    list: list,
    set: set,
    frozenset: frozenset,
    collections.deque: collections.deque,
    collections.abc.Sequence: list,
    collections.abc.MutableSequence: list,
    collections.abc.Collection: list,
    collections.abc.Iterable: list,
    collections.abc.Set: set,
    collections.abc.MutableSet: set,
}
_DICTS: Dict[Any, Callable[[Any], Any]] = {
    dict: dict,
    collections.OrderedDict: collections.OrderedDict,
    collections.abc.Mapping: dict,
    collections.abc.MutableMapping: dict,
}
# What wraps a type without changing what its values are.
_WRAPPERS = {"Final", "ClassVar", "Required", "NotRequired", "ReadOnly", "Unpack"}


def shape_of(hint: Any, field: Any = None, optional: bool = False) -> Shape:
    """The shape of an annotation, with what pydantic's Field() adds; optional: null fits as well."""
    shape = _Builder().shape(hint)
    if field is not None:
        shape = limits.Limited(shape, [field])
    if optional and not shape.is_any and not isinstance(shape, OptionalShape):
        shape = OptionalShape(shape)
    return shape


class _Builder:
    def __init__(self) -> None:
        self._above: Dict[int, Any] = {}

    def shape(self, hint: Any) -> Shape:
        """A type that holds itself ends in anything."""
        if id(hint) in self._above:
            return ANY
        self._above[id(hint)] = hint
        try:
            return self._made(hint)
        finally:
            del self._above[id(hint)]

    def _made(self, hint: Any) -> Shape:
        hint = _unwrapped(hint)
        if hint is None:
            hint = _NONE
        if hasattr(hint, "__metadata__"):  # Annotated
            return limits.Limited(self.shape(hint.__origin__), hint.__metadata__)
        known = scalar(hint)
        if known is not None:
            return known
        origin = typing.get_origin(hint)
        return self._generic(hint, origin) if origin is not None else self._plain(hint)

    def _generic(self, hint: Any, origin: Any) -> Shape:
        arguments = typing.get_args(hint)
        if origin is Union or getattr(origin, "__name__", "") in ("UnionType", "Union"):
            return self._union(arguments)
        if origin is typing.Literal:
            return LiteralShape(arguments)
        if origin is tuple:
            return self._tuple(arguments)
        if origin in _LISTS:
            return ListShape(self._argument(arguments, 0), _LISTS[origin])
        if origin in _DICTS:
            return self._dict(arguments, _DICTS[origin])
        model = models.model_shape(hint) or self._plain(origin)
        return model

    def _plain(self, kind: Any) -> Shape:
        if kind is tuple:
            return ListShape(ANY, tuple)
        if _is_in(kind, _LISTS):
            return ListShape(ANY, _LISTS[kind])
        if _is_in(kind, _DICTS):
            return DictShape(None, ANY, _DICTS[kind])
        if not isinstance(kind, type):
            return self._bound(kind)
        if issubclass(kind, enum.Enum):
            return EnumShape(kind)
        return self._record(kind) or models.model_shape(kind) or self._derived(kind) or ANY

    def _record(self, kind: Any) -> Optional[Shape]:
        if dataclasses.is_dataclass(kind):
            return records.dataclass_shape(kind, hints_of(kind), self.shape)
        if issubclass(kind, dict) and hasattr(kind, "__total__"):
            return records.typed_dict_shape(kind, hints_of(kind), self.shape)
        if issubclass(kind, tuple) and hasattr(kind, "_fields"):
            hints = hints_of(kind)
            return TupleShape([self.shape(hints.get(name, Any)) for name in kind._fields], kind)
        return None

    # A text or number with limits, as pydantic's constr() and conint() make them.
    def _derived(self, kind: Any) -> Optional[Shape]:
        for base in (int, float, str):
            if issubclass(kind, base) and any(hasattr(kind, name) for name in ("ge", "min_length")):
                known = scalar(base)
                return limits.Limited(known, [kind]) if known else None
        return None

    def _bound(self, hint: Any) -> Shape:
        if hasattr(hint, "__supertype__"):  # NewType
            return self.shape(hint.__supertype__)
        if isinstance(hint, typing.TypeVar):
            return self._union(hint.__constraints__) if hint.__constraints__ else self.shape(hint.__bound__ or Any)
        if type(hint).__name__ == "TypeAliasType":
            return self.shape(hint.__value__)
        return ANY

    def _union(self, arguments: Any) -> Shape:
        kinds = [each for each in arguments if each is not _NONE]
        shape = self.shape(kinds[0]) if len(kinds) == 1 else UnionShape([self.shape(each) for each in kinds])
        return OptionalShape(shape) if len(kinds) < len(arguments) and not shape.is_any else shape

    def _tuple(self, arguments: Any) -> Shape:
        if len(arguments) == 2 and arguments[1] is ...:
            return ListShape(self.shape(arguments[0]), tuple)
        return TupleShape([self.shape(each) for each in arguments if each != ()])

    def _dict(self, arguments: Any, make: Callable[[Any], Any]) -> Shape:
        key = self._argument(arguments, 0)
        return DictShape(None if key.is_any or key.exact is str else key, self._argument(arguments, 1), make)

    def _argument(self, arguments: Any, i: int) -> Shape:
        if i >= len(arguments) or isinstance(arguments[i], typing.TypeVar):
            return ANY
        return self.shape(arguments[i])


def _unwrapped(hint: Any) -> Any:
    while getattr(typing.get_origin(hint), "_name", "") in _WRAPPERS:
        hint = typing.get_args(hint)[0]
    return hint


def _is_in(kind: Any, table: Dict[Any, Any]) -> bool:
    try:
        return kind in table
    except TypeError:
        return False
