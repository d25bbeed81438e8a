# SPDX-License-Identifier: LGPL-3.0-or-later
import json

from dragonscales import callbacks


class Callback(callbacks.BaseCallback):
    """Adds a line with the job's status to a file."""

    def call(self, status, path: str):
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps(status) + "\n")
