# SPDX-License-Identifier: LGPL-3.0-or-later
import dataclasses
import datetime
import decimal
import enum
import pathlib
import uuid
from typing import Any, Dict, List, Literal, NamedTuple, Optional, Set, Tuple, TypedDict, Union

import pytest
from dragonscales._pydantic import first_version
from dragonscales._types.annotations import shape_of
from dragonscales._types.base import Misfit

UTC = datetime.timezone.utc
SOME = uuid.UUID("12345678-1234-5678-1234-567812345678")


class Color(enum.Enum):
    RED = "red"


@dataclasses.dataclass
class Point:
    x: int
    when: Optional[datetime.date] = None


class Strict:
    pass


class Movie(TypedDict):
    year: int


class Pair(NamedTuple):
    a: int
    b: str


VALUES = [
    (Any, object, object),
    (int, 3, 3),
    (int, "3", 3),
    (int, 2.7, 2),
    (int, True, 1),
    (float, 3, 3.0),
    (float, "1e3", 1000.0),
    (str, 3, "3"),
    (str, True, "True"),
    (bool, "yes", True),
    (bool, "OFF", False),
    (bool, 1, True),
    (bytes, "ä", "ä".encode()),
    (decimal.Decimal, "1.10", decimal.Decimal("1.10")),
    (decimal.Decimal, 0.1, decimal.Decimal("0.1")),
    (uuid.UUID, str(SOME), SOME),
    (uuid.UUID, SOME.hex, SOME),
    (pathlib.Path, "/a/b", pathlib.Path("/a/b")),
    (Color, "red", Color.RED),
    (Literal["a", 1], "a", "a"),
    (Literal[Color.RED], "red", Color.RED),
    (Optional[int], None, None),
    (Optional[int], "3", 3),
    (Union[int, str], "x", "x"),
    (Union[datetime.date, str], "2026-01-31", datetime.date(2026, 1, 31)),
    (List[int], ["1", 2], [1, 2]),
    (Set[int], [1, 1], {1}),
    (Tuple[int, str], [1, "a"], (1, "a")),
    (Tuple[int, ...], ["1"], (1,)),
    (Dict[int, datetime.date], {"1": "2026-01-31"}, {1: datetime.date(2026, 1, 31)}),
    (Point, {"x": 1, "when": "2026-01-31", "z": 0}, Point(1, datetime.date(2026, 1, 31))),
    (Point, {"x": 1}, Point(1)),
    (List[Point], [{"x": 1}], [Point(1)]),
    (Movie, {"year": "1982"}, {"year": 1982}),
    (Pair, [1, "b"], Pair(1, "b")),
    (Strict, "anything", "anything"),
]


@pytest.mark.parametrize(("hint", "value", "expected"), VALUES, ids=lambda value: str(value)[:30])
def test_value_becomes_what_the_annotation_says(hint, value, expected):
    made = shape_of(hint).convert(value, "value")
    assert made == expected
    assert type(made) is type(expected)


# pydantic 1 is what the old service read them with.
TIMES = [
    (datetime.datetime, "2026-01-31T12:30:15"),
    (datetime.datetime, "2026-01-31 12:30"),
    (datetime.datetime, "2026-01-31T12:30:15.123456789Z"),
    (datetime.datetime, "2026-01-31T12:30:15+02:00"),
    (datetime.datetime, "2026-01-31T12:30:15-0230"),
    (datetime.datetime, "2026-01-31t12:30:15z"),
    (datetime.datetime, 1769862615),
    (datetime.datetime, "1769862615.5"),
    (datetime.datetime, 1769862615000),
    (datetime.datetime, -1),
    (datetime.date, "2026-01-31"),
    (datetime.date, "2026-1-3"),
    (datetime.date, 1769862615),
    (datetime.time, "12:30"),
    (datetime.time, "12:30:15.5"),
    (datetime.time, "12:30:15+01:00"),
    (datetime.time, 3600),
    (datetime.timedelta, 1.5),
    (datetime.timedelta, "90"),
    (datetime.timedelta, "PT1H30M"),
    (datetime.timedelta, "-P1DT1.5S"),
    (datetime.timedelta, "01:30:00.25"),
    (datetime.timedelta, "3 days, 01:30:00"),
    (datetime.timedelta, "-1 days, 23:00:00"),
    (datetime.datetime, "2026-02-30T00:00:00"),
    (datetime.datetime, "tomorrow"),
    (datetime.date, "2026-13-01"),
    (datetime.date, "31.01.2026"),
    (datetime.time, "25:00"),
    (datetime.time, "x"),
    (datetime.timedelta, "P"),
    (datetime.timedelta, "long"),
]


@pytest.mark.parametrize(("hint", "value"), TIMES, ids=str)
def test_times_are_read_as_pydantic_reads_them(hint, value):
    pydantic = first_version() or pytest.skip("compares with pydantic 1")
    try:
        expected = pydantic.parse_obj_as(hint, value)
    except pydantic.ValidationError:
        with pytest.raises(Misfit):
            shape_of(hint).convert(value, "value")
        return
    assert shape_of(hint).convert(value, "value") == expected


MISFITS = [
    (int, "x", "value is 'x', which is not a whole number"),
    (int, [], "value is [], which is not a whole number"),
    (int, "2.0", "value is '2.0', which is not a whole number"),
    (float, None, "value is None, which is not a number"),
    (bool, "maybe", "value is 'maybe', which is not true or false"),
    (bool, 2, "value is 2, which is not true or false"),
    (str, [], "value is [], which is not a text"),
    (list, "abc", "value is 'abc', which is not a list"),
    (dict, [], "value is [], which is not an object"),
    (uuid.UUID, "x", "value is 'x', which is not a UUID"),
    (decimal.Decimal, "NaN", "value is 'NaN', which is not a decimal number"),
    (Color, "green", "value is 'green', which is not one of 'red'"),
    (Literal["a"], "b", "value is 'b', which is not one of 'a'"),
    (List[int], [1, "x"], "value[1] is 'x', which is not a whole number"),
    (Dict[str, int], {"a": "x"}, 'value["a"] is \'x\', which is not a whole number'),
    (Tuple[int, str], [1], "value is [1], which is not a list of 2 values"),
    (Point, {"when": 3}, "value.x is missing"),
    (Point, {"x": "a"}, "value.x is 'a', which is not a whole number"),
    (Set[Any], [[]], "value is [[]], which is not a list of values that can be in a set"),
    (Union[int, bool], "x", "value is 'x', which is not a whole number; value is 'x', which is not true or false"),
]


@pytest.mark.parametrize(("hint", "value", "words"), MISFITS, ids=lambda value: str(value)[:30])
def test_misfit_says_where_and_what(hint, value, words):
    with pytest.raises(Misfit) as caught:
        shape_of(hint).convert(value, "value")
    assert str(caught.value) == words
