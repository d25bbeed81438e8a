# SPDX-License-Identifier: LGPL-3.0-or-later
"""Knows which files of the project this interpreter has read, and whether one was edited since."""

import os
import sys
import time
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
    SourcelessFileLoader,
)

_FOREIGN = ("site-packages", "dist-packages")
_FEW = 32  # files that are looked at before each request, 1 µs each
_BETWEEN = 0.02  # seconds between two looks at more than these


class Watch:
    """Reads the sources below its folders itself, so that nothing that is loaded escapes it."""

    def __init__(self, here):
        self._here = here
        self._folders = []
        self._read = {}
        self._next_look = 0.0

    def install(self):
        sys.path_hooks.insert(0, self._finder_of)

    def add_folder(self, folder):
        if folder and folder not in self._folders:
            self._folders.append(folder)
            for path in list(sys.path_importer_cache):
                if _is_below(path, folder):
                    del sys.path_importer_cache[path]

    def changed(self, is_module):
        """Whether a file differs from what was read. A vanished one only counts when it is a module of the project."""
        if len(self._read) > _FEW:
            now = time.monotonic()
            if now < self._next_look:
                return False
            self._next_look = now + _BETWEEN
        for path, was in self._read.items():
            try:
                if _state_of(path) != was:
                    return True
            except OSError:
                if is_module(path):
                    return True
        return False

    def note(self, path):
        self._read[path] = _state_of(path)

    def _finder_of(self, path):
        if not self._is_of_project(path) or not os.path.isdir(path):
            raise ImportError("no folder of the project", path=path)
        return FileFinder(
            path,
            (ExtensionFileLoader, EXTENSION_SUFFIXES),
            (self._loader, SOURCE_SUFFIXES),
            (SourcelessFileLoader, BYTECODE_SUFFIXES),
        )

    def _loader(self, name, path):
        return _Source(name, path, self)

    def _is_of_project(self, path):
        if _is_below(path, self._here) or any(part in _FOREIGN for part in path.split(os.sep)):
            return False
        return any(_is_below(path, folder) for folder in self._folders) and not _is_below(path, _STDLIB)


class _Source(SourceFileLoader):
    """Compiles a file as it is now: the caches' seconds would miss an edit that follows another one closely."""

    def __init__(self, name, path, watch):
        super().__init__(name, path)
        self._watch = watch

    def get_code(self, fullname):
        path = self.get_filename(fullname)
        self._watch.note(path)  # before it is read: what is written meanwhile counts as an edit
        return self.source_to_code(self.get_data(path), path)


def _state_of(path):
    status = os.stat(path)
    return status.st_mtime_ns, status.st_size, status.st_ino


def _is_below(path, folder):
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


_STDLIB = os.path.dirname(os.__file__)
