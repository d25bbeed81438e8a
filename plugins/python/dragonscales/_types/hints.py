# SPDX-License-Identifier: LGPL-3.0-or-later
import sys
import typing
from typing import Any, Dict


def hints_of(thing: Any) -> Dict[str, Any]:
    """The annotations of a function or class; those that cannot be resolved are left out, which means anything."""
    try:
        return typing.get_type_hints(thing, include_extras=True)
    except Exception:
        return _one_by_one(thing)


def _one_by_one(thing: Any) -> Dict[str, Any]:
    found: Dict[str, Any] = {}
    for owner in reversed(getattr(thing, "__mro__", (thing,))):
        names = getattr(sys.modules.get(getattr(owner, "__module__", "")), "__dict__", {})
        for name, hint in _written(owner).items():
            try:
                found[name] = _resolved(hint, names)
            except Exception:
                found.pop(name, None)
    return found


def _written(owner: Any) -> Dict[str, Any]:
    try:
        return dict(getattr(owner, "__annotations__", None) or {})
    except Exception:  # written lazily, with names that do not exist
        return {}


def _resolved(hint: Any, names: Dict[str, Any]) -> Any:
    holder = type("Holder", (), {"__annotations__": {"value": hint}})
    return typing.get_type_hints(holder, names, include_extras=True)["value"]
