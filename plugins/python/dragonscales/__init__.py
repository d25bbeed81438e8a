# SPDX-License-Identifier: LGPL-3.0-or-later
"""Tasks, storages, callbacks and authorizers for the dragonscales service.

    from dragonscales import tasks

    class Task(tasks.BaseTask):
        def run(self, a: int, b: str):
            return {"a": a, "b": b}
"""

from dragonscales._context import Context, get_context
from dragonscales._errors import HTTPException, PermanentError
from dragonscales._file import File
from dragonscales._version import __version__

# The four modules with the base classes are imported when they are asked for: they may bring pydantic along.
__all__ = [
    "Context",
    "File",
    "HTTPException",
    "PermanentError",
    "__version__",
    "authorizers",
    "callbacks",
    "get_context",
    "storages",
    "tasks",
]


def __getattr__(name: str) -> object:
    if name in ("authorizers", "callbacks", "storages", "tasks"):
        import importlib

        return importlib.import_module("dragonscales." + name)
    raise AttributeError(f"module 'dragonscales' has no attribute {name!r}")
