# SPDX-License-Identifier: LGPL-3.0-or-later
from typing import Any

from dragonscales._base import Base, missing


class BaseCallback(Base):
    """Derive a class named Callback from it and give it call(self, status, …)."""

    @missing
    def call(self, *args: Any, **params: Any) -> Any:
        """call(self, status, …) tells somebody that a job has ended; an exception makes the service try again."""
        raise NotImplementedError("a callback has a method call()")


__all__ = ["BaseCallback"]
