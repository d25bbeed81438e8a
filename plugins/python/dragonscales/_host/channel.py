# SPDX-License-Identifier: LGPL-3.0-or-later
"""The lines to and from the service."""

import _thread
import fcntl
import os

EXIT_CHANNEL_LOST = 71
_LOWEST = 100  # out of the way of code that counts descriptors
_CHUNK = 65536


def take_over(descriptor):
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _LOWEST)
    os.close(descriptor)
    return moved


def lost():
    os._exit(EXIT_CHANNEL_LOST)


class Channel:
    def __init__(self, incoming, outgoing):
        self._in = take_over(incoming)
        self._out = self._in if incoming == outgoing else take_over(outgoing)
        self._identity = self._identity_now()
        self._received = b""
        self._lock = _thread.RLock()  # a signal handler of the code may log while a line is written
        self._owner = os.getpid()

    def mine(self):
        """False in a process that the code forked: it has no say here."""
        return os.getpid() == self._owner

    def read_line(self):
        """The next line without its end; None when the service has let go."""
        chunk = self._received
        parts = []
        while True:
            end = chunk.find(b"\n")
            if end >= 0:
                parts.append(chunk[:end])
                self._received = chunk[end + 1 :]
                return parts[0] if len(parts) == 1 else b"".join(parts)
            parts.append(chunk)
            try:
                chunk = os.read(self._in, _CHUNK)
            except OSError:
                lost()
            if not chunk:
                return None

    def write(self, line):
        if not self.mine():
            return
        with self._lock:
            if self._identity_now() != self._identity:
                lost()
            try:
                done = os.write(self._out, line)
                if done < len(line):
                    self._write_rest(memoryview(line)[done:])
            except OSError:
                lost()

    def shut(self):
        """For the thread that is about to end the process: whoever writes from now on waits for that end."""
        self._lock.acquire(timeout=1)  # who holds it longer is stuck in writing itself

    def _write_rest(self, rest):
        while rest:
            rest = rest[os.write(self._out, rest) :]

    def _identity_now(self):
        try:
            status = os.fstat(self._out)
        except OSError:
            lost()
        return status.st_dev, status.st_ino
