# SPDX-License-Identifier: LGPL-3.0-or-later
from typing import Any, Dict, List, Tuple

from dragonscales._types.base import Schema
from dragonscales._types.patterns import in_schema

_HOLDERS = ("definitions", "$defs")


def inlined(schema: Schema) -> Schema:
    """The schema without references: what they name stands in their place; a circle ends in anything."""
    definitions: Dict[str, Schema] = {}
    for holder in _HOLDERS:
        for name, definition in schema.get(holder, {}).items():
            definitions[f"#/{holder}/{name}"] = definition
    made: Schema = _Inliner(definitions).value({key: each for key, each in schema.items() if key not in _HOLDERS}, ())
    return made


class _Inliner:
    def __init__(self, definitions: Dict[str, Schema]) -> None:
        self._definitions = definitions

    def value(self, value: Any, above: Tuple[str, ...]) -> Any:
        if isinstance(value, list):
            return [self.value(each, above) for each in value]
        if not isinstance(value, dict):
            return value
        value = _without_wrapper(value)
        reference = value.get("$ref")
        if isinstance(reference, str):
            beside = {key: each for key, each in value.items() if key != "$ref"}
            target = {} if reference in above else self._definitions.get(reference, {})
            return {**self.value(target, (*above, reference)), **self.value(beside, above)}
        return self._members(value, above)

    def _members(self, schema: Schema, above: Tuple[str, ...]) -> Schema:
        made: Schema = {}
        for key, each in schema.items():
            if key == "patternProperties":
                known = {in_schema(pattern): self.value(member, above) for pattern, member in each.items()}
                made[key] = {pattern: member for pattern, member in known.items() if pattern is not None}
            elif key == "pattern":  # one that the service would not understand is left to the model
                made.update({key: text for text in [in_schema(each)] if text is not None})
            elif key == "properties" and isinstance(each, dict):
                made[key] = {name: self.value(member, above) for name, member in each.items()}
            elif key == "prefixItems":  # the older word for it
                made["items"] = self.value(each, above)
            elif key in ("default", "const", "enum", "example", "examples"):
                made[key] = each
            elif not (key in ("format", "discriminator") or (key == "items" and "prefixItems" in schema)):
                # The service's idea of a format is stricter than pydantic's.
                made[key] = self.value(each, above)
        if len(made.get("patternProperties", ())) < len(schema.get("patternProperties", ())):
            made["additionalProperties"] = True  # which may fit a pattern that is left out
        return made


# {"allOf": [{"$ref": …}], "title": …} is how a reference gets words of its own.
def _without_wrapper(schema: Schema) -> Schema:
    several: List[Any] = schema.get("allOf") or []
    if len(several) != 1 or not isinstance(several[0], dict) or "type" in schema:
        return schema
    return {**several[0], **{key: each for key, each in schema.items() if key != "allOf"}}
