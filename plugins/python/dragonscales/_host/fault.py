# SPDX-License-Identifier: LGPL-3.0-or-later
"""What goes wrong in a request, as the service is told."""

import os
import traceback

from dragonscales._errors import PermanentError

_OWN = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep  # the package
_OF_PYTHON = os.path.dirname(os.__file__) + os.sep
_FOREIGN = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}", "<frozen ")
_IMPORTS = "<frozen importlib"
_MOST_MESSAGE = 8_000
_MOST_DETAIL = 60_000


class Fault(Exception):
    """A permanent one would come again at every try: params that do not fit, or what the code says is so."""

    def __init__(self, kind, message, detail="", permanent=False):
        super().__init__(message)
        self.permanent = permanent or kind == "params"
        self.kind = kind
        self.message = shortened(message, _MOST_MESSAGE)
        self.detail = shortened(detail, _MOST_DETAIL)


def of_exception(error):
    """The code raised: its last line as the message, the whole traceback as the detail."""
    return Fault("exception", last_line(error), text_of(error), isinstance(error, PermanentError))


def last_line(error):
    """Such as "ValueError: x"; it holds for an exception that cannot be shown, too."""
    try:
        lines = traceback.format_exception_only(type(error), error)
        line = lines[-1] if isinstance(error, SyntaxError) else lines[0]
        return line.strip()
    except BaseException:  # of its own methods
        return type(error).__name__


def one_line(error):
    """For a sentence."""
    return " ".join(last_line(error).split())


def text_of(error):
    """The traceback as Python prints it, without the host's own lines."""
    try:
        shown = traceback.TracebackException(type(error), error, error.__traceback__)
        _leave_out_own(shown, set())
        return "".join(shown.format())
    except BaseException:
        return "Traceback (most recent call last):\n" + "".join(_frames(error)) + last_line(error)


def place_of(error):
    """FILE:LINE of the project's innermost code; empty when there is none."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    return _innermost(traceback.extract_tb(error.__traceback__))


def stack_of(frame):
    """A running stack as a traceback, and where it stands."""
    frames = [entry for entry in traceback.extract_stack(frame) if not _is_own(entry.filename)]
    while frames and frames[0].filename.endswith(os.sep + "host.py") and frames[0].name == "<module>":
        del frames[0]
    text = "Stack (most recent call last):\n" + "".join(traceback.format_list(frames))
    return text, _innermost(frames)


def shortened(text, most):
    """With its beginning and its end."""
    if len(text) <= most:
        return text
    half = most // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"


def _leave_out_own(shown, seen):
    if shown is None or id(shown) in seen:
        return
    seen.add(id(shown))
    kept = [frame for frame in shown.stack if not _is_own(frame.filename)]
    shown.stack[:] = kept
    _leave_out_own(shown.__cause__, seen)
    _leave_out_own(shown.__context__, seen)
    for each in getattr(shown, "exceptions", None) or ():
        _leave_out_own(each, seen)


def _is_own(filename):
    return filename.startswith(_OWN) or filename.startswith(_IMPORTS)


def _innermost(frames):
    for frame in reversed(frames):
        name = frame.filename
        if not (_is_own(name) or name.startswith(_OF_PYTHON) or any(part in name for part in _FOREIGN)):
            return f"{name}:{frame.lineno}"
    return ""


def _frames(error):
    try:
        return traceback.format_tb(error.__traceback__)
    except BaseException:
        return []
