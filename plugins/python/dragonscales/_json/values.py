# SPDX-License-Identifier: LGPL-3.0-or-later
"""Python's values as those that JSON has. Each conversion goes one level deep."""

import math
from typing import Any, Callable, Dict, Optional

Convert = Callable[[Any], Any]

_MOST_DIGITS = 300


class NoJson(ValueError):
    """The message says which value does not fit, and how to mend it."""


def one_level(value: Any) -> Any:
    convert = _of_type(type(value))
    if convert is None:
        raise TypeError
    return convert(value)


def has_conversion(kind: type) -> bool:
    return _of_type(kind) is not None


def _decimal(value: Any) -> Any:
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or value.adjusted() > _MOST_DIGITS:
        raise ValueError("no number of JSON")
    number = int(value) if exponent >= 0 else float(value)
    if not math.isfinite(number):
        raise ValueError("no number of JSON")
    return number


def _iso(value: Any) -> Any:
    return value.isoformat()


def _dataclass(value: Any) -> Dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__ if hasattr(value, name)}


# By name: a value of such a type exists only once its module has been imported, which costs time.
_BY_NAME: Dict[Any, Convert] = {
    ("datetime", "date"): _iso,
    ("datetime", "time"): _iso,
    ("datetime", "timedelta"): lambda value: value.total_seconds(),
    ("decimal", "Decimal"): _decimal,
    ("enum", "Enum"): lambda value: value.value,
    ("pathlib", "PurePath"): str,
    ("uuid", "UUID"): str,
}
_known: Dict[type, Optional[Convert]] = {}


def _of_type(kind: type) -> Optional[Convert]:
    try:
        return _known[kind]
    except KeyError:
        return _known.setdefault(kind, _found(kind))


def _found(kind: type) -> Optional[Convert]:
    for base in kind.__mro__:
        convert = _BY_NAME.get((base.__module__.partition(".")[0], base.__name__))
        if convert:
            return convert
    if hasattr(kind, "model_dump") and hasattr(kind, "model_fields"):
        return lambda value: value.model_dump()
    if hasattr(kind, "__fields__") and hasattr(kind, "dict"):
        return lambda value: value.dict()
    if hasattr(kind, "__dataclass_fields__"):
        return _dataclass
    return None
