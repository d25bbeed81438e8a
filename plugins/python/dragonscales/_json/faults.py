# SPDX-License-Identifier: LGPL-3.0-or-later
"""Says which value of a result has no JSON form. Slow and exact: it runs when writing has failed."""

import math
from typing import Any, Collection, Dict, Iterable, Optional, Tuple

from dragonscales._json.values import has_conversion, one_level

_SCALARS = {str, int, float, bool, type(None)}
_KEYS = (str, int, float, bool, type(None))
MAX_DEPTH = 200
_LOWEST_SURROGATE, _HIGHEST_SURROGATE = "\ud800", "\udfff"


def is_too_deep(value: Any, most: int) -> bool:
    """Looks at containers only, level by level."""
    level = [value]
    for _ in range(most):
        below = []
        for each in level:
            below += [item for item in _items(each) if type(item) not in _SCALARS]
        if not below:
            return False
        level = below
    return True


def _items(value: Any) -> Collection[Any]:
    while not isinstance(value, (dict, list, tuple)):
        if not has_conversion(type(value)):
            return ()
        value = one_level(value)
    return value.values() if isinstance(value, dict) else value


def first_fault(value: Any, name: str) -> str:
    """One sentence on the first value that does not fit; empty when all do."""
    return _Walk().fault(value, name, 0) or ""


class _Walk:
    def __init__(self) -> None:
        self._above: Dict[int, str] = {}

    def fault(self, value: Any, path: str, depth: int) -> Optional[str]:
        if value is None or isinstance(value, bool) or isinstance(value, int):
            return None
        if isinstance(value, float):
            fault = f"{path} is {value}, which JSON does not have; return None instead."
            return None if math.isfinite(value) else fault
        if isinstance(value, str):
            return _text_fault(value, path)
        if id(value) in self._above:
            return f"{path} is {self._above[id(value)]} again, a circle; return a copy without it."
        if depth >= MAX_DEPTH:
            return f"{path} is nested deeper than {MAX_DEPTH} levels; return something flatter."
        self._above[id(value)] = path
        found = self._inside(value, path, depth)
        del self._above[id(value)]
        return found

    def _inside(self, value: Any, path: str, depth: int) -> Optional[str]:
        if isinstance(value, dict):
            return self._dict_fault(value, path, depth)
        if isinstance(value, (list, tuple)):
            parts = ((each, f"{path}[{i}]") for i, each in enumerate(value))
            return self._first(parts, depth)
        return self._object_fault(value, path, depth)

    def _first(self, parts: Iterable[Tuple[Any, str]], depth: int) -> Optional[str]:
        for value, path in parts:
            found = self.fault(value, path, depth + 1)
            if found:
                return found
        return None

    def _dict_fault(self, value: Dict[Any, Any], path: str, depth: int) -> Optional[str]:
        for key in value:
            if not isinstance(key, _KEYS):
                return f"{path} has the key {key!r}, {_kind_of(key)}; JSON's keys are texts: make it one."
            found = self.fault(key, f"the key {key!a} of {path}", depth + 1)
            if found:
                return found
        parts = ((each, f"{path}[{_shown(key)}]") for key, each in value.items())
        return self._first(parts, depth)

    def _object_fault(self, value: Any, path: str, depth: int) -> Optional[str]:
        if not has_conversion(type(value)):
            return f"{path} is {_kind_of(value)}, which JSON does not have; {_advice(value)}."
        try:
            plain = one_level(value)
        except Exception as error:
            return f"{path} is {_kind_of(value)} that JSON cannot hold: {_words(error)}."
        if isinstance(plain, dict):
            parts = ((each, f"{path}.{key}") for key, each in plain.items())
            return self._first(parts, depth)
        return self.fault(plain, path, depth)


def _text_fault(value: str, path: str) -> Optional[str]:
    for i, letter in enumerate(value):
        if _LOWEST_SURROGATE <= letter <= _HIGHEST_SURROGATE:
            return (
                f"{path} is a text with half a character (\\u{ord(letter):x} at position {i}), which UTF-8 does not"
                " have; decode it with errors='replace', or return base64."
            )
    return None


def _advice(value: Any) -> str:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "return text, for instance base64, or a dragonscales.File"
    if isinstance(value, (set, frozenset)):
        return "return a list, for instance sorted(…)"
    if hasattr(value, "__next__"):
        return "return list(…)"
    if hasattr(value, "tolist"):
        return "return its .tolist()"
    return "return a dict, a list, a text or a number, or a dataclass of them"


def _kind_of(value: Any) -> str:
    kind = type(value)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    return ("an " if name[0] in "aeioAEIO" else "a ") + name


def _shown(key: Any) -> str:
    if not isinstance(key, str):
        return repr(key)
    return '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _words(error: Exception) -> str:
    try:
        return str(error) or type(error).__name__
    except Exception:
        return type(error).__name__
