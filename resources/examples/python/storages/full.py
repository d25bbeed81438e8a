# SPDX-License-Identifier: LGPL-3.0-or-later
from dragonscales import storages


class Storage(storages.BaseStorage):
    """Always fails."""

    def store(self, result):
        raise OSError("there is no room left")
