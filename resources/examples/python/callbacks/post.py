# SPDX-License-Identifier: LGPL-3.0-or-later
import json
import urllib.request

from dragonscales import callbacks


class Callback(callbacks.BaseCallback):
    """Posts the job's status to an address."""

    timeout: float

    def call(self, status, url: str):
        request = urllib.request.Request(
            url,
            data=json.dumps(status, ensure_ascii=False, separators=(",", ":")).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=self.timeout):
            pass
