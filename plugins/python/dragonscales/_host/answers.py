# SPDX-License-Identifier: LGPL-3.0-or-later
"""The lines that the service gets, as bytes."""

import json
import os

from dragonscales._json.text import quoted
from dragonscales._version import __version__

PROTOCOL = 1

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def line(**members):
    return _bytes(_encode(members))


def hello():
    return line(type="hello", protocol=PROTOCOL, version=__version__, pid=os.getpid())


def log(level, text):
    return line(type="log", level=level, text=text)


def progress(fraction, text):
    return line(type="progress", fraction=fraction, text=text)


def done(location):
    """The location is JSON text in UTF-8."""
    return b'{"type":"done","location":' + quoted(location.decode()).encode() + b"}\n"


def result(text):
    return b'{"type":"result","result":' + quoted(text.decode()).encode() + b"}\n"


def result_file(**members):
    return line(type="result", **members)


def failed(fault):
    more = {"permanent": True} if fault.permanent else {}
    return line(type="failed", error=fault.kind, message=fault.message, detail=fault.detail, **more)


def called(outcome, error=""):
    return line(type="called", outcome=outcome, http_status=0, answer_base64="", error=error)


def verdicts(lines):
    """Each a verdict or a failure, as a line of its own would have it."""
    return b'{"type":"verdicts","verdicts":[' + b",".join(line[:-1] for line in lines) + b"]}\n"


def left_behind(processes):
    return line(type="left_behind", processes=processes)


# Half characters, as in names of files that are no UTF-8, become question marks.
def _bytes(text):
    return (text + "\n").encode("utf-8", "replace")
