# SPDX-License-Identifier: LGPL-3.0-or-later
"""Dates and times from ISO 8601 texts, with or without a zone, and from numbers: seconds, large ones milliseconds."""

import re
from datetime import date, datetime, time, timedelta, timezone
from typing import Any, Dict, Optional, Union

_DATE = r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:\.(?P<fraction>\d{1,6})\d*)?)?"
    r"(?P<zone>Z|[+-]\d{2}(?::?\d{2})?)?"
)
_DATE_ONLY = re.compile(_DATE + r"\Z")
_TIME_ONLY = re.compile(_TIME + r"\Z")
_BOTH = re.compile(_DATE + r"[T ]" + _TIME + r"\Z")
_CLOCK_SPAN = re.compile(
    r"(?:(?P<days>-?\d+) (?:days?, )?)?(?P<sign>-?)"
    r"(?:(?P<hours>\d+):)?(?P<minutes>\d+):(?P<seconds>\d+(?:\.\d+)?)\Z"
)
_ISO_SPAN = re.compile(
    r"(?P<sign>[+-]?)P(?:(?P<weeks>\d+(?:\.\d+)?)W)?(?:(?P<days>\d+(?:\.\d+)?)D)?"
    r"(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?\Z"
)

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECONDS_FROM = 2e10  # as seconds it would be the year 2603
_DAY = 86_400


def to_datetime(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    number = _number_in(value)
    if number is not None:
        return _from_epoch(number)
    match = _BOTH.match(value)
    if match:
        return datetime(*_date_parts(match.groupdict()), **_time_parts(match.groupdict()))
    match = _DATE_ONLY.match(value)
    if match:
        return datetime(*_date_parts(match.groupdict()))
    raise ValueError


def to_date(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    number = _number_in(value)
    if number is not None:
        return _from_epoch(number).date()
    match = _DATE_ONLY.match(value)
    if not match:
        raise ValueError
    return date(*_date_parts(match.groupdict()))


def to_time(value: Any) -> time:
    if isinstance(value, time):
        return value
    number = _number_in(value)
    if number is not None:
        if not 0 <= number < _DAY:
            raise ValueError
        return (datetime.min + timedelta(seconds=number)).time()
    match = _TIME_ONLY.match(value)
    if not match:
        raise ValueError
    return time(**_time_parts(match.groupdict()))


def to_timedelta(value: Any) -> timedelta:
    if isinstance(value, timedelta):
        return value
    number = _number_in(value)
    if number is not None:
        return timedelta(seconds=number)
    match = _CLOCK_SPAN.match(value) or _ISO_SPAN.match(value)
    if not match:
        raise ValueError
    parts = match.groupdict()
    negative = parts.pop("sign") == "-"
    days = timedelta(0)
    if match.re is _CLOCK_SPAN:  # "-1 days, 23:00:00": the sign is of the days alone
        days = timedelta(days=float(parts.pop("days") or 0))
    span = timedelta(**{name: float(part) for name, part in parts.items() if part})
    return days + (-span if negative else span)


def _number_in(value: Any) -> Optional[float]:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise TypeError
    try:
        return float(value)
    except ValueError:
        return None


def _from_epoch(seconds: float) -> datetime:
    while abs(seconds) > _MILLISECONDS_FROM:
        seconds /= 1000
    return _EPOCH + timedelta(seconds=seconds)


def _date_parts(found: Dict[str, str]) -> Any:
    return int(found["year"]), int(found["month"]), int(found["day"])


def _time_parts(found: Dict[str, Optional[str]]) -> Dict[str, Any]:
    return {
        "hour": int(found["hour"] or 0),
        "minute": int(found["minute"] or 0),
        "second": int(found["second"] or 0),
        "microsecond": int((found["fraction"] or "").ljust(6, "0")),
        "tzinfo": _zone(found["zone"]),
    }


def _zone(text: Optional[str]) -> Union[None, timezone]:
    if not text:
        return None
    if text == "Z":
        return timezone.utc
    minutes = int(text[1:3]) * 60 + int(text[-2:] if len(text) > 3 else 0)
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
