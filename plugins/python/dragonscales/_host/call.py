# SPDX-License-Identifier: LGPL-3.0-or-later
"""Calls a module's method with the parameters of a request."""

import types

from dragonscales._host import loop
from dragonscales._host.fault import Fault
from dragonscales._types.base import Misfit
from dragonscales._types.signature import Signature


class Call:
    """Made once per instance, so that a call costs next to nothing."""

    __slots__ = ("_checks", "_defaults", "_given", "_method", "_names", "_positional", "_who")

    def __init__(self, method, kind, who):
        signature = Signature(method, skip=0 if kind == "task" else 1)
        self._method = method
        self._given = frozenset(signature.given)
        self._who = who
        self._names = None if signature.takes_all else frozenset(signature.names)
        self._positional = tuple(signature.positional_only)
        self._checks = tuple((name, shape.exact, shape.convert) for name, shape in signature.shapes if not shape.is_any)
        self._defaults = signature.hidden_defaults

    def __call__(self, params, *first):
        names = self._names
        if names is not None and not params.keys() <= names:
            params = {name: value for name, value in params.items() if name in names}
        elif names is None and self._given and not self._given.isdisjoint(params):
            params = {name: value for name, value in params.items() if name not in self._given}
        for name, exact, convert in self._checks:
            if name in params and type(params[name]) is not exact:
                params[name] = self._converted(convert, name, params[name])
        if self._defaults:  # which are not checked, as Python's own are not
            params = {**self._defaults, **params}
        if self._positional:
            first += tuple(params.pop(name) for name in self._positional if name in params)
        result = self._method(*first, **params)
        return loop.run(result) if type(result) is types.CoroutineType else result

    def _converted(self, convert, name, value):
        try:
            return convert(value, name)
        except Misfit as misfit:
            raise Fault("params", f"A parameter of {self._who} does not fit: {misfit}.") from None
