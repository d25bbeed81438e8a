# SPDX-License-Identifier: LGPL-3.0-or-later
"""The folders that modules are looked for in, which grow with the projects' folders."""

import os

from dragonscales._host import import_path


class Paths:
    def __init__(self, here, watch):
        self._here = here
        self._watch = watch
        self._folders = []
        self.add_folder(os.getcwd())

    def add_folder(self, folder):
        if folder and folder not in self._folders:
            self._folders.append(folder)
            import_path.arrange(self._here, *self._folders)
            self._watch.add_folder(folder)

    def folders(self):
        return list(self._folders)
