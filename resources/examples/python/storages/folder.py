# SPDX-License-Identifier: LGPL-3.0-or-later
import json
import os

from dragonscales import storages


class Storage(storages.BaseStorage):
    """Writes the result as a file of this name into its directory."""

    directory: str

    def store(self, result, name: str):
        os.makedirs(self.directory, exist_ok=True)
        path = os.path.join(self.directory, os.path.basename(name) + ".json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(result, file)
        return {"path": path}
