# SPDX-License-Identifier: LGPL-3.0-or-later
"""pydantic's first version, where there is one: inside of its second it is pydantic.v1."""

import importlib
from typing import Any

_found: Any = False


def first_version() -> Any:
    """The module; None where there is none that works."""
    global _found
    if _found is False:
        _found = _imported()
    return _found


def _imported() -> Any:
    try:
        pydantic = importlib.import_module("pydantic")
        if not pydantic.VERSION.startswith("1."):
            pydantic = importlib.import_module("pydantic.v1")
        pydantic.create_model("Probe", value=(int, 0))  # which fails where it is too old for this Python
    except Exception:
        return None
    return pydantic
