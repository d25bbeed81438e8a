# SPDX-License-Identifier: LGPL-3.0-or-later
"""Makes log lines of what the code tells Python's logging, where it has set up nothing itself."""

import sys


class Logs:
    def __init__(self, channel):
        self._channel = channel
        self._done = False

    def adopt(self):
        """After each import: logging is slow to import, so it is not before the code does."""
        logging = sys.modules.get("logging")
        if self._done or logging is None:
            return
        self._done = True
        logging.lastResort = _handler(logging, self._channel)
        if logging.root.level == logging.WARNING and not logging.root.handlers:
            logging.root.setLevel(logging.INFO)


def _handler(logging, channel):
    from dragonscales._host import answers

    class Handler(logging.Handler):
        def emit(self, record):
            try:
                channel.write(answers.log(_level(logging, record.levelno), self.format(record)))
            except Exception:
                self.handleError(record)

    handler = Handler(logging.NOTSET)
    handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
    return handler


def _level(logging, number):
    if number >= logging.ERROR:
        return "error"
    if number >= logging.WARNING:
        return "warning"
    return "info" if number >= logging.INFO else "debug"
