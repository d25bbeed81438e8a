# SPDX-License-Identifier: LGPL-3.0-or-later
import inspect
from typing import Any, Callable, Dict, List, Tuple

from dragonscales._types.annotations import shape_of
from dragonscales._types.base import ANY, Shape
from dragonscales._types.hints import hints_of
from dragonscales._types.limits import default_of_field, is_field

MISSING = inspect.Parameter.empty


class Signature:
    """The parameters of a method that requests give."""

    def __init__(self, method: Callable[..., Any], skip: int) -> None:
        self.names: List[str] = []
        self.positional_only: List[str] = []
        self.takes_all = False
        self.shapes: List[Tuple[str, Shape]] = []
        self.defaults: Dict[str, Any] = {}
        self.hidden_defaults: Dict[str, Any] = {}  # of pydantic's Field(), which Python would hand over itself
        self.hints = hints_of(method)
        parameters = _parameters(method)
        self.given = [parameter.name for parameter in parameters[:skip]]  # what the host itself hands over
        for parameter in parameters[skip:]:
            self._add(parameter)

    @property
    def result(self) -> Any:
        return self.hints.get("return", MISSING)

    def _add(self, parameter: inspect.Parameter) -> None:
        if parameter.kind is parameter.VAR_KEYWORD:
            self.takes_all = True
            return
        if parameter.kind is parameter.VAR_POSITIONAL:
            return
        name, default = parameter.name, parameter.default
        self.names.append(name)
        if parameter.kind is parameter.POSITIONAL_ONLY:
            self.positional_only.append(name)
        hint = self.hints.get(name, MISSING)
        field = default if is_field(default) else None
        if field is not None:
            default = default_of_field(field, MISSING)
            if default is not MISSING:
                self.hidden_defaults[name] = default
        if default is not MISSING:
            self.defaults[name] = default
        shape = ANY if hint is MISSING and field is None else shape_of(hint, field, optional=default is None)
        self.shapes.append((name, shape))


def _parameters(method: Callable[..., Any]) -> List[inspect.Parameter]:
    try:
        return list(inspect.signature(method).parameters.values())
    except (TypeError, ValueError):  # of a function that is written in C
        return [inspect.Parameter("params", inspect.Parameter.VAR_KEYWORD)]
