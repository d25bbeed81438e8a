# SPDX-License-Identifier: LGPL-3.0-or-later
"""The request as an authorizer sees it, and its answer."""

import sys

from dragonscales._host import answers
from dragonscales._json.text import dumps

_FIRST_STATUS, _LAST_STATUS, _FORBIDDEN = 100, 599, 403


class Headers:
    """Names compare in any case; of several with one name the first counts."""

    def __init__(self, pairs):
        self._pairs = [(name.lower(), value) for name, value in pairs]

    def __getitem__(self, name):
        wanted = name.lower()
        for key, value in self._pairs:
            if key == wanted:
                return value
        raise KeyError(name)

    def get(self, name, default=None):
        try:
            return self[name]
        except KeyError:
            return default

    def getlist(self, name):
        return [value for key, value in self._pairs if key == name.lower()]

    def __contains__(self, name):
        return isinstance(name, str) and any(key == name.lower() for key, _ in self._pairs)

    def __iter__(self):
        return iter(dict(self._pairs))

    def __len__(self):
        return len(dict(self._pairs))

    def keys(self):
        return [key for key, _ in self._pairs]

    def values(self):
        return [value for _, value in self._pairs]

    def items(self):
        return list(self._pairs)

    def __repr__(self):
        return f"Headers({self._pairs!r})"


class QueryParams(dict):
    """Of several with one name the last counts; getlist() has them all."""

    def __init__(self, text):
        from urllib.parse import parse_qsl

        self._pairs = parse_qsl(text, keep_blank_values=True)
        super().__init__(self._pairs)

    def getlist(self, name):
        return [value for key, value in self._pairs if key == name]

    def multi_items(self):
        return list(self._pairs)


class Url:
    def __init__(self, path, query):
        self.path = path
        self.query = query

    def __str__(self):
        return f"{self.path}?{self.query}" if self.query else self.path


class Client:
    def __init__(self, host):
        self.host = host


class Request:
    def __init__(self, values):
        self.method = values.get("method", "")
        self.headers = Headers(values.get("headers", ()))
        self.url = Url(values.get("path", ""), values.get("query", ""))
        self.client = Client(values.get("client", ""))
        self._query_params = None

    @property
    def query_params(self):
        if self._query_params is None:
            self._query_params = QueryParams(self.url.query)
        return self._query_params


def allowed(returned):
    """Whatever was returned allows; an Allow carries more."""
    allow = getattr(sys.modules.get("dragonscales.authorizers"), "Allow", None)
    if allow is None or not isinstance(returned, allow):
        return _ALLOWED
    age = max(0, int(float(returned.max_age or 0) * 1000))
    return _verdict(True, principal=str(returned.principal or ""), role=str(returned.role or ""), max_age_ms=age)


def refused(error):
    """The verdict of an error with a status, as FastAPI's HTTPException; None for any other.

    Which of the statuses refuse is the service's rule; here only what is no status at all becomes one.
    """
    try:
        status, detail = error.status_code, getattr(error, "detail", "")
    except Exception:
        return None
    if isinstance(status, bool) or not isinstance(status, int) or not isinstance(error, Exception):
        return None
    if not _FIRST_STATUS <= status <= _LAST_STATUS:
        status = _FORBIDDEN
    return _verdict(False, int(status), _words(detail), headers=_pairs(error))


def _verdict(is_allowed, status=200, detail="", principal="", role="", max_age_ms=0, headers=()):
    return answers.line(
        type="verdict",
        allowed=is_allowed,
        status=status,
        detail=detail,
        principal=principal,
        role=role,
        max_age_ms=max_age_ms,
        headers=headers,
    )


def _words(detail):
    if isinstance(detail, str):
        return detail
    try:
        return dumps(detail, "detail").decode() if detail is not None else ""
    except ValueError:
        return str(detail)


def _pairs(error):
    headers = getattr(error, "headers", None) or {}
    try:
        pairs = headers.items() if hasattr(headers, "items") else headers
        return [[str(name), str(value)] for name, value in pairs]
    except (TypeError, ValueError):
        return []


_ALLOWED = _verdict(True)
