# SPDX-License-Identifier: LGPL-3.0-or-later
"""Results and locations as JSON text, with the conversions that people expect."""

import json
from typing import Any

from dragonscales._json.faults import MAX_DEPTH, first_fault, is_too_deep
from dragonscales._json.values import NoJson, one_level

loads = json.JSONDecoder().decode
quoted = json.encoder.encode_basestring  # type: ignore[attr-defined]
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=one_level).encode


def dumps(value: Any, name: str) -> bytes:
    """The value as UTF-8; NoJson, with the path of what does not fit, where there is no such text."""
    try:
        text = _encode(value)
        data = text.encode()
    except Exception as error:
        raise NoJson(first_fault(value, name) or _unknown(name, error)) from None
    if text.count("[") + text.count("{") > MAX_DEPTH and is_too_deep(value, MAX_DEPTH):
        raise NoJson(first_fault(value, name) or f"{name} is nested too deeply.")
    return data


def _unknown(name: str, error: Exception) -> str:
    return f"{name} cannot be written as JSON: {type(error).__name__}."
