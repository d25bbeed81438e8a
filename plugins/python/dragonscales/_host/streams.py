# SPDX-License-Identifier: LGPL-3.0-or-later
"""Standard output and error, which belong to the code and become log lines."""

import os
import sys


def prepare():
    """Lines go out at once, so that a crash loses half a line at most; whatever is printed can be written."""
    for name in ("stdout", "stderr"):
        _use(name, getattr(sys, name))
    for name in ("stdout", "stderr"):
        setattr(sys, "__%s__" % name, getattr(sys, name))


def _use(name, stream):
    try:
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    except (AttributeError, ValueError, OSError):
        setattr(sys, name, _new(name))


def _new(name):
    number = 1 if name == "stdout" else 2
    return open(number, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)


class Streams:
    """Keeps what one request does to them from the next."""

    def __init__(self):
        self._before = (sys.stdout, sys.stderr)

    def remember(self):
        self._before = (sys.stdout, sys.stderr)

    def flush(self):
        """What the code printed goes before the answer. It cannot fail: the disk may be full, the stream closed."""
        out, err = sys.stdout, sys.stderr
        _flush(out)
        _flush(err)
        if (out, err) != self._before:
            _flush(self._before[0])
            _flush(self._before[1])

    def restore(self):
        # First put back, then looked at: what is let go of may close the stream that it wrapped.
        sys.stdout, sys.stderr = self._before
        if _is_closed(sys.stdout):
            sys.stdout = _new("stdout")
        if _is_closed(sys.stderr):
            sys.stderr = _new("stderr")


def _is_closed(stream):
    try:
        return stream.closed
    except AttributeError:  # something that the module put there
        return False
    except Exception:  # its buffer was taken away
        return True


def _flush(stream):
    try:
        stream.flush()
    except BaseException:  # it may be anything that the code put there
        pass


def keep_error_descriptor():
    """For the last words of a process that hangs, whatever the code does with descriptor 2."""
    import fcntl

    try:
        return fcntl.fcntl(2, fcntl.F_DUPFD_CLOEXEC, 100)
    except OSError:
        return os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
