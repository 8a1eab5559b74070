"""Malformed input, among everything else: whatever it is, the answer is no 5xx."""

import json
from random import Random

from local.torture.play.turn import Turn, plays
from local.torture.play.wire import Call, basic

_BODIES = (
    *("", "{", "[]", "null", '"text"', "0", "{}", '{"id": 1}', '{"id": null}', '{"id": ""}', '{"id": {"id": []}}'),
    *('{"id": "x"}', '{"id": "\\u0000device-id"}', '{"id": "\\ud800device-id"}', '{"id": "a", "id": "b"}', "NaN"),
    *('{"email": "@", "password": "12345678"}', '{"email": [], "password": {}}', '{"token": "a.b.c"}'),
    *('{"vars": {"a": 1}}', '{"vars": []}', '{"username": "\\u202e"}', '{"username": ""}', '{"location": 1}'),
    *('{"token": 0, "refresh_token": []}', '{"user_id": ["a"]}', '{"user_id": "a", "level": 1e400}', "[" * 3000),
)
_QUERIES = (
    *("", "create=perhaps", "create=true&create=false", "username=%00", "username=%ff", "username=" + "a" * 200),
    *(
        "ids=",
        "ids=none",
        "usernames=&usernames=",
        "limit=0",
        "limit=99999999999",
        "state=-1",
        "cursor=%%%",
        "cursor=W10=",
    ),
    *("unwrap", "unwrap=1&unwrap=2", "http_key=wrong", "http_key=%e2%98%83", "sync=maybe", "&&&==", "a" * 3000),
)
_KEYS = ("", "Bearer", "Bearer a.b.c", "Basic", "Basic !", "Basic /w==", "Digest x", "Bearer " + "x" * 3000, "\x00")
_METHODS = ("GET", "POST", "PUT", "DELETE")


_DOES_WITHOUT_INPUT = ("DELETE /v2/account", "POST /v2/session/logout", "/unlink/")
"""Routes at which nonsense, or nothing, is a wish: these are asked with nonsense for a key."""


@plays(3)
def send_nonsense(turn: Turn) -> None:
    """Send something that is wrong in one way or in several, to a route that there is or is not."""
    turn.around.history.inputs += 1
    draw, session = turn.draw, turn.session()
    route = draw.choice(turn.around.routes) if turn.happens(0.9) else _strange_route(draw)
    right = [basic(turn.around.server_key)] + ([f"Bearer {session.token}"] if session else [])
    is_wish = any(part in route for part in _DOES_WITHOUT_INPUT)
    key = draw.choice(_KEYS if is_wish or turn.happens(0.4) else right)
    body = draw.choice(_BODIES) if turn.happens(0.8) else _shortened(draw)
    turn.ask(Call(route, draw.choice(_QUERIES), {"authorization": key} if key else {}, body))


def _strange_route(draw: Random) -> str:
    return f"{draw.choice(_METHODS)} /v2/{draw.choice(['', 'account/', 'rpc/', 'account/link/nobody', '..%2f', 'é'])}"


def _shortened(draw: Random) -> str:
    """Return a body that is right, but for its end."""
    text = json.dumps(
        {"id": "device-id-0", "email": "player0@example.com", "password": "correct horse", "vars": {"a": "b"}}
    )
    return text[: draw.randrange(len(text))]
