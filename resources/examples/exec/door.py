#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
"""An authorizer in Python: knows a few people by their keys.

A refusal of its own is a verdict and exit status 0. Anything else, such as an exception, lets nobody in and answers
500 to the client, since nobody knows then who may come in.
"""

import hmac
import json
import sys


def verdict_on(request, people):
    scheme, _, key = request["headers"].get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        return {"allowed": False, "status": 401, "detail": "Send your key as Authorization: Bearer KEY"}
    for person in people:
        if hmac.compare_digest(person["key"].encode(), key.strip().encode()):
            # For a minute the service need not start this program again for equal headers.
            return {"allowed": True, "principal": person["name"], "role": person["role"], "max_age": 60}
    return {"allowed": False, "status": 403, "detail": "This key is not known"}


def main():
    asked = json.load(sys.stdin)
    json.dump(verdict_on(asked["request"], asked["args"]["people"]), sys.stdout)


if __name__ == "__main__":
    main()
