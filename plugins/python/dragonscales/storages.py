# SPDX-License-Identifier: LGPL-3.0-or-later
from typing import Any

from dragonscales._base import Base, missing


class BaseStorage(Base):
    """Derive a class named Storage from it and give it store(self, result, …)."""

    @missing
    def store(self, *args: Any, **params: Any) -> Any:
        """store(self, result, …) keeps the task's result and returns where: any value of JSON, for the clients."""
        raise NotImplementedError("a storage has a method store()")


__all__ = ["BaseStorage"]
