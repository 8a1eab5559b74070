"""What one version writes of accounts, identities and sessions the other reads, whichever of them is the newer."""

import pytest

from tests.helpers.players.client import Answer, Client, device_of

pytestmark = pytest.mark.long

PASSWORD = "not a usual one 81"


def shown(session: Answer) -> dict[str, object]:
    """Give an account as its owner sees it, but for times that may move."""
    return {key: value for key, value in session.body.items() if key != "user"} | {
        key: value for key, value in session.body["user"].items() if key != "update_time"
    }


def test_sessions_and_accounts(pair: tuple[Client, Client], name: str) -> None:
    """A session of one version is believed by the other, which shows the same account and signs in the same player."""
    writer, reader = pair
    session = writer.sign_in(name)
    assert writer.update_account(session, display_name="Änne", location="Köln").status == 200

    seen, again = reader.get_account(session), reader.authenticate("device", {"create": "false"}, id=device_of(name))

    assert seen.status == 200
    assert shown(seen) == shown(writer.get_account(session))
    assert (again.status, again.user_id) == (200, session.user_id)


def test_every_own_identity(pair: tuple[Client, Client], name: str) -> None:
    """Identities that one version links sign in with the other, which unlinks them; the last one stays."""
    writer, reader = pair
    session = writer.sign_in(name)
    mail = {"email": f"{name}@example.com", "password": PASSWORD}
    assert writer.link(session, "email", **mail).status == 200
    assert writer.link(session, "custom", id=f"custom-{name}").status == 200

    found = [reader.authenticate("email", **mail), reader.authenticate("custom", id=f"custom-{name}")]
    taken = reader.link(reader.sign_in(f"{name}-2"), "custom", id=f"custom-{name}")
    statuses = [
        reader.unlink(session, "device", id=device_of(name)).status,
        writer.unlink(session, "custom", id=f"custom-{name}").status,
        reader.unlink(session, "email").status,
        writer.unlink(session, "email").status,
    ]

    assert [one.user_id for one in found] == [session.user_id] * 2
    assert taken.error[:2] == (409, 6)
    assert statuses == [200, 200, 403, 403]
    assert reader.authenticate("custom", {"create": "false"}, id=f"custom-{name}").status == 404


def test_refresh_tokens(pair: tuple[Client, Client], name: str) -> None:
    """A refresh token rotates at either; used at both it has one successor, and one that was used up is refused."""
    writer, reader = pair
    session = writer.sign_in(name)

    first, second = (client.refresh(session.refresh_token) for client in (writer, reader))
    third = reader.refresh(first.refresh_token)
    fourth = writer.refresh(third.refresh_token)

    assert [one.status for one in (first, second, third, fourth)] == [200] * 4
    assert first.refresh_token == second.refresh_token
    assert {one.claims["tid"] for one in (session, first, second, third, fourth)} == {session.claims["tid"]}


def test_logout(pair: tuple[Client, Client], name: str) -> None:
    """A logout at one version holds at the other: for the session token and for the refresh token."""
    writer, reader = pair
    session = writer.sign_in(name)
    other = writer.authenticate("device", id=device_of(name))

    left = writer.logout(session, token=session.token, refresh_token=session.refresh_token)

    assert left.status == 200
    assert [reader.get_account(session).status, reader.refresh(session.refresh_token).status] == [401, 401]
    assert reader.get_account(other).status == 200
    assert writer.logout(other).status == 200
    assert reader.get_account(other).status == 401


def test_usernames(pair: tuple[Client, Client], name: str) -> None:
    """A name that one version gave is taken at the other, and free again where the other takes it back."""
    writer, reader = pair
    session, other = writer.sign_in(name), reader.sign_in(f"{name}-2")

    taken = reader.update_account(other, username=name)
    moved = reader.update_account(session, username=f"{name}-3")
    free = writer.update_account(other, username=name)

    assert taken.error[:2] == (409, 6)
    assert [moved.status, free.status] == [200, 200]
    assert reader.get_users(other, usernames=[name]).body["users"][0]["id"] == other.user_id
