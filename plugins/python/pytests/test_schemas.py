# SPDX-License-Identifier: LGPL-3.0-or-later
import collections
import dataclasses
import datetime
import decimal
import enum
import pathlib
import re
import sys
import typing
import uuid
from typing import (
    Annotated,
    Any,
    Dict,
    List,
    Literal,
    NamedTuple,
    NewType,
    Optional,
    Sequence,
    Set,
    Tuple,
    TypedDict,
    TypeVar,
    Union,
)

import pytest
from dragonscales._types.annotations import shape_of
from dragonscales._types.signature import Signature

STRING = {"type": "string"}
INTEGER = {"type": "integer"}
NULL = {"type": "null"}


class Color(enum.Enum):
    RED = "red"
    BLUE = 2


class Word(str, enum.Enum):
    A = "a"


class Deep(enum.Enum):
    A = (1, 2)


@dataclasses.dataclass
class Point:
    x: int
    y: Optional["Point"] = None
    tags: List[str] = dataclasses.field(default_factory=list)
    made: int = dataclasses.field(default=0, init=False)


class Movie(TypedDict, total=False):
    name: str


class Pair(NamedTuple):
    a: int
    b: str


class Limit:
    def __init__(self, **limits):
        vars(self).update(limits)


Name = NewType("Name", str)
T = TypeVar("T", bound=int)

ANNOTATIONS = [
    (Any, {}),
    (object, {}),
    (int, INTEGER),
    (float, {"type": "number"}),
    (str, STRING),
    (bool, {"type": "boolean"}),
    (bytes, STRING),
    (None, NULL),
    (dict, {"type": "object"}),
    (list, {"type": "array"}),
    (tuple, {"type": "array"}),
    (set, {"type": "array"}),
    (List, {"type": "array"}),
    (Dict, {"type": "object"}),
    (List[int], {"type": "array", "items": INTEGER}),
    (list[int], {"type": "array", "items": INTEGER}),
    (List[Any], {"type": "array"}),
    (Sequence[str], {"type": "array", "items": STRING}),
    (Set[str], {"type": "array", "items": STRING}),
    (collections.deque, {"type": "array"}),
    (Dict[str, int], {"type": "object", "additionalProperties": INTEGER}),
    (Dict[str, Any], {"type": "object"}),
    (typing.Mapping[str, str], {"type": "object", "additionalProperties": STRING}),
    (Tuple[int, str], {"type": "array", "minItems": 2, "maxItems": 2, "items": [INTEGER, STRING]}),
    (Tuple[int, ...], {"type": "array", "items": INTEGER}),
    (Tuple[()], {"type": "array", "minItems": 0, "maxItems": 0}),
    (Optional[int], {"type": ["integer", "null"]}),
    (Optional[Any], {}),
    (Optional[Color], {"anyOf": [{"enum": ["red", 2]}, NULL]}),
    (Union[int, str], {"anyOf": [INTEGER, STRING]}),
    (Union[int, str, None], {"anyOf": [INTEGER, STRING, NULL]}),
    (Union[int, Any], {}),
    (Literal["a", "b"], {"enum": ["a", "b"]}),
    (Literal[3], {"const": 3}),
    (Literal[Color.RED, None], {"enum": ["red", None]}),
    (Color, {"enum": ["red", 2]}),
    (Word, {"const": "a"}),
    (Deep, {}),
    (datetime.datetime, STRING),
    (datetime.date, STRING),
    (datetime.time, STRING),
    (datetime.timedelta, {"anyOf": [{"type": "number"}, STRING]}),
    (uuid.UUID, STRING),
    (decimal.Decimal, {"type": "string", "format": "decimal"}),
    (pathlib.Path, {"type": "string", "format": "path"}),
    (re.Pattern, STRING),
    (Movie, {"type": "object", "properties": {"name": STRING}}),
    (
        Point,
        {
            "type": "object",
            "properties": {"x": INTEGER, "y": {"default": None}, "tags": {"type": "array", "items": STRING}},
            "required": ["x"],
        },
    ),
    (Pair, {"type": "array", "minItems": 2, "maxItems": 2, "items": [INTEGER, STRING]}),
    (Name, STRING),
    (T, INTEGER),
    (typing.Callable[[], int], {}),
    (Annotated[int, "how many"], {"type": "integer", "description": "how many"}),
    (Annotated[int, Limit(ge=1), Limit(lt=9)], {"type": "integer", "minimum": 1, "exclusiveMaximum": 9}),
    (Annotated[float, Limit(gt=0.5, le=2)], {"type": "number", "exclusiveMinimum": 0.5, "maximum": 2}),
    (Annotated[str, Limit(min_length=1, max_length=5)], {"type": "string", "minLength": 1, "maxLength": 5}),
    (Annotated[str, Limit(pattern="^a")], {"type": "string", "pattern": "^a"}),
    (Annotated[str, Limit(regex=re.compile("^a"))], {"type": "string", "pattern": "^a"}),
    (Annotated[List[int], Limit(max_length=5)], {"type": "array", "items": INTEGER, "maxItems": 5}),
    (Annotated[Optional[int], Limit(ge=1)], {"type": ["integer", "null"], "minimum": 1}),
    (List[Annotated[int, Limit(ge=1)]], {"type": "array", "items": {"type": "integer", "minimum": 1}}),
]


@pytest.mark.parametrize(("hint", "schema"), ANNOTATIONS, ids=lambda value: str(value)[:40])
def test_schema_of_annotation(hint, schema):
    assert shape_of(hint).schema() == schema


@pytest.mark.skipif(sys.version_info < (3, 10), reason="new in Python 3.10")
def test_schema_of_a_union_with_a_bar():
    assert shape_of(int | None).schema() == {"type": ["integer", "null"]}
    assert shape_of(int | str).schema() == {"anyOf": [INTEGER, STRING]}


def test_null_as_default_makes_null_fit():
    assert shape_of(int, optional=True).schema() == {"type": ["integer", "null"]}


def of(method):
    signature = Signature(method, skip=0)
    return {name: shape.schema() for name, shape in signature.shapes}


def test_annotations_as_texts_and_those_that_cannot_be_resolved():
    def run(a: "int", b: "Optional[Nowhere]", c: "List[Color]", d=1, *e, **f): ...

    assert of(run) == {
        "a": INTEGER,
        "b": {},
        "c": {"type": "array", "items": {"enum": ["red", 2]}},
        "d": {},
    }
    signature = Signature(run, skip=0)
    assert signature.takes_all
    assert signature.defaults == {"d": 1}


def test_method_of_an_instance_shows_no_self():
    class Thing:
        def run(self, result, a): ...

    assert Signature(Thing().run, skip=1).names == ["a"]


def test_decorated_method_shows_its_own_parameters():
    import functools

    def run(a: int): ...

    @functools.wraps(run)
    def wrapper(*args, **kwargs): ...

    assert of(wrapper) == {"a": INTEGER}
