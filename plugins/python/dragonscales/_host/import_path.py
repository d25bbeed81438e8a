# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where modules come from: the bundled package, the working directory, the project's folder, the rest."""

import os
import sys
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader


class OnlyDragonscales:
    """Finds the package in the host's folder, and nothing else that lies there: a project may have a module "host"."""

    def __init__(self, here):
        self._finder = FileFinder(here, (SourceFileLoader, SOURCE_SUFFIXES))

    def find_spec(self, name, target=None):
        return self._finder.find_spec(name, target) if name == "dragonscales" else None

    def invalidate_caches(self):
        self._finder.invalidate_caches()


def guard(here):
    def hook(path):
        if path != here:
            raise ImportError("not the host's folder", path=path)
        return OnlyDragonscales(here)

    sys.path_hooks.insert(0, hook)
    sys.path_importer_cache.pop(here, None)


def arrange(here, *folders):
    """Puts the folders in front of the rest, each once."""
    first = list(dict.fromkeys([here, *(folder for folder in folders if folder)]))
    known = {os.path.realpath(folder) for folder in first}
    rest = [entry for entry in sys.path if os.path.realpath(entry or os.curdir) not in known]
    sys.path[:] = first + rest
