# SPDX-License-Identifier: LGPL-3.0-or-later
from typing import Any

from dragonscales._base import Base, missing


class BaseTask(Base):
    """Derive a class named Task from it and give it run(self, …): its parameters are those of the requests.

    The instance is made from the args of the project file; each is an attribute.
    """

    queue: str = ""

    @missing
    def run(self, *args: Any, **params: Any) -> Any:
        """run(self, …) returns the result: what JSON has, what turns into that, or a dragonscales.File."""
        raise NotImplementedError("a task has a method run()")


__all__ = ["BaseTask"]
