"""Apple's tokens, for the one purpose of revoking them: codes exchanged, tokens kept with the identity, tokens revoked.

https://developer.apple.com/documentation/signinwithapplerestapi/generate-and-validate-tokens and
https://developer.apple.com/documentation/signinwithapplerestapi/revoke-tokens.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import jwt

from symbolon.accounts.revocations import KEPT, revocation_key, writing_down
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, Write
from symbolon.duties.applekey import ISSUER, AppleKey
from symbolon.errors import InvalidArgument, Misconfigured
from symbolon.identities.identity import text_claim
from symbolon.identities.users import identity_key
from symbolon.internet.answers import Answer, Call
from symbolon.internet.outbound import Outbound
from symbolon.limits.budgets import Pause

HOST = "appleid.apple.com"
BUDGET_SECONDS = 8.0
"""For what one exchange or revocation asks of Apple. Nobody waits for it."""

RENEWED_SECONDS = 24 * 3600
"""A token that was kept within this time is as good as a new one."""

PAUSE_SECONDS = 60
"""From one exchange for an identity to the next: who signs in again and again with codes that are none asks for few."""

_OUR_CLIENT = frozenset({"invalid_client", "unauthorized_client"})


@dataclass(frozen=True)
class Grant:
    """What a player's game handed over: for which client, and either a code or a refresh token."""

    identity: str = ""
    client_id: str = ""
    code: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    redirect_uri: str = ""

    def __post_init__(self) -> None:
        """Raise InvalidArgument where it is none."""
        if not self.identity.startswith("apple#") or not self.client_id or not (self.code or self.refresh_token):
            raise InvalidArgument("The event names no identity of Apple's, or grants nothing.")


def keep(grant: Grant, key: AppleKey) -> bool:
    """Exchange what was granted, and keep the token with the identity; tell whether that was done.

    It is not where there is one already, or where Apple refuses the grant or says that it is somebody else's. A token
    whose identity is gone by now is revoked. Raises Unavailable, Misconfigured.
    """
    at = identity_key(grant.identity)
    kept = (dynamodb.get(at) or {}).get(KEPT, {})
    if kept.get("client_id") == grant.client_id and kept["at"] > time.time() - RENEWED_SECONDS:
        return False
    pause = Pause("apple grants", grant.identity, PAUSE_SECONDS)
    if not pause.begin():
        return False
    with pause.kept_unless_it_fails():
        token = _exchanged(grant, key)
    if not token:
        return False
    sealed = key.sealed(token, grant.client_id)
    item = {"client_id": grant.client_id, "sealed": sealed, "at": int(time.time())}
    update = Write("Update", at, "attribute_exists(user_id)", f"SET {KEPT} = :kept", values={":kept": item})
    if dynamodb.update(update) is None:
        return True
    late = writing_down(item)
    dynamodb.transact([late])
    revoke({**dict(late.key.parts), **late.item}, key)
    return False


def revoke(item: Item, key: AppleKey) -> bool:
    """Revoke what was written down; tell whether Apple knew the token. Raises Unavailable, Misconfigured.

    Doing it again changes nothing: Apple's answer is the same.
    """
    client_id = item["client_id"]
    token = key.opened(item["sealed"], client_id)
    form = {"token": token, "token_type_hint": "refresh_token"}
    answer = _asked("revoke", client_id, form, key)
    known = answer.status == HTTPStatus.OK
    if not known:
        _error_of(answer)
    dynamodb.transact([Write("Delete", revocation_key(item["revocation"]), "")])
    return known


def _exchanged(grant: Grant, key: AppleKey) -> str:
    """Return the refresh token for the grant, "" where Apple refuses it or it is somebody else's."""
    form = {"grant_type": "authorization_code", "code": grant.code}
    form |= {"redirect_uri": grant.redirect_uri} if grant.redirect_uri else {}
    if not grant.code:
        form = {"grant_type": "refresh_token", "refresh_token": grant.refresh_token}
    answer = _asked("token", grant.client_id, form, key)
    if answer.status != HTTPStatus.OK:
        _error_of(answer)
        return ""
    said = answer.json()
    token = text_claim(said, "refresh_token") or grant.refresh_token
    if not token:
        raise answer.nonsense()
    return token if _subject(said, grant.client_id) == grant.identity.partition("#")[2] else ""


def _asked(path: str, client_id: str, form: Mapping[str, str], key: AppleKey) -> Answer:
    ours = {"client_id": client_id, "client_secret": key.client_secret(client_id)}
    door = Outbound("Apple", [HOST], BUDGET_SECONDS)
    return door.ask(Call(f"https://{HOST}/auth/{path}", form={**ours, **form}))


def _error_of(answer: Answer) -> None:
    """Raise Misconfigured where Apple does not know our client, Unavailable for what is no refusal at all."""
    error = text_claim(answer.json(), "error")
    if error in _OUR_CLIENT:
        raise Misconfigured(f"settings: apple.team_id, key_id or private_key was refused by Apple: {error}")
    if not error:
        raise answer.nonsense()


def _subject(said: Mapping[str, Any], client_id: str) -> str:
    """Return whose the tokens are. The ID token came from Apple itself, so that its signature adds nothing.

    https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation, point 6.
    """
    try:
        claims = jwt.decode(text_claim(said, "id_token"), options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError):
        return ""
    is_ours = claims.get("iss") == ISSUER and claims.get("aud") == client_id
    return text_claim(claims, "sub") if is_ours else ""
