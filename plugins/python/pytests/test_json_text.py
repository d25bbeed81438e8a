# SPDX-License-Identifier: LGPL-3.0-or-later
import collections
import dataclasses
import datetime
import decimal
import enum
import json
import pathlib
import types
import uuid

import pydantic
import pytest
from dragonscales import File
from dragonscales._json.text import dumps
from dragonscales._json.values import NoJson


class Color(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


class Word(str, enum.Enum):
    A = "a"


@dataclasses.dataclass
class Point:
    x: int
    when: object = None


class Model(pydantic.BaseModel):
    when: datetime.date
    nested: list = []


Pair = collections.namedtuple("Pair", "a b")
DAY = datetime.date(2026, 1, 31)
NOON = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.timezone.utc)

VALUES = [
    (None, "null"),
    (True, "true"),
    (10**40, "1" + "0" * 40),
    (0.1, "0.1"),
    ("ä😀", '"ä😀"'),
    ([1, (2, 3)], "[1,[2,3]]"),
    ({"b": 1, "a": 2}, '{"b":1,"a":2}'),
    ({0: 1, None: 2, True: 3, 1.5: 4}, '{"0":1,"null":2,"true":3,"1.5":4}'),
    (DAY, '"2026-01-31"'),
    (datetime.time(12, 30), '"12:30:00"'),
    (NOON, '"2026-01-31T12:00:00+00:00"'),
    (datetime.timedelta(minutes=1.5), "90.0"),
    (uuid.UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
    (decimal.Decimal("3"), "3"),
    (decimal.Decimal("3.10"), "3.1"),
    (decimal.Decimal("1E+3"), "1000"),
    (Color.RED, '"red"'),
    (Level.HIGH, "3"),
    (Word.A, '"a"'),
    (pathlib.PurePosixPath("/a"), '"/a"'),
    (Point(1, DAY), '{"x":1,"when":"2026-01-31"}'),
    (Model(when=DAY, nested=[Point(1)]), '{"when":"2026-01-31","nested":[{"x":1,"when":null}]}'),
    (Pair(1, 2), "[1,2]"),
    (collections.OrderedDict(a=1), '{"a":1}'),
]


@pytest.mark.parametrize(("value", "text"), VALUES, ids=lambda value: str(value)[:30])
def test_text_of_value(value, text):
    assert dumps(value, "result").decode() == text


CIRCLE = {"a": []}
CIRCLE["a"].append(CIRCLE)
DEEP_POINT = Point(1)
for _ in range(150):
    DEEP_POINT = Point(1, [DEEP_POINT])


def deep(levels):
    value = 1
    for _ in range(levels):
        value = [value]
    return value


FAULTS = [
    ({"rows": [0, 1, 2, Point(1, {3})]}, 'result["rows"][3].when is a set, which JSON does not have; return a list'),
    ([frozenset()], "result[0] is a frozenset"),
    (b"x", "result is a bytes, which JSON does not have; return text, for instance base64, or a dragonscales.File"),
    ([float("nan")], "result[0] is nan, which JSON does not have; return None instead"),
    ({"x": float("-inf")}, 'result["x"] is -inf'),
    (decimal.Decimal("NaN"), "result is a decimal.Decimal that JSON cannot hold"),
    (decimal.Decimal("1E+999999"), "result is a decimal.Decimal that JSON cannot hold"),
    (CIRCLE, 'result["a"][0] is result again, a circle'),
    ({"a": "x\ud800"}, 'result["a"] is a text with half a character (\\ud800 at position 1)'),
    ({"\udfff": 1}, "the key '\\udfff' of result is a text with half a character"),
    ({(1, 2): 1}, "result has the key (1, 2), a tuple; JSON's keys are texts"),
    ({float("nan"): 1}, "the key nan of result is nan"),
    ({"a": {DAY: 1}}, 'result["a"] has the key datetime.date(2026, 1, 31), a datetime.date'),
    (object(), "result is an object, which JSON does not have; return a dict"),
    (types.SimpleNamespace(), "result is a types.SimpleNamespace"),
    (iter([]), "result is a list_iterator, which JSON does not have; return list(…)"),
    (Point, "result is a type"),
    (File("/a"), "result is a dragonscales._file.File"),
    ({'a"b': {1}}, 'result["a\\"b"] is a set'),
    (deep(201), "is nested deeper than 200 levels"),
    (deep(5000), "is nested deeper than 200 levels"),
    (DEEP_POINT, "is nested deeper than 200 levels"),
]


def name_of(value):
    return type(value).__name__ if isinstance(value, (list, Point)) else str(value)[:30]


@pytest.mark.parametrize(("value", "words"), FAULTS, ids=name_of)
def test_fault_names_the_first_value_that_does_not_fit(value, words):
    with pytest.raises(NoJson) as caught:
        dumps(value, "result")
    assert words in str(caught.value)


def test_two_hundred_levels_fit():
    assert json.loads(dumps(deep(200), "result")) == deep(200)


def test_brackets_in_texts_are_no_levels():
    assert json.loads(dumps(["[" * 1000], "result")) == ["[" * 1000]


def test_value_twice_is_no_circle():
    shared = [1]
    assert dumps([shared, shared], "result") == b"[[1],[1]]"


def test_exception_of_a_conversion_names_the_value():
    class Odd:
        __fields__ = {}

        def dict(self):
            raise RuntimeError("no dict")

    with pytest.raises(NoJson, match=r'result\["a"\] is .*Odd that JSON cannot hold: no dict'):
        dumps({"a": Odd()}, "result")
