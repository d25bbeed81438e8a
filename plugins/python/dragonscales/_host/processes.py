# SPDX-License-Identifier: LGPL-3.0-or-later
"""The processes that the code started."""

import os
import signal
import sys
import time

_ALL_CHILDREN = 0x40000000  # __WALL: also what clone() made without a signal
_MOST_SHOWN = 200
_TRIES = 20
_LONGEST = 5.0  # seconds


def reap():
    """Takes the ended children; True when others still run. One system call when there are none."""
    try:
        while os.waitpid(-1, os.WNOHANG | _ALL_CHILDREN)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def kill_left_behind():
    """Kills what a request's code started and did not wait for, and says what it was; empty when there is nothing."""
    if not reap():
        return ""
    _stop_helpers()
    if not reap():
        return ""
    names = {}
    end = time.monotonic() + _LONGEST
    while reap() and time.monotonic() < end:  # code may start them faster: the service ends the rest with this process
        found = descendants(os.getpid())
        for pid in found:
            names.setdefault(pid, command_of(pid))
            _kill(pid)
        _wait_for_any()
    return ", ".join(f"{pid} ({name})" for pid, name in names.items())


def kill_descendants():
    """Until none is left: what is killed may have started another one meanwhile."""
    while True:
        found = [pid for pid in descendants(os.getpid()) if not _is_zombie(pid)]
        if not found:
            return
        for pid in found:
            _kill(pid)


def descendants(root):
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            fields = _stat(name)
            if fields:
                children.setdefault(int(fields[1]), []).append(int(name))
    found = []
    waiting = [root]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def command_of(pid):
    try:
        text = _arguments(pid)
        # A program that has just begun has a name before it has arguments.
        for _ in range(_TRIES):
            if text or _is_zombie(pid):
                break
            time.sleep(0.001)
            text = _arguments(pid)
        if not text:
            with open(f"/proc/{pid}/comm", encoding="utf-8", errors="replace") as file:
                text = file.read().strip()
    except OSError:
        return "ended"
    return text[:_MOST_SHOWN]


def _arguments(pid):
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        return file.read(4096).rstrip(b"\0").replace(b"\0", b" ").decode("utf-8", "replace")


# State, parent and so on: what follows the name, which may hold spaces and brackets.
def _stat(pid):
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b") ")[2].split()
    except OSError:
        return None


def _is_zombie(pid):
    fields = _stat(pid)
    return not fields or fields[0] in (b"Z", b"X")


def _kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        pass


def _wait_for_any():
    try:
        os.waitpid(-1, _ALL_CHILDREN)
    except ChildProcessError:
        pass


# multiprocessing keeps processes of its own for later, which end when they are told. The code did not start them.
def _stop_helpers():
    for module, name in (("forkserver", "_forkserver"), ("resource_tracker", "_resource_tracker")):
        helper = getattr(sys.modules.get("multiprocessing." + module), name, None)
        try:
            if helper is not None:
                helper._stop()
        except Exception:  # then it is killed as any other
            pass
