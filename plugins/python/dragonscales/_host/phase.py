# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the monitor can still read when this process has crashed: a shared memory of 512 bytes."""

import mmap
import os
import struct

IDLE, LOADING, TASK, STORAGE, CALLBACK, AUTHORIZER = range(6)
BY_KIND = {"task": TASK, "storage": STORAGE, "callback": CALLBACK, "authorizer": AUTHORIZER}

_SIZE = 512
_COUNT = struct.Struct("=i")
_COUNT_AT = 4
_TEXT_AT = 8


class Phase:
    def __init__(self, descriptor=None):
        if descriptor is None:
            self._memory = bytearray(_SIZE)
        else:
            self._memory = mmap.mmap(descriptor, _SIZE)
            os.close(descriptor)
        self._requests = 0

    def set(self, phase):
        self._memory[0] = phase

    def count_request(self):
        self._requests += 1
        _COUNT.pack_into(self._memory, _COUNT_AT, self._requests)

    def loading(self, what):
        """From here on a crash is one of loading this file or module."""
        room = _SIZE - _TEXT_AT - 1
        text = what.encode("utf-8", "replace")[:room].decode("utf-8", "ignore").encode()
        self._memory[_TEXT_AT:_SIZE] = text.ljust(_SIZE - _TEXT_AT, b"\0")
        self._memory[0] = LOADING
