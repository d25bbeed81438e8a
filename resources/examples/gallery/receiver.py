#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
"""A webhook receiver: checks the signature of what comes in and prints one line for each delivery.

It follows the Standard Webhooks specification (https://www.standardwebhooks.com): the signature is
base64(HMAC-SHA256(secret, id + "." + timestamp + "." + body)). Needs nothing but Python 3.

    HOOK_SECRET=whsec_… receiver.py [--port 8003]

Port 0 picks a free one. The first line on standard output is "receiving on http://127.0.0.1:PORT/".
"""

import argparse
import base64
import hashlib
import hmac
import http.server
import json
import os
import sys
import time

TOLERANCE_SECONDS = 300


def is_genuine(secret, headers, body):
    """Whether this body was signed with our secret, recently."""
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(expected, given) for given in headers.get("webhook-signature", "").split())


class Receiver(http.server.BaseHTTPRequestHandler):
    secret = ""

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        genuine = is_genuine(self.secret, self.headers, body)
        self.send_response(204 if genuine else 401)
        self.end_headers()
        if genuine:
            status = json.loads(body)
            line = {"delivery": self.headers["webhook-id"], **status}
        else:
            line = {"refused": "the signature does not match"}
        print(json.dumps(line), flush=True)

    def log_message(self, *_):
        """Standard error stays quiet."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8003)
    arguments = parser.parse_args()
    Receiver.secret = os.environ.get("HOOK_SECRET", "")
    if not Receiver.secret.startswith("whsec_"):
        sys.exit("receiver: set HOOK_SECRET to the secret that the webhooks are signed with (whsec_…)")
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", arguments.port), Receiver)
    except OSError as error:
        sys.exit(f"receiver: port {arguments.port} cannot be used: {error.strerror}")
    print(f"receiving on http://127.0.0.1:{server.server_port}/", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
