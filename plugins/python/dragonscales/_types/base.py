# SPDX-License-Identifier: LGPL-3.0-or-later
from typing import Any, Dict, Optional

Schema = Dict[str, Any]


class Misfit(ValueError):
    """A value that does not fit: where it is and what it is, in words."""

    __module__ = "dragonscales"  # as tracebacks show it


class Shape:
    """What one annotation stands for. This one stands for anything."""

    exact: Optional[type] = None  # a value of just this type needs no conversion
    is_any = True

    def schema(self) -> Schema:
        return {}

    def convert(self, value: Any, place: str) -> Any:
        """The value as Python code wants it; raises Misfit."""
        return value


ANY = Shape()


def misfit(place: str, value: Any, wanted: str) -> Misfit:
    shown = repr(value)
    if len(shown) > 100:
        shown = shown[:99] + "…"
    return Misfit(f"{place} is {shown}, which is not {wanted}")
