# SPDX-License-Identifier: LGPL-3.0-or-later
"""Types that bring their own check and schema: pydantic's models of both versions, and its own types."""

from typing import Any, Callable, Dict, Optional

from dragonscales._types.base import Misfit, Schema, Shape
from dragonscales._types.inline import inlined


class ModelShape(Shape):
    is_any = False

    def __init__(self, schema: Callable[[], Schema], check: Callable[[Any], Any]) -> None:
        self._schema = schema
        self._check = check

    def schema(self) -> Schema:
        try:
            return inlined(self._schema())
        except Exception:  # a type that pydantic can check but not describe
            return {}

    def convert(self, value: Any, place: str) -> Any:
        try:
            return self._check(value)
        except (ValueError, TypeError) as error:
            raise Misfit(f"{place} does not fit: {_first_line(error)}") from None


def model_shape(kind: Any) -> Optional[Shape]:
    if not isinstance(kind, type):
        return None
    if hasattr(kind, "model_json_schema") and hasattr(kind, "model_validate"):
        return ModelShape(kind.model_json_schema, kind.model_validate)
    if hasattr(kind, "__fields__") and hasattr(kind, "parse_obj"):
        return ModelShape(lambda: _of_first_version(kind), lambda value: _parsed(kind, value))
    if hasattr(kind, "__get_pydantic_core_schema__"):
        return _of_second(kind)
    if hasattr(kind, "__get_validators__"):
        return _of_first(kind)
    return None


def _parsed(kind: Any, value: Any) -> Any:
    return value if isinstance(value, kind) else kind.parse_obj(value)


# It does not say that other members are kept.
def _of_first_version(kind: Any) -> Schema:
    schema: Schema = kind.schema()
    if getattr(kind.__config__.extra, "value", "") == "allow":
        schema["additionalProperties"] = True
    return schema


def _of_second(kind: Any) -> Optional[Shape]:
    try:
        import pydantic

        adapter = pydantic.TypeAdapter(kind)  # type: ignore[attr-defined]
    except Exception:
        return None
    return ModelShape(adapter.json_schema, adapter.validate_python)


def _of_first(kind: Any) -> Optional[Shape]:
    from dragonscales._pydantic import first_version

    pydantic = first_version()
    if pydantic is None:
        return None
    try:
        model = pydantic.create_model("Value", value=(kind, ...))
    except Exception:
        return None

    def schema() -> Schema:
        made: Dict[str, Any] = model.schema()
        own: Schema = {key: each for key, each in made["properties"]["value"].items() if key != "title"}
        return {**own, "definitions": made.get("definitions", {})}

    return ModelShape(schema, lambda value: model(value=value).value)


def _first_line(error: Exception) -> str:
    errors = getattr(error, "errors", None)
    if callable(errors):
        first = errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part != "value")
        return f"{where}: {first['msg']}" if where else str(first["msg"])
    return str(error)
