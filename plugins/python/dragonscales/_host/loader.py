# SPDX-License-Identifier: LGPL-3.0-or-later
"""Imports modules, finds their classes and makes instances; keeps what it has made."""

import importlib
import sys

from dragonscales._host import fault
from dragonscales._host.call import Call
from dragonscales._host.fault import Fault
from dragonscales._json.text import loads

CLASSES = {"task": "Task", "storage": "Storage", "callback": "Callback", "authorizer": "Authorizer"}
METHODS = {"task": "run", "storage": "store", "callback": "call", "authorizer": "authorize"}


class Ready:
    """An instance, and how to call it."""

    __slots__ = ("call", "entry", "file", "instance", "who")

    def __init__(self, entry, who, file, instance, call):
        self.entry = entry
        self.who = who
        self.file = file
        self.instance = instance
        self.call = call


class Loader:
    def __init__(self, paths, phase, limit, after_load):
        self._paths = paths  # add_folder()
        self._phase = phase
        self._limit = limit
        self._after_load = after_load
        self._ready = {}

    def ready(self, module, kind):
        key = (kind, module["module"], module.get("args", ""), module.get("queue", ""), module.get("entry", ""))
        known = self._ready.get(key)
        if known is None:
            known = self._ready[key] = self._load(module, kind)
        return known

    def is_module(self, path):
        return any(ready.file == path for ready in self._ready.values())

    def class_of(self, module, kind):
        """The class of a module, which is imported but not made."""
        loading = self._begin(module, kind)
        try:
            return self._class(module, kind, whose(module, kind))
        finally:
            self._end(loading)

    def _load(self, module, kind):
        who = whose(module, kind)
        loading = self._begin(module, kind)
        try:
            cls = self._class(module, kind, who)
            instance = _made(cls, module, kind, who)
            call = Call(getattr(instance, METHODS[kind]), kind, who)
        finally:
            self._end(loading)
        return Ready(module.get("entry", ""), who, file_of(cls, module), instance, call)

    def _begin(self, module, kind):
        self._paths.add_folder(module.get("folder", ""))
        self._phase.loading(module.get("library") or module["module"])
        return self._limit.begin(f"The module {module['module']} of {whose(module, kind)}")

    def _end(self, loading):
        self._limit.end(loading)
        self._after_load()

    def _class(self, module, kind, who):
        imported = _imported(module["module"], who, self._paths.folders())
        return _class_in(imported, module, kind, who)


def whose(module, kind):
    return f"the {kind} “{module.get('entry', '')}”"


def file_of(_cls, module):
    loaded = sys.modules.get(module["module"])
    return getattr(loaded, "__file__", None) or module.get("library", "")


def _imported(name, who, folders):
    found = sys.modules.get(name)
    if found is not None:
        return found
    importlib.invalidate_caches()
    try:
        __import__(name)  # whose tracebacks have no lines of importlib
    except BaseException as error:
        raise _import_fault(name, who, folders, error) from None
    return sys.modules[name]


def _import_fault(name, who, folders, error):
    detail = fault.text_of(error)
    if isinstance(error, ModuleNotFoundError) and _is_part(error.name, name):
        looked = f"looked in {', '.join(folders)}, then as Python does"
        return Fault("module", f"The module {name} of {who} was not found; {looked}.", detail)
    place = fault.place_of(error)
    at = f" at {place}" if place else ""
    if isinstance(error, SyntaxError):
        return Fault("module", f"The module {name} of {who} has a syntax error{at}: {error.msg}.", detail)
    return Fault("module", f"The module {name} of {who} cannot be imported{at}: {fault.last_line(error)}", detail)


def _is_part(missing, name):
    return missing is not None and (name == missing or name.startswith(missing + "."))


def _class_in(imported, module, kind, who):
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


def _made(cls, module, kind, who):
    values = loads(module.get("args") or "{}")
    if kind == "task":
        values = {"queue": module.get("queue", ""), **values}
    try:
        return cls(**values) if _has_base(cls) else _made_plainly(cls, values)
    except BaseException as error:
        place = fault.place_of(error)
        at = f" at {place}" if place else ""
        message = f"The constructor of {who} (module {module['module']}) failed{at}: {fault.last_line(error)}"
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
