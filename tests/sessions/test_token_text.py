"""In which letters tokens and answers are written: UTF-8, and in tokens for JavaScript what its base64 can read."""

import base64
import json
import string

import pytest

from tests.helpers.players.client import Answer, Client, bearer

BROWSERS = [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "node",
    "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
    "Node.js/20",
    "axios/1.7.2",
    "undici",
    "Deno/2.5.1",
    "Bun/1.2.21",
    "Python/3.13 aiohttp/3.14.5",
]
OTHERS = [
    "",
    "UnityPlayer/6000.0.1f1 (UnityWebRequest/1.0)",
    "GodotEngine/4.5",
    "curl/8.0 Mozilla/5.0",
    "a node",
    "python-requests/2.32",
]
LETTERS = "aé?Ω>🦊~" + string.punctuation
BASE64 = set(string.ascii_letters + string.digits)


def sign_in(client: Client, user_agent: str, username: str, variables: dict[str, str]) -> Answer:
    """Sign in a new player with a client that shows itself as `user_agent`, which has none when that is empty."""
    headers = client.application | ({"user-agent": user_agent} if user_agent else {})
    body = {"id": f"custom-{username}"[:120].replace(" ", "_"), "vars": variables}
    return client.call("POST /v2/account/authenticate/custom", body, {"username": username}, headers)


def payload(token: str) -> str:
    """Give the part of a token that clients decode."""
    return token.split(".")[1]


def read_by_atob(token: str) -> dict[str, object]:
    """Give the claims as nakama-js 2.8.0 reads them: it drops what base64 has not, and takes each byte for a letter."""
    kept = "".join(digit for digit in payload(token) if digit in BASE64)
    claims: dict[str, object] = json.loads(base64.b64decode(kept + "=" * (-len(kept) % 4)).decode("latin-1"))
    return claims


@pytest.mark.parametrize("user_agent", BROWSERS)
def test_a_browser_reads_every_name(client: Client, user_agent: str) -> None:
    """Browsers, Node and its like, and nakama-python get tokens that plain base64 and Latin-1 can read."""
    session = sign_in(client, user_agent, "Zoë?>~", {"clan~": "Ωmega?\x7f"})
    headers = client.application | {"user-agent": user_agent}
    refreshed = client.call("POST /v2/account/session/refresh", {"token": session.refresh_token}, headers=headers)

    for token in (session.token, session.refresh_token, refreshed.token, refreshed.refresh_token):
        claims = read_by_atob(token)
        assert (claims["usn"], claims["vrs"]) == ("Zoë?>~", {"clan~": "Ωmega?\x7f"})


@pytest.mark.parametrize("user_agent", OTHERS)
def test_others_get_utf8(client: Client, user_agent: str) -> None:
    """All others get letters and no escapes, which nakama-dotnet would misread."""
    session = sign_in(client, user_agent, "Zoë?>~", {"clan~": "Ωmega?"})

    for token in (session.token, session.refresh_token):
        text = base64.urlsafe_b64decode(payload(token) + "==").decode()
        assert '"usn":"Zoë?>~"' in text
        assert '"vrs":{"clan~":"Ωmega?"}' in text


def test_no_alignment_needs_base64url(client: Client) -> None:
    """Every character of ASCII, and letters beyond, at each place among three bytes: no token has a "-" or "_"."""
    characters = sorted({chr(code) for code in range(1, 128)} | set(LETTERS))
    for shift in range(3):
        for first in range(0, len(characters), 32):
            some = characters[first : first + 32]
            variables = {f"{'x' * shift}{index}": character * 7 for index, character in enumerate(some)}
            session = sign_in(client, "node", f"{'x' * shift}{first}", variables)

            assert set(payload(session.token)) <= BASE64
            assert session.claims["vrs"] == variables


@pytest.mark.parametrize("letter", LETTERS)
def test_names_of_one_letter(client: Client, letter: str) -> None:
    """A name of one such letter, however often repeated, is read by a browser as it is."""
    for times in (1, 2, 3, 4, 5, 24):
        name = f"n{letter * times}e"
        session = sign_in(client, "Mozilla/5.0", name, {})

        assert set(payload(session.token) + payload(session.refresh_token)) <= BASE64
        assert read_by_atob(session.token)["usn"] == name


def test_both_forms_are_verified(client: Client) -> None:
    """A session that began in one form goes on in the other, and either token is accepted whoever shows it."""
    session = sign_in(client, "Mozilla/5.0", "Zoë?", {})
    refreshed = client.refresh(session.refresh_token)
    again = client.call(
        "POST /v2/account/session/refresh",
        {"token": refreshed.refresh_token},
        headers=client.application | {"user-agent": "Mozilla/5.0"},
    )

    assert [client.get_account(answer).status for answer in (session, refreshed, again)] == [200, 200, 200]
    assert again.claims["usn"] == "Zoë?"


def test_answers_are_utf8(client: Client) -> None:
    """Answers have letters where JSON would allow escapes, for browsers too."""
    session = client.sign_in("zoë")
    client.update_account(session, display_name="Zoë 🦊", location="Ωmega")

    answer = client.call("GET /v2/account", headers=bearer(session) | {"user-agent": "Mozilla/5.0"})

    assert '"display_name":"Zoë 🦊"' in answer.text
    assert '"location":"Ωmega"' in answer.text


@pytest.mark.parametrize("unwrap", [{"unwrap": ""}, {}], ids=["unwrap", "envelope"])
def test_results_of_procedures_are_utf8(client: Client, unwrap: dict[str, str]) -> None:
    """So have the results of procedures, in Nakama's envelope too."""
    session = client.sign_in("zoë")
    client.update_account(session, display_name="Zoë 🦊")

    query = {"payload": json.dumps({"username": "zoë"})} | unwrap
    answer = client.call("GET /v2/rpc/account/lookup", query=query, headers=bearer(session))

    assert "Zoë 🦊" in answer.text
