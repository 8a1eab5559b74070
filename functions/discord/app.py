"""Discord: an access token, or an authorization code with its PKCE verifier.

https://discord.com/developers/docs/topics/oauth2. Verified: Discord says that the token is one of our application, of a
user who granted the scope identify, and still holds. A code is exchanged for such a token first; Discord itself refuses
one whose verifier or redirect URI is another. It makes one session; until then it may come again.

Settings: {"application_id": "…", "client_secret": "…", "redirect_uris": ["https://game.example.com/signed-in"]}
    The last two are for codes; an application that is a public client has no secret.
Credential: {"token": "…"} or {"code": "…", "code_verifier": "…", "redirect_uri": "…"}. Of a token, Discord says
    {"application": {"id": "159799960412356608", …}, "scopes": ["identify"], "expires": "2026-11-28T02:33:17.017+00:00",
     "user": {"id": "268473310986240001", "username": "anna", "global_name": "Anna", "avatar": "f749bb0cbeeb26ef…", …}}
"""

import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from symbolon.api.body import Body
from symbolon.api.request import Request
from symbolon.errors import InvalidArgument, Misconfigured, Unauthenticated
from symbolon.identities.identity import ExternalIdentity, Profile, text_claim
from symbolon.identities.links import LinkRule
from symbolon.internet.answers import Answer, Call
from symbolon.internet.outbound import Outbound
from symbolon.providers import Provider, asking_for, provider_app
from symbolon.settings.settings import Settings
from symbolon.verification.codes import Code

PROVIDER = Provider(name="discord", credential=("token", "code"), rule=LinkRule(in_use="Discord ID is already in use."))
REFUSED = "Could not authenticate Discord profile."
HOST = "discord.com"
AVATARS = "https://cdn.discordapp.com/avatars"
MAX_CODE_BYTES = 1024

_OUR_CLIENT = frozenset({"invalid_client", "unauthorized_client", "unsupported_grant_type"})
"""Errors that say nothing about the code: https://www.rfc-editor.org/rfc/rfc6749#section-5.2"""

_REFUSALS = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_SNOWFLAKE = re.compile(r"[1-9][0-9]{0,19}")
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{1,4096}")  # https://www.rfc-editor.org/rfc/rfc6750#section-2.1
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # https://www.rfc-editor.org/rfc/rfc7636#section-4.1
_AVATAR = re.compile(r"[A-Za-z0-9_]{1,64}")


def verify(request: Request, settings: Settings) -> ExternalIdentity:
    """Return the identity of the user who gave the token, or the code, to our application."""
    if not any(map(request.body.has, PROVIDER.credential)):
        raise InvalidArgument("Discord access token is required.")
    section = settings.section(PROVIDER.name, "Discord")
    application_id = section.get("application_id")
    if not isinstance(application_id, str) or not _SNOWFLAKE.fullmatch(application_id):
        raise Misconfigured("settings: discord.application_id must be a text of digits")
    asking = asking_for(request, "Discord", section, settings)
    door = Outbound("Discord", [HOST])
    if token := request.body.text("token"):
        if not _TOKEN.fullmatch(token):
            raise Unauthenticated(REFUSED)
        return asking.about(token, lambda: _owner(token, application_id, door))
    form = _exchange_form(request.body, section)
    # A code is worth what it was exchanged for to nobody but who knows the verifier.
    code = Code(PROVIDER.name, "\0".join((form["code"], form["code_verifier"], form["redirect_uri"])), REFUSED)
    token = code.exchanged(lambda: asking.about(code.text, lambda: _exchanged(form, door)))
    return _owner(token, application_id, door)._replace(proof=code.proof)


def _owner(token: str, application_id: str, door: Outbound) -> ExternalIdentity:
    """Return the identity of the user who gave our application the token."""
    headers = {"Authorization": f"Bearer {token}"}
    said = _granted(door.ask(Call(f"https://{HOST}/api/oauth2/@me", headers=headers)))
    return _identity(_user(said, application_id))


def _exchange_form(body: Body, section: Mapping[str, Any]) -> dict[str, str]:
    """Return what is sent to exchange the code; raises InvalidArgument for what is missing or none of ours."""
    code, redirect_uri, verifier = (body.text(name) for name in ("code", "redirect_uri", "code_verifier"))
    ours = section.get("redirect_uris", [])
    if not isinstance(ours, list):
        raise Misconfigured("settings: discord.redirect_uris must be a list")
    if not redirect_uri or redirect_uri not in ours:
        raise InvalidArgument("Discord redirect URI is not allowed.")
    if not _VERIFIER.fullmatch(verifier):
        raise InvalidArgument("Discord code verifier is required, 43-128 letters, digits, dots, dashes, tildes.")
    if len(code.encode()) > MAX_CODE_BYTES:
        raise Unauthenticated(REFUSED)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier}
    form["client_id"] = section["application_id"]
    if secret := section.get("client_secret"):
        form["client_secret"] = str(secret)
    return form


def _exchanged(form: Mapping[str, str], door: Outbound) -> str:
    """Return the access token for the code: https://www.rfc-editor.org/rfc/rfc7636#section-4.5."""
    answer = door.ask(Call(f"https://{HOST}/api/oauth2/token", form=form))
    if answer.status == HTTPStatus.UNAUTHORIZED:
        raise Misconfigured("settings: discord.client_secret was refused")
    if answer.status in _REFUSALS and text_claim(answer.json(), "error") in _OUR_CLIENT:
        raise Misconfigured("settings: discord: the application may not exchange codes")
    token = text_claim(_granted(answer), "access_token")
    if not _TOKEN.fullmatch(token):
        raise answer.nonsense()
    return token


def _granted(answer: Answer) -> Mapping[str, Any]:
    if answer.status in _REFUSALS:
        raise Unauthenticated(REFUSED, f"Discord: HTTP status {answer.status}")
    if answer.status != HTTPStatus.OK:
        raise answer.nonsense()
    return answer.json()


def _user(said: Mapping[str, Any], application_id: str) -> Mapping[str, Any]:
    """Return the user who gave the token; raises Unauthenticated unless it is one of ours and holds."""
    application, user = said.get("application"), said.get("user")
    if not isinstance(application, Mapping) or application.get("id") != application_id:
        raise Unauthenticated(REFUSED, "Discord: the token is not of our application")
    if not _is_future(said.get("expires")):
        raise Unauthenticated(REFUSED, "Discord: the token has expired")
    if not isinstance(user, Mapping) or not _SNOWFLAKE.fullmatch(text_claim(user, "id")):
        raise Unauthenticated(REFUSED, "Discord: the token lacks the scope identify")
    return user


def _is_future(expires: object) -> bool:
    try:
        moment = datetime.fromisoformat(str(expires))
    except ValueError:
        return False
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() > time.time()


def _identity(user: Mapping[str, Any]) -> ExternalIdentity:
    user_id, avatar = text_claim(user, "id"), text_claim(user, "avatar")
    name = text_claim(user, "global_name") or text_claim(user, "username")
    url = f"{AVATARS}/{user_id}/{avatar}.png?size=512" if _AVATAR.fullmatch(avatar) else ""
    return ExternalIdentity(PROVIDER.name, user_id, Profile(name, url), said=user)


handler = provider_app(PROVIDER, verify)
