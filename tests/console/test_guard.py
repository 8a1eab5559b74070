"""Whom the console answers, and which forms it takes."""

import os
import re
import socket
from pathlib import Path

import pytest

from local.console import guard
from tests.helpers.console.visitor import HOST, Visitor, said

OWN = f"http://{HOST}"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:7351"}, 200),
        ({"Host": "[::1]:7351"}, 200),
        ({"Origin": OWN, "Sec_Fetch_Site": "same-origin"}, 200),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example:7351"}, 403),
        ({"Host": "evil.example:7351@127.0.0.1.nip.example"}, 403),
        ({"Host": ""}, 403),
        ({"Host": "[::1"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:7350"}, 403),
        ({"Origin": f"https://{HOST}"}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
    ],
)
@pytest.mark.parametrize("path", ["/", "/players", "/mail", "/static/style.css"])
def test_who_is_answered(visitor: Visitor, path: str, headers: dict[str, str], status: int) -> None:
    """Pages of other sites, and names that only resolve to this machine, get nothing."""
    answer = visitor.get(path, **headers)

    assert answer.status_code == status
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    ("token", "headers", "status"),
    [
        ("right", {"Origin": OWN}, 404),
        ("right", {"Origin": OWN, "Sec_Fetch_Site": "same-origin"}, 404),
        ("right", {}, 403),
        ("right", {"Origin": "null"}, 403),
        ("right", {"Origin": "https://evil.example"}, 403),
        ("right", {"Origin": OWN, "Sec_Fetch_Site": "cross-site"}, 403),
        ("wrong", {"Origin": OWN, "Sec_Fetch_Site": "same-origin"}, 403),
        ("wröng", {"Origin": OWN}, 403),
        ("", {"Origin": OWN, "Sec_Fetch_Site": "same-origin"}, 403),
    ],
)
def test_which_forms_are_taken(visitor: Visitor, token: str, headers: dict[str, str], status: int) -> None:
    """A form changes something only with the token of our pages, sent from one of them."""
    fields = {"form_token": visitor.token() if token == "right" else token, "reason": "x"}

    answer = visitor.post("/players/00000000-0000-4000-8000-000000000000/signout", fields, **headers)

    assert answer.status_code == status  # 404: the form was taken, and there is no such player


def test_every_form_needs_the_token(visitor: Visitor) -> None:
    """No address that takes a form takes one without a token."""
    from local.console.console import _PAGES  # noqa: PLC0415 (the list that must be complete)

    for path, methods in _PAGES:
        if "POST" in methods:
            at = path.replace("<uuid:user_id>", "00000000-0000-4000-8000-000000000000")
            at = at.replace("<uuid:session_id>", "00000000-0000-4000-8000-000000000000")
            at = at.replace("<string(length=40):entry>", "a" * 40)
            assert visitor.post(at, Origin=OWN).status_code == 403, at
            assert visitor.get(at).status_code in (200, 404, 405), at


def test_policy_of_pages(visitor: Visitor) -> None:
    """No script or style in a page counts, none from elsewhere, and nothing is kept by the browser."""
    answer = visitor.get("/players")
    policy = answer.headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "<style" not in answer.text
    assert " style=" not in answer.text
    assert not re.search(r"<[^>]* on[a-z]+=", answer.text)


def test_two_consoles_have_two_tokens() -> None:
    """A form of another console, or of one that has ended, is refused with what to do."""
    answer = Visitor().post("/try", {"form_token": Visitor().token()}, Origin=OWN)

    assert answer.status_code == 403
    assert "Load its page anew" in said(answer)


@pytest.mark.parametrize(("user", "status"), [(os.getuid(), 200), (0, 200), (54321, 403)])
def test_other_users_of_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, user: int, status: int) -> None:
    """The console asks in its user's name, so Linux is asked whose connection it is; root may do anything anyway."""
    line = f"   7: 0100007F:D431 0100007F:1CB7 01 00000000:00000000 00:00000000 00000000 {user:5d} 0 1963423"
    table = tmp_path / "tcp"
    ended = line.replace(" 01 ", " 06 ").replace(f"{user:5d}", "    0").replace("1CB7", "1CB8")  # from the same port
    table.write_text(f"  sl  local_address rem_address\n{ended}\n{line}\n")
    monkeypatch.setattr(guard, "_CONNECTIONS", {"127.0.0.1": table})

    answer = Visitor()._http.get(  # noqa: SLF001 (an environment of its own)
        "/", headers={"Host": HOST}, environ_overrides={"REMOTE_ADDR": "127.0.0.1", "REMOTE_PORT": "54321"}
    )

    assert answer.status_code == status


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="this system does not list its connections in /proc")
def test_own_connection_is_found() -> None:
    """The list of this very system has a connection with the user who has made it."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as mine:
        assert guard._user_of("127.0.0.1", str(mine.getsockname()[1])) == os.getuid()  # noqa: SLF001 (as it is asked)


@pytest.mark.parametrize(("path", "status"), [("/elsewhere", 404), ("/players/anna", 404), ("/static/..", 404)])
def test_addresses_that_are_none(visitor: Visitor, path: str, status: int) -> None:
    """What is not there is said to be not there, on a page with the way back."""
    answer = visitor.get(path)

    assert answer.status_code == status
    assert "There is no such page." in answer.text


def test_methods_that_are_none(visitor: Visitor) -> None:
    """An address that shows something takes no form, and says what it takes."""
    answer = visitor.post("/records", {"form_token": visitor.token()}, Origin=OWN)

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_forms_that_are_too_large(visitor: Visitor) -> None:
    """A form of any size is not read into memory."""
    assert visitor.send("/try", token="x" * 300_000).status_code == 413
    assert visitor.get("/", Accept="application/json").json
