# SPDX-License-Identifier: LGPL-3.0-or-later
"""Makes log lines of what the code tells Python's logging, where it has set up nothing itself."""

import sys
from importlib.machinery import PathFinder

_NAME = "logging"


class Logs:
    """logging takes 10 ms to import, so it is not before the code does: whenever that is, it is then set up."""

    def __init__(self, channel):
        self._channel = channel
        self._done = False

    def install(self):
        sys.meta_path.insert(0, self)
        self.adopt()

    # As a finder of modules.
    def find_spec(self, name, path=None, _target=None):
        if name != _NAME or self._done:
            return None
        spec = PathFinder.find_spec(name, path)
        if spec is not None and spec.loader is not None:
            self._follow(spec.loader)
        return spec

    def adopt(self):
        """Also before each request, for imports that did not come by here."""
        if self._done or _NAME not in sys.modules:
            return
        logging = sys.modules[_NAME]
        self._done = True
        if not hasattr(logging, "lastResort"):  # a module of the project that is called so
            return
        logging.lastResort = _handler(logging, self._channel)
        if logging.root.level == logging.WARNING and not logging.root.handlers:
            _show_info(logging)

    def _follow(self, loader):
        execute = loader.exec_module

        def exec_module(module):
            execute(module)
            self.adopt()

        loader.exec_module = exec_module


class _OurLevel(int):
    """Tells the level that is set here from one that the code sets."""


def _show_info(logging):
    """INFO until the code sets up handlers, then Python's own level again."""
    root = logging.root
    add = root.addHandler

    def add_handler(handler):
        if isinstance(root.level, _OurLevel) and not _is_of_itself(logging, sys._getframe(1)):
            root.setLevel(logging.WARNING)
        add(handler)

    root.setLevel(_OurLevel(logging.INFO))
    root.addHandler = add_handler


def _is_of_itself(logging, frame):
    """Whether logging.info() or the like calls basicConfig(), which the code did not ask for."""
    names = vars(logging)
    return frame.f_globals is names and frame.f_back is not None and frame.f_back.f_globals is names


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
