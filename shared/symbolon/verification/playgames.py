"""Play Games Services: server auth codes, exchanged with our client secret, which binds them to our game.

https://developer.android.com/games/pgs/android/server-access
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from symbolon.errors import Misconfigured, Unauthenticated
from symbolon.identities.identity import ExternalIdentity, Profile, is_subject, text_claim
from symbolon.internet.answers import Answer, Call
from symbolon.internet.outbound import Outbound
from symbolon.limits.forgeries import Asking
from symbolon.verification.codes import Code

PROVIDER = "google"
REFUSED = "Could not authenticate Google profile."
NOT_CONFIGURED = "Google authentication is not configured."
TOKEN_HOST, GAMES_HOST = "oauth2.googleapis.com", "games.googleapis.com"
MAX_CODE_BYTES = 1024

_OUR_CLIENT = frozenset(
    {
        *("invalid_client", "unauthorized_client", "unsupported_grant_type", "redirect_uri_mismatch"),
        *("deleted_client", "disabled_client", "org_internal"),
    }
)
"""Errors of the exchange that say nothing about the code, but that Google does not know our client, or not as it has to
be: https://www.rfc-editor.org/rfc/rfc6749#section-5.2 and https://developers.google.com/identity/protocols/oauth2"""

_OUR_PROJECT = frozenset(
    {"accessNotConfigured", "SERVICE_DISABLED", "CONSUMER_INVALID", "BILLING_DISABLED", "USER_PROJECT_DENIED"}
)
_OUR_LIMIT = frozenset(
    {
        *("rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded", "quotaExceeded", "rate_limit_exceeded"),
        *("RATE_LIMIT_EXCEEDED", "RESOURCE_QUOTA_EXCEEDED", "RESOURCE_EXHAUSTED"),
    }
)
_SCOPE = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
"""Reasons of a 403: https://developers.google.com/games/services/web/api/rest and
https://cloud.google.com/apis/design/errors#error_info"""


def verify(code: str, application: Mapping[str, Any], asking: Asking) -> ExternalIdentity:
    """Return the identity of the player whom the code stands for, which our `application` may exchange.

    Raises Unauthenticated for a code that Google refuses, Misconfigured when it refuses us, Unavailable when it cannot
    be asked, ResourceExhausted when it is not to be.
    """
    if len(code.encode()) > MAX_CODE_BYTES:
        raise Unauthenticated(REFUSED)
    door, shown = Outbound("Google", [TOKEN_HOST, GAMES_HOST]), Code(PROVIDER, code, REFUSED)
    access_token = shown.exchanged(lambda: asking.about(code, lambda: _exchange(code, application, door)))
    headers = {"Authorization": f"Bearer {access_token}"}
    answer = door.ask(Call(f"https://{GAMES_HOST}/games/v1/players/me", headers=headers))
    player = answer.json()
    _check_player(answer)
    return _identity(player)._replace(proof=shown.proof)


def _identity(player: Mapping[str, Any]) -> ExternalIdentity:
    player_id = player.get("playerId")
    if not is_subject(player_id):
        raise Unauthenticated(REFUSED, "Play Games: no player id")
    profile = Profile(text_claim(player, "displayName"), text_claim(player, "avatarImageUrl"))
    # Play Games gives players an id for each game; those who came before keep their account by the older, global one.
    former = player.get("originalPlayerId")
    former = former if is_subject(former) and former != player_id else ""
    return ExternalIdentity(PROVIDER, player_id, profile, former_subject=former, said=player)


def _exchange(code: str, application: Mapping[str, object], door: Outbound) -> str:
    """Return the access token for the code: https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3."""
    if not application.get("client_id") or not application.get("client_secret"):
        raise Misconfigured("settings: google.play_games needs client_id and client_secret")
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": str(application["client_id"]),
        "client_secret": str(application["client_secret"]),
        "redirect_uri": "",  # the Android SDK's codes are bound to none
    }
    answer = door.ask(Call(f"https://{TOKEN_HOST}/token", form=form))
    granted = answer.json()
    error = text_claim(granted, "error")
    if error in _OUR_CLIENT:
        raise Misconfigured(f"settings: google.play_games was refused by Google: {error}")
    if error in _OUR_LIMIT:
        raise answer.busy()
    if answer.status != HTTPStatus.OK:
        raise Unauthenticated(REFUSED, f"Play Games: the exchange of the code got status {answer.status}")
    access_token = text_claim(granted, "access_token")
    if not access_token or not access_token.isascii():
        raise answer.nonsense()
    return access_token


def _check_player(answer: Answer) -> None:
    """Raise what an answer to the question for the player means, by the reasons that it gives, unless it is one."""
    if answer.status == HTTPStatus.OK:
        return
    reasons = _reasons(answer.json().get("error"))
    if ours := reasons & _OUR_PROJECT:
        raise Misconfigured(f"settings: google.play_games: the project of client_id cannot use the API: {min(ours)}")
    if reasons & _OUR_LIMIT:
        raise answer.busy()
    if reasons & _SCOPE:
        raise Unauthenticated(REFUSED, "Play Games: the code lacks the scope games_lite, as one of Google Sign-In does")
    raise Unauthenticated(REFUSED, f"Play Games: the player's request got status {answer.status}")


def _reasons(error: object) -> set[str]:
    """Return the reasons of an error, in the old form (`errors`) and the new one (`details`), and its `status`."""
    entries = [entry for name in ("errors", "details") for entry in _list(error, name)]
    status = text_claim(error, "status") if isinstance(error, Mapping) else ""
    return {status, *(text_claim(entry, "reason") for entry in entries if isinstance(entry, Mapping))}


def _list(value: object, name: str) -> list[object]:
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, list) else []
