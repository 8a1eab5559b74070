"""What providers answer when something is wrong, and whose fault each is: the rows of docs/providers/faults.md."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.helpers.providers import discord, issuer
from tests.helpers.providers.credentials import AUTHENTICATE, CONFIRM, DEBUG_TOKEN, EXCHANGE, ME, PLAYER
from tests.helpers.providers.gamecenter import CERTIFICATE
from tests.helpers.providers.id_tokens import APPLE_ID
from tests.helpers.providers.replies import Reply, as_json

PLAYERS, LATER, OURS = "player", "later", "ours"
LIMIT = "the provider's limit of requests was reached"
_CLIENT = "settings: google.play_games was refused by Google: {}"
_PROJECT = "settings: google.play_games: the project of client_id cannot use the API: {}"
_SCOPE = "Play Games: the code lacks the scope games_lite, as one of Google Sign-In does"


@dataclass(frozen=True)
class Answered:
    """An answer, as the page words it, and what comes of it: the kind, the log's detail, the seconds to wait."""

    said: str
    reply: Reply
    kind: str
    detail: str = ""
    pause: int = 0


@dataclass(frozen=True)
class Row:
    """A row of the page: by which way one signs in, and what is asked and answered then."""

    way: str
    place: str
    answered: Answered

    @property
    def line(self) -> str:
        """The row as the page has it."""
        place, detail = self.place.removeprefix("https://"), self.answered.detail
        return f"| `{place}` | {self.answered.said} | {self.answered.kind} | {f'`{detail}`' if detail else ''} |"


def oauth(kind: str, detail: str, *errors: str, status: int = 400) -> Iterator[Answered]:
    """Give errors of OAuth's."""
    for error in errors:
        reply = as_json({"error": error, "error_description": "words of the provider"}, status)
        yield Answered(f"{status} `{error}`", reply, kind, detail.format(error), 60 if detail == LIMIT else 0)


