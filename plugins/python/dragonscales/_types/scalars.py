# SPDX-License-Identifier: LGPL-3.0-or-later
"""Plain values: texts, numbers, and what is written as a text in JSON. They take what pydantic 1 takes."""

import datetime
import decimal
import pathlib
import re
import uuid
from typing import Any, Callable, Dict, Optional

from dragonscales._types import times
from dragonscales._types.base import Schema, Shape, misfit

_TRUE = {"1", "true", "yes", "on", "t", "y"}
_FALSE = {"0", "false", "no", "off", "f", "n"}


class Scalar(Shape):
    is_any = False

    def __init__(self, wanted: str, schema: Schema, parse: Callable[[Any], Any], exact: Optional[type]) -> None:
        self._wanted = wanted
        self._schema = schema
        self._parse = parse
        self.exact = exact

    def schema(self) -> Schema:
        return dict(self._schema)

    def convert(self, value: Any, place: str) -> Any:
        try:
            return self._parse(value)
        except (TypeError, ValueError, ArithmeticError, AttributeError):
            raise misfit(place, value, self._wanted) from None


def _integer(value: Any) -> int:
    if isinstance(value, (int, float, str)):
        return int(value)
    raise TypeError


def _number(value: Any) -> float:
    if isinstance(value, (int, float, str)):
        return float(value)
    raise TypeError


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float, decimal.Decimal)):
        return str(value)
    if isinstance(value, (bytes, bytearray)):
        return value.decode()
    raise TypeError


def _boolean(value: Any) -> bool:
    word = value.lower() if isinstance(value, str) else str(int(value)) if value in (0, 1) else ""
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else _text(value).encode()


def _none(value: Any) -> None:
    if value is not None:
        raise ValueError


def _decimal(value: Any) -> decimal.Decimal:
    if isinstance(value, decimal.Decimal):
        return value
    made = decimal.Decimal(_text(value).strip())
    if not made.is_finite():
        raise ValueError
    return made


def _uuid(value: Any) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(value)


def _pattern(value: Any) -> "re.Pattern[str]":
    return re.compile(value)


def _path_of(kind: type) -> Callable[[Any], Any]:
    return lambda value: value if isinstance(value, pathlib.PurePath) else kind(_path_text(value))


def _path_text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


_STRING: Schema = {"type": "string"}

# No "format" where the service would check more strictly than the parsers here.
_BY_TYPE: Dict[Any, Shape] = {
    int: Scalar("a whole number", {"type": "integer"}, _integer, int),
    float: Scalar("a number", {"type": "number"}, _number, float),
    str: Scalar("a text", _STRING, _text, str),
    bool: Scalar("true or false", {"type": "boolean"}, _boolean, bool),
    bytes: Scalar("a text", _STRING, _bytes, bytes),
    type(None): Scalar("null", {"type": "null"}, _none, type(None)),
    decimal.Decimal: Scalar("a decimal number", {**_STRING, "format": "decimal"}, _decimal, decimal.Decimal),
    uuid.UUID: Scalar("a UUID", _STRING, _uuid, uuid.UUID),
    datetime.datetime: Scalar(
        "a date and time such as 2026-01-31T12:00:00", _STRING, times.to_datetime, datetime.datetime
    ),
    datetime.date: Scalar("a date such as 2026-01-31", _STRING, times.to_date, datetime.date),
    datetime.time: Scalar("a time such as 12:00:00", _STRING, times.to_time, datetime.time),
    datetime.timedelta: Scalar(
        "a number of seconds or a duration such as PT1H30M",
        {"anyOf": [{"type": "number"}, {"type": "string"}]},
        times.to_timedelta,
        datetime.timedelta,
    ),
    re.Pattern: Scalar("a regular expression", _STRING, _pattern, re.Pattern),
}


def scalar(kind: Any) -> Optional[Shape]:
    try:
        found = _BY_TYPE.get(kind)
    except TypeError:  # not hashable
        return None
    if found is None and isinstance(kind, type) and issubclass(kind, pathlib.PurePath):
        return Scalar("a path", {**_STRING, "format": "path"}, _path_of(kind), None)
    return found
