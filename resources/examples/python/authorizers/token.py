# SPDX-License-Identifier: LGPL-3.0-or-later
import hmac

from dragonscales import HTTPException, authorizers


class Authorizer(authorizers.BaseAuthorizer):
    """Lets those in who send the token in the header X-Token."""

    token: str

    def authorize(self, request):
        sent = request.headers.get("x-token")
        if sent is None:
            raise HTTPException(status_code=401, detail="Send the token in the header X-Token.")
        if not hmac.compare_digest(sent.encode(), self.token.encode()):
            raise HTTPException(status_code=403, detail="This is not the token.")
