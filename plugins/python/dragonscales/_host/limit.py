# SPDX-License-Identifier: LGPL-3.0-or-later
"""Ends an import or a constructor that takes too long, and says where it hangs."""

import _thread
import faulthandler
import sys
import time

from dragonscales._host import fault

_SECOND_LINE = 2.0  # for code that never lets another thread run
_FLUSH = 1.0


class LoadLimit:
    """One thread for one loading at a time: begin() before it, end() after it."""

    def __init__(self, seconds, errors, give_up):
        self._seconds = seconds
        self._errors = errors
        self._give_up = give_up
        self._main = _thread.get_ident()

    def begin(self, what):
        loading = _Loading(what)
        _thread.start_new_thread(self._watch, (loading,))
        faulthandler.dump_traceback_later(self._seconds + _SECOND_LINE, exit=True, file=self._errors)
        return loading

    def end(self, loading):
        faulthandler.cancel_dump_traceback_later()
        loading.end()

    def _watch(self, loading):
        if loading.wait(self._seconds):
            return
        detail, place = fault.stack_of(sys._current_frames().get(self._main))
        if loading.overdue():
            at = f" at {place}" if place else ""
            message = f"{loading.what} took longer than {self._seconds:g} s to load: it hangs{at}."
            self._give_up(fault.Fault("module", message, detail))


class _Loading:
    def __init__(self, what):
        self.what = what
        self._done = _thread.allocate_lock()
        self._done.acquire()
        self._claim = _thread.allocate_lock()

    def wait(self, seconds):
        return self._done.acquire(timeout=seconds)

    def overdue(self):
        """True for the watcher when it may speak: the loading has not ended meanwhile, and will not be answered."""
        return self._claim.acquire(blocking=False)

    def end(self):
        if not self._claim.acquire(blocking=False):
            time.sleep(3600)  # the watcher is answering, and ends this process
        self._done.release()


def flush_for_a_while(flush):
    """The hanging code may hold a stream's lock."""
    done = _thread.allocate_lock()
    done.acquire()

    def work():
        flush()
        done.release()

    _thread.start_new_thread(work, ())
    done.acquire(timeout=_FLUSH)
