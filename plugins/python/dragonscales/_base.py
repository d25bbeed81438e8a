# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the four base classes derive from: pydantic's BaseModel where it can be imported, else a plain class."""

from typing import TYPE_CHECKING, Any, Callable, TypeVar

from dragonscales._pydantic import first_version

_Method = TypeVar("_Method", bound=Callable[..., Any])


def missing(method: _Method) -> _Method:
    """Marks a method that the project's class has to bring."""
    method._is_missing = True  # type: ignore[attr-defined]
    return method


if TYPE_CHECKING:

    class Base:
        def __init__(self, **args: Any) -> None: ...

        def __getattr__(self, name: str) -> Any: ...

        def dict(self) -> "dict[str, Any]": ...

else:
    _pydantic = first_version()

    if _pydantic is None:
        from dragonscales._plain import Base
    else:

        class Base(_pydantic.BaseModel):
            class Config:
                extra = "allow"
                arbitrary_types_allowed = True
                underscore_attrs_are_private = True
