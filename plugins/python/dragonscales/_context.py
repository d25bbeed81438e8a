# SPDX-License-Identifier: LGPL-3.0-or-later
import sys
import time
from typing import Any, Optional

LEVELS = ("debug", "info", "warning", "error")


class Context:
    """What the running code may know about its job, and what it may tell about it.

    It may be used from any thread. After the job has ended it tells nothing any more.
    """

    def __init__(
        self,
        job_id: str = "",
        *,
        entry: str = "",
        delivery_id: str = "",
        traceparent: str = "",
        deadline: Optional[float] = None,
        channel: Optional["Channel"] = None,
    ) -> None:
        self.job_id = job_id
        self.entry = entry  # the module's name in the project
        self.delivery_id = delivery_id  # of a callback; the same when it is told again
        self.traceparent = traceparent  # W3C trace context; empty when there is none
        self.deadline = deadline  # on the clock of time.monotonic(); None: there is none
        self._channel = channel or Channel()

    @property
    def remaining(self) -> Optional[float]:
        """Seconds until the deadline, 0 when it has passed, None when there is none."""
        return None if self.deadline is None else max(0.0, self.deadline - time.monotonic())

    @property
    def stop_requested(self) -> bool:
        """True once the job was canceled or is overdue: code should end soon, it will be killed otherwise."""
        return self._channel.stop_requested() or self.remaining == 0.0

    @property
    def scratch(self) -> str:
        """A folder of this job, which is removed after it."""
        return self._channel.scratch()

    def progress(self, fraction: float, text: str = "") -> None:
        """Tells how much is done, 0 to 1. It may be called in the innermost loop: a few a second are shown."""
        self._channel.progress(min(1.0, max(0.0, float(fraction))), str(text))

    def log(self, level: str, text: Any) -> None:
        """Adds a line to the job's log. The level is debug, info, warning or error."""
        if level not in LEVELS:
            raise ValueError(f"the level is {level!r}; use one of {', '.join(LEVELS)}")
        self._channel.log(level, str(text))


class Channel:
    """Where a context tells things. This one serves code that runs outside of the service, as in its tests."""

    def __init__(self) -> None:
        self._folder: Any = None

    def stop_requested(self) -> bool:
        return False

    def scratch(self) -> str:
        if self._folder is None:
            import tempfile

            self._folder = tempfile.TemporaryDirectory(prefix="dragonscales-")
        return str(self._folder.name)

    def progress(self, fraction: float, text: str) -> None:
        pass

    def log(self, level: str, text: str) -> None:
        print(f"{level}: {text}", file=sys.stderr)


class _OfWhatRuns(Context):
    """What code gets while nothing runs, as at a module's level: later it stands for the context of what runs then."""

    def __getattribute__(self, name: str) -> Any:
        return object.__getattribute__(_current or self, name)


_current: Optional[Context] = None
_outside = _OfWhatRuns()


def get_context() -> Context:
    """The context of what runs now; outside of the service, one that writes its log to standard error.

    One that was taken while a module was imported, or in a constructor, stands for whatever runs when it is used.
    """
    return _current or _outside


def set_context(context: Optional[Context]) -> None:
    global _current
    _current = context
