"""What providers answer when something is wrong, and whose fault each is: the rows of docs/providers/faults.md."""

from collections.abc import Iterable
from dataclasses import dataclass

from tests.helpers.answers.answered import LATER, LIMIT, OURS, PLAYERS, Answered, google, graph, oauth, status, valve
from tests.helpers.providers import discord, issuer
from tests.helpers.providers.credentials import AUTHENTICATE, DEBUG_TOKEN, EXCHANGE, ME, PLAYER
from tests.helpers.providers.gamecenter import CERTIFICATE
from tests.helpers.providers.id_tokens import APPLE_ID
from tests.helpers.providers.replies import Reply, as_json
from tests.helpers.providers.ways import ANNOUNCED

_CLIENT = "settings: google.play_games was refused by Google: {}"
_PROJECT = "settings: google.play_games: the project of client_id cannot use the API: {}"
_SCOPE = "Play Games: the code lacks the scope games_lite, as one of Google Sign-In does"


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
    **{(name, way.place): way.faults for name, way in ANNOUNCED.items()},
}
"""Apple's keys stand for Google's and Limited Login's, which are fetched by the same code."""

_ANYWHERE = [
    Answered("429", Reply(429, b"{}", {"Retry-After": "17"}), LATER, LIMIT, 17),
    Answered("429, no `Retry-After`", Reply(429, b"{}"), LATER, LIMIT, 60),
    Answered("5xx", Reply(503, b"Later."), LATER),
    Answered("nothing, or nothing in time", Reply(raw=b""), LATER),
]

ROWS = [Row(way, place, answered) for (way, place), answers in _ANSWERS.items() for answered in [*answers, *_ANYWHERE]]
