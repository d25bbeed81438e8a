# SPDX-License-Identifier: LGPL-3.0-or-later
"""What belongs to the process, and so to the next job as well: timers, signals, limits, the mask of new files."""

import os
import resource
import signal
import sys

# From now on it is there only when the code has imported it: else there is no need to ask for limits after each job.
sys.modules.pop("resource", None)

_TIMERS = (signal.ITIMER_REAL, signal.ITIMER_PROF)
_SIGNALS = (signal.SIGCHLD, signal.SIGALRM, signal.SIGPIPE, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)
_LIMITS = (
    resource.RLIMIT_NOFILE,
    resource.RLIMIT_CPU,
    resource.RLIMIT_AS,
    resource.RLIMIT_FSIZE,
    resource.RLIMIT_NPROC,
)


class ProcessState:
    def remember(self):
        """As it is now, which may be what a module set up when it was imported."""
        self._umask = _umask()
        self._blocked = _blocked()
        self._handlers = [(number, signal.getsignal(number)) for number in _SIGNALS]
        self._limits = [(number, resource.getrlimit(number)) for number in _LIMITS]

    def restore(self):
        """False when it cannot be as it was: then this interpreter is of no more use."""
        for timer in _TIMERS:
            if signal.getitimer(timer)[0]:
                signal.setitimer(timer, 0)
        os.umask(self._umask)
        if _blocked() != self._blocked:
            signal.pthread_sigmask(signal.SIG_SETMASK, self._blocked)
        try:
            for number, handler in self._handlers:
                if signal.getsignal(number) is not handler:
                    signal.signal(number, signal.SIG_DFL if handler is None else handler)
            for number, limit in self._limits if "resource" in sys.modules else ():
                if resource.getrlimit(number) != limit:
                    resource.setrlimit(number, limit)
        except (OSError, ValueError):
            return False
        return True


def _umask():
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _blocked():
    return signal.pthread_sigmask(signal.SIG_BLOCK, ())
