# SPDX-License-Identifier: LGPL-3.0-or-later
"""Reads docstrings in the styles of Google, NumPy and Sphinx."""

import inspect
import re

_HEADINGS = {"args", "arguments", "parameters", "params", "keyword args", "keyword arguments", "other parameters"}
_UNDERLINE = re.compile(r"-{3,}\s*\Z")
_GOOGLE_NAME = re.compile(r"(\s+)\*{0,2}(\w+)\s*(?:\([^)]*\))?\s*:\s*(.*)")
_NUMPY_NAME = re.compile(r"\*{0,2}(\w+(?:\s*,\s*\w+)*)\s*(?::.*)?\Z")
_SPHINX = re.compile(r":(?:param|parameter|arg|argument|key|keyword)\s+(?:[^:]*\s)?\*{0,2}(\w+):\s*(.*)")


def first_paragraph(doc):
    """Its lines as one."""
    lines = inspect.cleandoc(doc).splitlines() if doc else []
    first = []
    for line in lines:
        text = line.strip()
        if not text or text.startswith(":param") or _is_heading(text):
            break
        first.append(text)
    return " ".join(first)


def parameter_texts(doc):
    """What a docstring says about each parameter."""
    lines = inspect.cleandoc(doc).splitlines() if doc else []
    found = _sphinx(lines)
    for i, line in enumerate(lines):
        if not _is_heading(line.strip()):
            continue
        if i + 1 < len(lines) and _UNDERLINE.match(lines[i + 1]):
            found.update(_numpy(lines[i + 2 :]))
        elif line.rstrip().endswith(":"):
            found.update(_google(lines[i + 1 :]))
    return {name: text for name, text in found.items() if text}


def _is_heading(text):
    return text.rstrip(":").strip().lower() in _HEADINGS


def _google(lines):
    found = {}
    name = None
    margin = None
    for line in lines:
        if not line.strip():
            continue
        depth = len(line) - len(line.lstrip())
        if depth == 0:
            break
        margin = depth if margin is None else margin
        match = _GOOGLE_NAME.match(line) if depth == margin else None
        if match:
            name = match.group(2)
            found[name] = match.group(3).strip()
        elif name:
            found[name] = f"{found[name]} {line.strip()}".strip()
    return found


def _numpy(lines):
    found = {}
    names = []
    for i, line in enumerate(lines):
        if not line.strip():
            continue
        if line[0].isspace():
            for name in names:
                found[name] = f"{found[name]} {line.strip()}".strip()
            continue
        match = _NUMPY_NAME.match(line)
        if not match or (i + 1 < len(lines) and _UNDERLINE.match(lines[i + 1])):
            break
        names = [name.strip() for name in match.group(1).split(",")]
        found.update((name, "") for name in names)
    return found


def _sphinx(lines):
    found = {}
    name = None
    for line in lines:
        match = _SPHINX.match(line.strip())
        if match:
            name = match.group(1)
            found[name] = match.group(2).strip()
        elif name and line[:1].isspace() and line.strip():
            found[name] = f"{found[name]} {line.strip()}".strip()
        else:
            name = None
    return found