def google(kind: str, detail: str, *reasons: str) -> Iterator[Answered]:
    """Give refusals of Google's APIs: reasons in capitals come in the new form, others in the old one."""
    for reason in reasons:
        form = {"details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}]}
        if not reason.isupper():
            form = {"errors": [{"domain": "global", "reason": reason}]}
        reply = as_json({"error": {"code": 403, "message": "words", **form}}, 403)
        yield Answered(f"403 `{reason}`", reply, kind, detail.format(reason), 60 if detail == LIMIT else 0)


def graph(kind: str, detail: str, *codes: int) -> Iterator[Answered]:
    """Give errors of Facebook's Graph API."""
    for code in codes:
        reply = as_json({"error": {"message": "words", "type": "OAuthException", "code": code}}, 400)
        yield Answered(f"error {code}", reply, kind, detail.format(code), 60 if detail == LIMIT else 0)


def valve(detail: str, *codes: int) -> Iterator[Answered]:
    """Give errors of Valve's, which have status 200."""
    for code in codes:
        error = {"errorcode": code, "errordesc": "words"}
        yield Answered(f"200, error {code}", as_json({"response": {"error": error}}), PLAYERS, detail.format(code))


def status(kind: str, detail: str, *numbers: int) -> Iterator[Answered]:
    """Give answers that are no more than a status."""
    for number in numbers:
        yield Answered(f"{number}", as_json({}, number), kind, detail.format(number))


NOT_VALID = "Graph: the token is not valid"
_INSPECTED = [
    Answered("`is_valid` is false", as_json({"data": {"is_valid": False}}), PLAYERS, NOT_VALID),
    Answered("an error within `data`", as_json({"data": {"error": {"code": 190}}}), PLAYERS, NOT_VALID),
]
_GRAPH = [
    *graph(OURS, "settings: facebook.graph_version: Graph: error {}", 12, 2500, 2635),
    *graph(LATER, LIMIT, 4, 17, 32, 341, 613, 80001),
    *graph(LATER, "", 1, 2),
]
_ANSWERS: dict[tuple[str, str], Iterable[Answered]] = {
    ("play games", EXCHANGE): [
        *oauth(OURS, _CLIENT, "invalid_client", "deleted_client", status=401),
        *oauth(OURS, _CLIENT, "disabled_client", "unauthorized_client", status=401),
        *oauth(OURS, _CLIENT, "redirect_uri_mismatch", "unsupported_grant_type"),
        *oauth(OURS, _CLIENT, "org_internal", status=403),
        *oauth(PLAYERS, "Play Games: the exchange of the code got status 400", "invalid_grant", "invalid_request"),
        *oauth(LATER, LIMIT, "rate_limit_exceeded", status=403),
    ],
    ("play games", PLAYER): [
        *google(OURS, _PROJECT, "accessNotConfigured", "SERVICE_DISABLED", "CONSUMER_INVALID"),
        *google(OURS, _PROJECT, "BILLING_DISABLED", "USER_PROJECT_DENIED"),
        *google(LATER, LIMIT, "rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded", "quotaExceeded"),
        *google(LATER, LIMIT, "RATE_LIMIT_EXCEEDED", "RESOURCE_QUOTA_EXCEEDED"),
        *google(PLAYERS, _SCOPE, "insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
        *google(PLAYERS, "Play Games: the player's request got status 403", "forbidden"),
        *status(PLAYERS, "Play Games: the player's request got status {}", 401, 404),
    ],
    ("facebook", DEBUG_TOKEN): [
        *_INSPECTED,
        *graph(OURS, "settings: facebook.app_id or app_secret was refused", 101, 102, 104, 190, 200),
        *graph(PLAYERS, "Graph: error {}", 100),
        *_GRAPH,
    ],
    ("facebook", ME): [
        *graph(OURS, "settings: facebook.app_secret: Graph refuses appsecret_proof", 100),
        *graph(PLAYERS, "Graph: error {}", 10, 102, 190, 200),
        *_GRAPH,
    ],
    ("steam", AUTHENTICATE): [
        *status(OURS, "settings: steam.publisher_key was refused", 401, 403),
        *valve("Steam error {}", 3, 100, 101, 102),
    ],
    ("discord, a code", discord.EXCHANGE): [
        *status(OURS, "settings: discord.client_secret was refused", 401),
        *oauth(OURS, "settings: discord: the application may not exchange codes", "invalid_client"),
        *oauth(OURS, "settings: discord: the application may not exchange codes", "unauthorized_client"),
        *oauth(PLAYERS, "Discord: HTTP status 400", "invalid_grant", "invalid_request"),
    ],
    ("discord", discord.ME): [*status(PLAYERS, "Discord: HTTP status {}", 401, 403), *status(LATER, "", 404)],
    ("metaquest", CONFIRM): [
        Answered("`is_valid` is false", as_json({"is_valid": False}), PLAYERS),
        *graph(OURS, "settings: metaquest.app_id or metaquest.app_secret was refused by Meta", 102, 104, 190),
        *graph(LATER, LIMIT, 4, 17, 341, 613),
        *graph(LATER, "", 1, 2),
        *graph(PLAYERS, "", 100),
    ],
    ("gamecenter", CERTIFICATE): [
        *status(PLAYERS, "", 403, 404, 410),
        Answered("200, no certificate", Reply(200, b"<html>"), LATER),
    ],
    ("apple", APPLE_ID.keys_at): [*status(LATER, "", 404), Answered("200, no keys", as_json({"keys": []}), LATER)],
    ("oidc", issuer.DISCOVERY_URL): [
        *status(OURS, "settings: oidc.studio.issuer: its discovery answers HTTP status {}", 401, 404),
        Answered("200, no discovery", Reply(200, b"<html>"), LATER),
    ],
    ("oidc", issuer.KEYS_URL): [*status(LATER, "", 404), Answered("200, no keys", as_json({"keys": []}), LATER)],
}
"""Apple's keys stand for Google's and Limited Login's, which are fetched by the same code."""

_ANYWHERE = [
    Answered("429", Reply(429, b"{}", {"Retry-After": "17"}), LATER, LIMIT, 17),
    Answered("429, no `Retry-After`", Reply(429, b"{}"), LATER, LIMIT, 60),
    Answered("5xx", Reply(503, b"Later."), LATER),
    Answered("nothing, or nothing in time", Reply(raw=b""), LATER),
]

ROWS = [Row(way, place, answered) for (way, place), answers in _ANSWERS.items() for answered in [*answers, *_ANYWHERE]]
