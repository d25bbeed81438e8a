# SPDX-License-Identifier: LGPL-3.0-or-later
"""Starts the host: takes its descriptors, says hello, answers requests until the service lets go."""

import os
import sys

from dragonscales._host import answers, processes, stop, streams
from dragonscales._host.channel import Channel
from dragonscales._host.limit import LoadLimit, flush_for_a_while
from dragonscales._host.loader import Loader
from dragonscales._host.logs import Logs
from dragonscales._host.options import options_of
from dragonscales._host.paths import Paths
from dragonscales._host.phase import IDLE, Phase
from dragonscales._host.process_state import ProcessState
from dragonscales._host.requests import Requests
from dragonscales._host.service import Scratch
from dragonscales._host.watch import Watch
from dragonscales._json.text import loads


class Host:
    def __init__(self, here, options):
        self.channel = Channel(options.incoming, options.outgoing)
        self.phase = Phase(options.phase)
        self.stop = stop.Stop()
        self.scratch = Scratch(options.scratch)
        self.streams = streams.Streams()
        self.watch = Watch(here)
        self._cwd = os.getcwd()
        self._state = ProcessState()
        self._logs = Logs(self.channel)
        limit = LoadLimit(options.import_limit, streams.keep_error_descriptor(), self._give_up)
        # A module may set up its own streams.
        self.loader = Loader(Paths(here, self.watch), self.phase, limit, self._after_load)
        self._requests = Requests(self)

    def serve(self):
        self.stop.install()
        stop.end_with_monitor(self.channel)
        self._state.remember()
        self.watch.install()
        self._logs.install()
        self.channel.write(answers.hello())
        while True:
            line = self.channel.read_line()
            # None: nobody asks any more. Stopped, or edited code: another interpreter takes the request.
            if line is None or self.stop.requested or self.watch.changed(self.loader.is_module):
                self.leave()
            self._answer(loads(line.decode()))

    def new_scratch(self):
        return self.scratch.new_folder()

    def leave(self):
        self.streams.flush()
        os._exit(0)

    def _answer(self, request):
        self.phase.count_request()
        self.streams.remember()
        self._logs.adopt()
        answer = self._requests.answer(request)
        if not self.channel.mine():
            self.leave()  # a process that the code forked and let come back
        self.streams.flush()
        usable = self._restore(request)
        left = processes.kill_left_behind()
        self.channel.write(answers.left_behind(left) if left else answer)
        self.phase.set(IDLE)
        if not usable:
            self.leave()

    def _after_load(self):
        self.streams.remember()
        self._state.remember()

    # What a job changes in its process is not to meet the next one, as far as that is cheap.
    def _restore(self, request):
        self.streams.restore()
        self.stop.restore()
        usable = request.get("type") == "authorize" or self._state.restore()
        try:
            if os.getcwd() != self._cwd:
                os.chdir(self._cwd)
        except OSError:  # the folder has gone
            pass
        return usable

    # In the thread of the limit.
    def _give_up(self, fault):
        flush_for_a_while(self.streams.flush)
        self.channel.write(answers.failed(fault))
        self.phase.set(IDLE)
        os._exit(0)


def main(here, arguments):
    streams.prepare()
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)  # numbers of any size pass
    options = options_of(arguments)
    sys.argv[1:] = []  # they are not the project's
    Host(here, options).serve()
