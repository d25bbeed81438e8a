#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
"""A storage in Python: keeps a result as a file, and answers where it lies.

It runs in the folder of the project file, so "directory" in its args is relative to that.
"""

import json
import os
import shutil
import sys
import tempfile


def write_to(file, request):
    if "file" in request:  # the task's result is a file, which stays where it is
        with open(request["file"], "rb") as source:
            shutil.copyfileobj(source, file)
    else:
        file.write(json.dumps(request["result"], ensure_ascii=False, allow_nan=False).encode())


def main():
    request = json.load(sys.stdin)
    directory = request["args"]["directory"]
    ending = os.path.splitext(request["file"])[1] if "file" in request else ".json"
    path = os.path.join(directory, request["params"].get("name", request["job"]) + ending)

    os.makedirs(directory, exist_ok=True)
    # First under another name: whoever looks at the folder meanwhile sees no half of a file.
    with tempfile.NamedTemporaryFile(dir=directory, delete=False) as file:
        write_to(file, request)
    os.replace(file.name, path)

    print("kept", path, file=sys.stderr)  # a line of the job's log
    json.dump({"path": os.path.abspath(path), "bytes": os.path.getsize(path)}, sys.stdout)


if __name__ == "__main__":
    main()
