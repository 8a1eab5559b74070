"""What the document says before any route: what the API is, its security schemes, its kinds of operations."""

from collections.abc import Mapping
from typing import Any

_ABOUT = """Nakama's authentication API, and what Symbolon has besides.

Fields are proto3's JSON: one with its zero value is left out of answers, null is the zero value, names may be in
lowerCamelCase, and a field that is unknown is ignored. Lengths are bytes of UTF-8 (`x-max-bytes`, `x-min-bytes`).

In messages, {} stands for what varies. A path that is not here is 404 `{"code": 5, "message": "Not Found"}`.
"""
INFO: Mapping[str, Any] = {
    "info": {
        "title": "Symbolon",
        "version": "2",
        "summary": "Game sign-in without a server to run.",
        "description": _ABOUT,
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    },
    "servers": [
        {"url": "http://127.0.0.1:7350", "description": "make serve"},
        {
            "url": "https://{host}",
            "description": "A deployment: its output Url, or its own domain.",
            "variables": {"host": {"default": "abcdefghij.execute-api.eu-central-1.amazonaws.com"}},
        },
    ],
}
SECURITY_SCHEMES: Mapping[str, Any] = {
    "serverKey": {
        "type": "http",
        "scheme": "basic",
        "description": "The server key as the user name, and no password. It ships inside the game.",
    },
    "session": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A session's token.",
    },
    "httpKey": {
        "type": "apiKey",
        "in": "query",
        "name": "http_key",
        "description": "The http key of the studio's servers.",
    },
    "httpKeyBasic": {
        "type": "http",
        "scheme": "basic",
        "description": "The http key as the user name, and no password.",
    },
    "partnerId": {
        "type": "apiKey",
        "in": "header",
        "name": "x-client-id",
        "description": "A partner's id: ten digits.",
    },
    "partnerSecret": {
        "type": "apiKey",
        "in": "header",
        "name": "x-client-secret",
        "description": "One of the partner's secrets.",
    },
    "partnerBasic": {
        "type": "http",
        "scheme": "basic",
        "description": "A partner's id as the user name, its secret as the password.",
    },
    "sigv4": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "x-amazon-apigateway-authtype": "awsSigv4",
        "description": "AWS's Signature Version 4 for the service execute-api; an IAM policy says which routes.",
    },
}
TAGS: Mapping[str, str] = {
    "sign-in": "A provider's credential for a session.",
    "links": "The identities of an account.",
    "accounts": "The caller's own account, and other users.",
    "sessions": "What becomes of a session.",
    "friends": "Friends, invites and blocks.",
    "rpc": "Procedures, which have one route.",
    "recovery": "Ways back into an account: docs/recovery.md.",
    "pages": "What letters' links open.",
    "partners": "Sessions that partners' servers start: docs/partners.md.",
    "oauth": "Tokens for others: docs/game-servers.md.",
    "discovery": "What verifies tokens.",
    "callbacks": "What providers tell of their users: docs/platform-duties.md.",
    "operators": "Looking after players: docs/operators.md.",
    "health": "Whether the API is there.",
}
