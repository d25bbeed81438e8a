# SPDX-License-Identifier: LGPL-3.0-or-later
"""Finds the class that a module is to have, and makes its instance."""

from dragonscales._host import fault
from dragonscales._host.fault import Fault
from dragonscales._json.text import loads

CLASSES = {"task": "Task", "storage": "Storage", "callback": "Callback", "authorizer": "Authorizer"}
METHODS = {"task": "run", "storage": "store", "callback": "call", "authorizer": "authorize"}


def class_in(imported, module, kind, who):
    wanted = CLASSES[kind]
    cls = getattr(imported, wanted, None)
    file = getattr(imported, "__file__", None) or "no file"
    if not isinstance(cls, type):
        classes = [name for name, value in vars(imported).items() if isinstance(value, type)]
        has = "it has " + ", ".join(classes) if classes else "it has no class at all"
        raise Fault("module", f"The module {module['module']} of {who} ({file}) has no class {wanted}; {has}.")
    method = getattr(cls, METHODS[kind], None)
    if not callable(method) or getattr(method, "_is_missing", False):
        raise Fault(
            "module",
            f"The class {wanted} of {who} (module {module['module']}, {file}) has no method {METHODS[kind]}; add it.",
        )
    return cls


def made(cls, module, kind, who):
    values = loads(module.get("args") or "{}")
    if kind == "task":
        values = {"queue": module.get("queue", ""), **values}
    try:
        return cls(**values) if _has_base(cls) else _made_plainly(cls, values)
    except BaseException as error:
        place = fault.place_of(error)
        at = f" at {place}" if place else ""
        message = f"The constructor of {who} (module {module['module']}) failed{at}: {fault.one_line(error)}"
        raise Fault("module", message, fault.text_of(error)) from None


def _has_base(cls):
    return any(base.__module__ in ("dragonscales._base", "dragonscales._plain") for base in cls.__mro__)


def _made_plainly(cls, values):
    """A class without one of our bases gets those arguments that its constructor names, and all as attributes."""
    import inspect

    try:
        wanted = inspect.signature(cls).parameters.values()
    except ValueError:
        wanted = ()
    takes_all = any(each.kind is each.VAR_KEYWORD for each in wanted)
    names = {each.name for each in wanted if each.kind in (each.KEYWORD_ONLY, each.POSITIONAL_OR_KEYWORD)}
    instance = cls(**{name: value for name, value in values.items() if takes_all or name in names})
    for name, value in values.items():
        if name not in names:
            setattr(instance, name, value)
    return instance
