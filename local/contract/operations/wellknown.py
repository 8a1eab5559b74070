"""Discovery: what verifies our tokens, and where."""

from collections.abc import Mapping

from local.contract.operation import JSON, Operation

_KEYS = {"type": "object", "properties": {"keys": {"type": "array", "items": {"type": "object"}}}, "required": ["keys"]}
_METADATA = {"type": "object", "required": ["issuer", "jwks_uri", "token_endpoint"]}
_CONDITIONAL = {
    "if-none-match": {"type": "string", "description": "The `etag` of the answer before: 304 if it is the same."}
}
_SAME = {"304": {"description": "As it was."}}


def _published(summary: str, schema: Mapping[str, object], event: str = "") -> Operation:
    answer = {JSON: schema}
    return Operation("discovery", summary, headers=_CONDITIONAL, answer=answer, event=event, more={"responses": _SAME})


OPERATIONS: Mapping[str, Operation] = {
    "GET /.well-known/jwks.json": _published("The public keys (RFC 7517).", _KEYS, "wellknown_keys"),
    "GET /.well-known/openid-configuration": _published("OpenID Connect's discovery.", _METADATA, "wellknown_openid"),
    "GET /.well-known/oauth-authorization-server": _published("OAuth's (RFC 8414), the same document.", _METADATA),
}
