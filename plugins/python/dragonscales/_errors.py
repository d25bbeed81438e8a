# SPDX-License-Identifier: LGPL-3.0-or-later
from typing import Mapping, Optional


class PermanentError(Exception):
    """Raised by a task, storage or callback, it ends the tries: another one would fail as well."""


class HTTPException(Exception):
    """Raised by an authorizer, it refuses the request with this status and sentence."""

    def __init__(self, status_code: int, detail: str = "", headers: Optional[Mapping[str, str]] = None) -> None:
        super().__init__(status_code, detail)
        self.status_code = status_code
        self.detail = detail
        self.headers = dict(headers) if headers else None

    def __str__(self) -> str:
        return f"{self.status_code}: {self.detail}"
