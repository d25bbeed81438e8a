# SPDX-License-Identifier: LGPL-3.0-or-later
"""The signals of this process."""

import _thread
import os
import signal

from dragonscales._host import processes


class Stop:
    """Set by SIGTERM: the code is to end, and nothing more is to begin."""

    def __init__(self):
        self.requested = False
        self._handler = self._on_terminate

    def _on_terminate(self, _number, _frame):
        self.requested = True

    def install(self):
        signal.signal(signal.SIGTERM, self._handler)
        # Not SIG_IGN, which programs that the code starts would inherit.
        signal.signal(signal.SIGINT, lambda _number, _frame: None)

    def restore(self):
        if signal.getsignal(signal.SIGTERM) is not self._handler:
            signal.signal(signal.SIGTERM, self._handler)


def end_with_monitor(channel):
    """The kernel sends SIGRTMAX when the monitor is gone: then nobody else would end what the code has started."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGRTMAX})
    _thread.start_new_thread(_wait_for_its_end, (channel,))


def _wait_for_its_end(channel):
    signal.sigwait({signal.SIGRTMAX})
    channel.shut()  # what the code makes of the end of its children is no answer
    processes.kill_descendants()
    os.kill(os.getpid(), signal.SIGKILL)
