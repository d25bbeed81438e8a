# SPDX-License-Identifier: LGPL-3.0-or-later
"""The base without pydantic: arguments become attributes, declared ones are checked and converted."""

from typing import Any, Dict

from dragonscales._types.fields import Fields


class Base:
    def __init__(self, **args: Any) -> None:
        for name, value in Fields.of(type(self)).checked(args).items():
            setattr(self, name, value)

    def dict(self) -> Dict[str, Any]:
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.dict().items())
        return f"{type(self).__name__}({shown})"
