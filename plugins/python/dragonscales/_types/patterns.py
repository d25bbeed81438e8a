# SPDX-License-Identifier: LGPL-3.0-or-later
"""Regular expressions of Python as those of ECMAScript, which schemas have."""

import re
from typing import Any, List, Optional

# Behind a backslash: what means the same in both, and what ECMAScript writes in another way.
_SAME = frozenset("bBdDfnrsStvwW")
_OTHER = {"A": "^", "Z": "$", "z": "$", "a": r"\x07"}
_IN_CLASS = frozenset("dDfnrsStvwWb")
_GROUPS = ("?:", "?=", "?!", "?<=", "?<!", "?P<", "?P=")
_REPEAT = re.compile(r"\*|\+|\?|\{(\d*)(,?)(\d*)\}")
_HEX = re.compile(r"x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}")
_REFERENCE = re.compile(r"[1-9]\d?(?!\d)")
_SET_OPERATIONS = ("[:", "&&", "--", "~~", "||")


class _Foreign(Exception):
    """What ECMAScript lacks, or what means something else there."""


def in_ecma_script(pattern: str) -> Optional[str]:
    """The same pattern for a schema; None when there is none."""
    try:
        return _Translator(pattern).translated()
    except _Foreign:
        return None


def in_schema(limit: Any) -> Optional[str]:
    """As above, of a text or a compiled one. What Python does not understand either stays: the service says so."""
    if isinstance(limit, re.Pattern):
        if limit.flags & ~re.UNICODE:
            return None
        limit = limit.pattern
    made = in_ecma_script(limit)
    return limit if made is None and not _compiles(limit) else made


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    return True


class _Translator:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._made: List[str] = []

    def translated(self) -> str:
        while self._at < len(self._pattern):
            self._step()
        return "".join(self._made)

    def _rest_begins(self, *texts: str) -> str:
        return next((text for text in texts if self._pattern.startswith(text, self._at)), "")

    def _take(self, length: int, made: Optional[str] = None) -> None:
        self._made.append(self._pattern[self._at : self._at + length] if made is None else made)
        self._at += length

    def _step(self) -> None:
        letter = self._pattern[self._at]
        if letter == "\\":
            self._escape()
        elif letter == "[":
            self._class()
        elif letter == "(":
            self._group()
        elif not self._repeat():
            self._take(1)

    def _group(self) -> None:
        self._take(1)
        if not self._rest_begins("?"):
            return
        kind = self._rest_begins(*_GROUPS)
        if not kind:
            raise _Foreign
        if kind == "?P=":
            self._reference_by_name()
        else:
            self._take(len(kind), kind.replace("P", ""))

    def _reference_by_name(self) -> None:
        end = self._pattern.find(")", self._at)
        if end < 0:
            raise _Foreign
        name = self._pattern[self._at + 3 : end]
        self._made.pop()  # the bracket
        self._take(end + 1 - self._at, rf"\k<{name}>")

    def _repeat(self) -> bool:
        match = _REPEAT.match(self._pattern, self._at)
        if not match or match.group() == "{}":
            return False
        least, comma, most = match.groups()
        self._take(len(match.group()), f"{{0,{most}}}" if comma and not least else None)
        if self._rest_begins("?"):
            self._take(1)
        elif self._rest_begins("+"):  # possessive
            raise _Foreign
        return True

    def _escape(self) -> None:
        letter = self._pattern[self._at + 1 : self._at + 2]
        reference = _REFERENCE.match(self._pattern, self._at + 1)
        if letter in _OTHER:
            self._take(2, _OTHER[letter])
        elif reference and not self._is_octal():
            self._take(1 + len(reference.group()))
        else:
            self._character(letter, _SAME)

    def _is_octal(self) -> bool:
        return re.match(r"[0-7]{3}", self._pattern[self._at + 1 :]) is not None

    def _character(self, letter: str, same: "frozenset[str]") -> None:
        number = _HEX.match(self._pattern, self._at + 1)
        if number:
            text = number.group()
            wide = f"\\u{{{int(text[1:], 16):X}}}" if text[0] == "U" else None
            self._take(1 + len(text), wide)
        elif letter in same or (letter and not (letter.isascii() and letter.isalnum())):
            self._take(2)
        else:
            raise _Foreign

    def _class(self) -> None:
        self._take(2 if self._rest_begins("[^") else 1)
        if self._rest_begins("]"):  # Python: the first one does not end it
            self._take(1, r"\]")
        while not self._rest_begins("]"):
            if self._at >= len(self._pattern) or self._rest_begins(*_SET_OPERATIONS):
                raise _Foreign
            self._in_class()
        self._take(1)

    def _in_class(self) -> None:
        if not self._rest_begins("\\"):
            self._take(1)
            return
        letter = self._pattern[self._at + 1 : self._at + 2]
        if letter == "a":
            self._take(2, _OTHER["a"])
        else:
            self._character(letter, _IN_CLASS)
