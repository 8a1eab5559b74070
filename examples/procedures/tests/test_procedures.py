"""The procedures as a game calls them, over HTTP: `make procedures PROCEDURES=examples/procedures` runs the server."""

import base64
import json
import os
import urllib.error
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

URL = os.environ["SYMBOLON_URL"]


def ask(path: str, body: object, authorization: str = "") -> tuple[int, Any]:
    """Send a request, and give status and JSON of the answer."""
    headers = {"content-type": "application/json", **({"authorization": authorization} if authorization else {})}
    request = urllib.request.Request(URL + path, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, json.load(refusal)


def new_player() -> str:
    """Sign a new player in, and give the header that shows the session."""
    key = base64.b64encode(f"{os.environ['SYMBOLON_SERVER_KEY']}:".encode()).decode()
    status, session = ask("/v2/account/authenticate/device", {"id": f"device-{uuid.uuid4()}"}, f"Basic {key}")
    assert status == 200, session
    return f"Bearer {session['token']}"


def call(player: str, rpc_id: str, payload: object) -> tuple[int, Any]:
    """Call a procedure as the player."""
    return ask(f"/v2/rpc/{rpc_id}?unwrap", payload, player)


def test_the_best_score_is_kept() -> None:
    """A score counts if it is better than those before, and is the player's own."""
    anna, grace = new_player(), new_player()

    assert call(anna, "scores/mine", {}) == (200, {"best": 0})
    assert [call(anna, "scores/submit", {"score": score})[1]["best"] for score in (5, 9, 7)] == [5, 9, 9]
    assert call(anna, "scores/mine", {}) == (200, {"best": 9})
    assert call(grace, "scores/mine", {}) == (200, {"best": 0})


def test_scores_at_once() -> None:
    """Of many at once the best one stays, whichever comes last."""
    anna = new_player()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda score: call(anna, "scores/submit", {"score": score}), range(1, 25)))

    assert call(anna, "scores/mine", {}) == (200, {"best": 24})


def test_what_is_no_score_is_refused() -> None:
    """A score is a whole number in its range, and takes a session."""
    anna = new_player()

    assert call(anna, "scores/submit", {"score": 0})[0] == 400
    assert call(anna, "scores/submit", {"score": "many"})[0] == 400
    assert ask("/v2/rpc/scores/mine?unwrap", {})[0] == 401


def test_who_may_call_what() -> None:
    """The greeting is for servers, too; the echo for players alone."""
    key = os.environ["SYMBOLON_HTTP_KEY"]

    assert ask(f"/v2/rpc/clientrpc.rpc_get?unwrap&http_key={key}", {}) == (200, {"message": "PONG"})
    assert ask(f"/v2/rpc/clientrpc.rpc?unwrap&http_key={key}", {})[0] == 403
    assert call(new_player(), "clientrpc.rpc", {"hello": "world"}) == (200, {"hello": "world"})
