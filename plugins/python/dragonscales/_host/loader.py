# SPDX-License-Identifier: LGPL-3.0-or-later
"""Keeps the instances of modules, and makes those that it does not have."""

import sys

from dragonscales._host.call import Call
from dragonscales._host.classes import METHODS, class_in, made
from dragonscales._host.importing import imported


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
            instance = made(cls, module, kind, who)
            call = Call(getattr(instance, METHODS[kind]), kind, who)
        finally:
            self._end(loading)
        return Ready(module.get("entry", ""), who, file_of(module), instance, call)

    def _begin(self, module, kind):
        self._paths.add_folder(module.get("folder", ""))
        self._phase.loading(module.get("library") or module["module"])
        return self._limit.begin(f"The module {module['module']} of {whose(module, kind)}")

    def _end(self, loading):
        self._limit.end(loading)
        self._after_load()

    def _class(self, module, kind, who):
        return class_in(imported(module["module"], who, self._paths.folders()), module, kind, who)


def whose(module, kind):
    return f"the {kind} “{module.get('entry', '')}”"


def file_of(module):
    loaded = sys.modules.get(module["module"])
    return getattr(loaded, "__file__", None) or module.get("library", "")
