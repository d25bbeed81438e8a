# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the service shows about a module: its texts and its schemas."""

import inspect
import sys

from dragonscales._file import File
from dragonscales._host import answers
from dragonscales._host.classes import METHODS
from dragonscales._host.docstring import first_paragraph, parameter_texts
from dragonscales._host.loader import file_of
from dragonscales._json.text import dumps
from dragonscales._types.annotations import shape_of
from dragonscales._types.fields import Fields
from dragonscales._types.records import Member, default_schema, object_schema
from dragonscales._types.signature import MISSING, Signature

_NO_RESULT = ("callback", "authorizer")


def description(loader, module):
    kind = module["kind"]
    cls = loader.class_of(module, kind)
    method = getattr(cls, METHODS[kind])
    signature = Signature(method, skip=_own_parameters(cls, METHODS[kind]) + (0 if kind == "task" else 1))
    return answers.line(
        type="described",
        title=module["module"].rpartition(".")[2].replace("_", " ").capitalize(),
        description=_description(cls, method, sys.modules[module["module"]]),
        args_schema=_text(_args_schema(cls)),
        params_schema=_text(_params_schema(signature, inspect.getdoc(method))),
        result_schema=_text({} if kind in _NO_RESULT else _result_schema(signature.result)),
        file=file_of(module),
    )


# The "self" of a plain method, which a class method and a static one do not show.
def _own_parameters(cls, name):
    method = inspect.getattr_static(cls, name)
    return 0 if isinstance(method, (staticmethod, classmethod)) or not hasattr(method, "__get__") else 1


def _description(cls, method, module):
    for thing in (method, cls, module):
        text = first_paragraph(getattr(thing, "__doc__", None))
        if text:
            return text
    return ""


def _args_schema(cls):
    schema = Fields.of(cls).schema()
    schema["properties"].pop("queue", None)  # which the host gives
    schema["additionalProperties"] = True
    return schema


def _params_schema(signature, doc):
    texts = parameter_texts(doc)
    members = []
    for name, shape in signature.shapes:
        has_default = name in signature.defaults
        extra = default_schema(signature.defaults[name]) if has_default else {}
        if name in texts and "description" not in shape.schema():
            extra["description"] = texts[name]
        members.append(Member(name, shape, not has_default, extra))
    schema = object_schema(members)
    if signature.takes_all:
        schema["additionalProperties"] = True
    return schema


def _result_schema(hint):
    if hint is MISSING:
        return {}
    if isinstance(hint, type) and issubclass(hint, File):
        return {"description": "A file."}
    return shape_of(hint).schema()


def _text(schema):
    try:
        return dumps(schema, "schema").decode()
    except ValueError:  # a limit such as infinity
        return "{}"
