# SPDX-License-Identifier: LGPL-3.0-or-later
from dataclasses import dataclass
from typing import Any

from dragonscales._base import Base, missing
from dragonscales._errors import HTTPException


class BaseAuthorizer(Base):
    """Derive a class named Authorizer from it and give it authorize(self, request), plain or async."""

    @missing
    def authorize(self, request: Any) -> Any:
        """Refuses by raising an HTTPException, or any error with status_code and detail; else the request may pass."""
        raise NotImplementedError("an authorizer has a method authorize()")


@dataclass(frozen=True)
class Allow:
    """What an authorizer may return to say more than yes."""

    principal: str = ""  # who it is
    role: str = ""  # viewer, submitter, operator or admin; empty: submitter
    # Seconds, at most 1 hour, for which the service need not ask again about requests that are equal in method, path,
    # query, client and headers (but for Content-Length). An edit of the authorizer's file does not take it back.
    max_age: float = 0.0


__all__ = ["Allow", "BaseAuthorizer", "HTTPException"]
