"""Sessions of a Nakama that runs beside, with the same keys: believed here, and ours there, by the claims of both."""

import time
import uuid
from typing import Any

import jwt
import pytest

from tests.conftest import SETTINGS
from tests.helpers.players.client import Answer, Client, bearer

NAKAMAS = {"tid": str, "uid": str, "usn": str, "exp": int, "iat": int}
"""What Nakama 3.40's tokens have, and vrs where there are any; it reads these of a token, and nothing else."""
HEADER = {"alg": "HS256", "typ": "JWT"}
KEY, REFRESH_KEY = SETTINGS["session"]["keys"][0], SETTINGS["session"]["refresh_keys"][0]


def session_of(user_id: str, **changed: Any) -> Answer:  # noqa: ANN401 (whatever a token may say)
    """Give a session of the Nakama's."""
    now = int(time.time())
    claims = {"tid": str(uuid.uuid4()), "uid": user_id, "usn": "anna", "vrs": {"a": "b"}, "exp": now + 60, "iat": now}
    said = {name: value for name, value in (claims | changed).items() if value is not None}
    token, refresh = (jwt.encode(said, key, "HS256", headers=HEADER) for key in (KEY, REFRESH_KEY))
    return Answer(200, {}, {"token": token, "refresh_token": refresh})


@pytest.fixture
def anna(client: Client) -> Answer:
    """Give a player who is here."""
    return client.sign_in("anna")


def test_ours_are_nakamas(anna: Answer) -> None:
    """Both tokens are HS256 under their keys, and have each claim of Nakama's with its type."""
    for token, key in ((anna.token, KEY), (anna.refresh_token, REFRESH_KEY)):
        claims = jwt.decode(token, key, algorithms=["HS256"], options={"require": ["exp"], "verify_aud": False})

        assert {name: type(claims[name]) for name in NAKAMAS} == NAKAMAS
        assert all(isinstance(text, str) for text in claims.get("vrs", {}).values())


@pytest.mark.parametrize("changed", [{}, {"vrs": None}])
def test_nakamas_are_ours(client: Client, anna: Answer, changed: dict[str, Any]) -> None:
    """A session from there opens the account here, goes on here, and ends here."""
    theirs = session_of(anna.user_id, **changed)

    assert client.get_account(theirs).body["user"]["id"] == anna.user_id
    refreshed = client.refresh(theirs.refresh_token)
    assert refreshed.claims["tid"] == theirs.claims["tid"]
    assert client.get_account(refreshed).status == 200
    assert client.logout(refreshed, token=refreshed.token, refresh_token=refreshed.refresh_token).status == 200
    assert client.get_account(theirs).status == 401
    assert client.refresh(theirs.refresh_token).status == 401


def test_logout_everywhere_ends_theirs(client: Client, anna: Answer) -> None:
    """Who signs out everywhere here has signed out of sessions that began over there."""
    theirs = session_of(anna.user_id)
    client.logout(anna)

    assert client.get_account(theirs).status == 401


@pytest.mark.parametrize(
    "changed",
    [{"exp": 1}, {"tid": None}, {"iat": None}, {"gen": "0"}, {"gen": 1}, {"vrs": ["a"]}, {"uid": 7}],
)
def test_what_is_no_session(client: Client, anna: Answer, changed: dict[str, Any]) -> None:
    """What Nakama would not write, or what is over, is refused."""
    if "uid" not in changed:
        changed["uid"] = anna.user_id

    assert client.get_account(session_of(**{"user_id": anna.user_id, **_renamed(changed)})).status == 401


def _renamed(changed: dict[str, Any]) -> dict[str, Any]:
    return {("user_id" if name == "uid" else name): value for name, value in changed.items()}


def test_other_keys(client: Client, anna: Answer) -> None:
    """Neither a refresh token in a session's place, nor one of a stranger's key, is believed."""
    theirs = session_of(anna.user_id)
    forged = jwt.encode(jwt.decode(theirs.token, KEY, ["HS256"]), "another key of 32 bytes, or more", headers=HEADER)

    for token in (theirs.refresh_token, forged, theirs.token[:-2]):
        assert client.call("GET /v2/account", headers={"authorization": f"Bearer {token}"}).status == 401
    assert client.refresh(theirs.token).status == 401
    assert client.call("GET /v2/account", headers=bearer(theirs)).status == 200
