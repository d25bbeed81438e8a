# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the code's context reaches of the service."""

import _thread
import os
import shutil
import sys
import time

from dragonscales._host import answers

_BETWEEN_PROGRESS = 0.1


class JobChannel:
    """Of one request. Once that is answered nothing goes out any more, whichever thread still has it."""

    def __init__(self, host):
        self._host = host
        self._open = True
        self._lock = _thread.RLock()
        self._next_progress = 0.0
        self._scratch = None

    def stop_requested(self):
        return self._host.stop.requested

    def scratch(self):
        with self._lock:
            if self._scratch is None:
                self._scratch = self._host.new_scratch()
            return self._scratch

    # Code may tell its progress in its innermost loop; people need it a few times a second.
    def progress(self, fraction, text):
        if not self._host.channel.mine():
            return
        now = time.monotonic()
        with self._lock:
            if not self._open or (now < self._next_progress and fraction < 1):
                return
            self._next_progress = now + _BETWEEN_PROGRESS
            self._host.channel.write(answers.progress(fraction, text))

    def log(self, level, text):
        if not self._host.channel.mine():  # a process of the code's own: its standard error becomes log lines, too
            print(f"{level}: {text}", file=sys.stderr, flush=True)
            return
        with self._lock:
            if self._open:
                self._host.channel.write(answers.log(level, text))

    def close(self):
        with self._lock:
            self._open = False

    def remove_scratch(self):
        if self._scratch is not None and self._host.channel.mine():
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = None


class Scratch:
    def __init__(self, folder):
        self._folder = folder
        self._number = 0

    def new_folder(self):
        path = self._next()
        os.makedirs(path, exist_ok=True)
        return path

    def new_file(self):
        path = self._next() + ".json"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def _next(self):
        if not self._folder:
            import tempfile

            self._folder = tempfile.mkdtemp(prefix="dragonscales-")
        self._number += 1
        return os.path.join(self._folder, f"py{self._number}")
