# SPDX-License-Identifier: LGPL-3.0-or-later
"""Limits, texts and defaults in annotations: Annotated[int, "how many", Ge(1)], pydantic's Field() and constr()."""

from typing import Any, Iterable, Optional

from dragonscales._types.base import Schema, Shape

# How annotated_types and pydantic call them, and the keyword that says it in a schema of a number, text and list.
_OF_NUMBERS = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
}
_OF_TEXTS = {"min_length": "minLength", "max_length": "maxLength", "pattern": "pattern", "regex": "pattern"}
_OF_LISTS = {"min_length": "minItems", "max_length": "maxItems", "min_items": "minItems", "max_items": "maxItems"}
_BY_TYPE = {"integer": _OF_NUMBERS, "number": _OF_NUMBERS, "string": _OF_TEXTS, "array": _OF_LISTS}


class Limited(Shape):
    """A shape with limits and texts. The service checks the limits."""

    is_any = False

    def __init__(self, shape: Shape, extra: Iterable[Any]) -> None:
        self._shape = shape
        self._extra = list(extra)
        self.exact = shape.exact
        self.is_any = shape.is_any

    def convert(self, value: Any, place: str) -> Any:
        return self._shape.convert(value, place)

    def schema(self) -> Schema:
        schema = self._shape.schema()
        for each in self._extra:
            add_to(schema, each)
        return schema


def add_to(schema: Schema, extra: Any) -> None:
    if isinstance(extra, str):
        schema["description"] = extra
        return
    for part in (extra, *(getattr(extra, "metadata", None) or ())):
        _add_limits(schema, part)
    for word in ("title", "description"):
        text = getattr(extra, word, None)
        if isinstance(text, str) and text:
            schema[word] = text
    documentation = getattr(extra, "documentation", None)  # typing's Doc
    if isinstance(documentation, str):
        schema["description"] = documentation


def _add_limits(schema: Schema, part: Any) -> None:
    kinds = schema.get("type")
    for kind in [kinds] if isinstance(kinds, str) else kinds or []:
        for name, keyword in _BY_TYPE.get(kind, {}).items():
            value = getattr(part, name, None)
            value = getattr(value, "pattern", value)  # of a compiled expression
            if isinstance(value, (int, float, str)) and not isinstance(value, bool):
                schema[keyword] = value


def is_field(value: Any) -> bool:
    """Whether it is what pydantic's Field() makes."""
    return type(value).__name__ == "FieldInfo" and hasattr(value, "default")


def default_of_field(field: Any, missing: Any) -> Any:
    factory: Optional[Any] = getattr(field, "default_factory", None)
    if factory is not None:
        return factory()
    default = field.default
    is_none = default is ... or type(default).__name__ in ("UndefinedType", "PydanticUndefinedType")
    return missing if is_none else default
