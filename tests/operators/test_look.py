"""One player with everything about it, on one page."""

import pytest

from tests.conftest import Configure
from tests.helpers.players.client import Answer, Client, device_of
from tests.helpers.players.friends import make_friends
from tests.helpers.players.merging import Twins, merged
from tests.helpers.players.operator import ARN, Operator
from tests.helpers.service import lambdas
from tests.helpers.service.clock import Clock
from tests.helpers.service.real_engines import ENGINES
from tests.helpers.service.store import Store

pytestmark = ENGINES


def test_account(operator: Operator, client: Client, anna: Answer) -> None:
    """The account's own fields are shown, each of them always, and no hash of a password."""
    client.update_account(anna, display_name="Anna K.", location="Lyon")
    make_friends(client, anna, client.sign_in("bert"))

    shown = operator.show(anna.user_id)

    assert (shown["id"], shown["username"], shown["display_name"]) == (anna.user_id, "anna", "Anna K.")
    assert (shown["location"], shown["timezone"], shown["metadata"]) == ("Lyon", "", "{}")
    assert (shown["email"], shown["has_password"], shown["friends"]) == ("anna@example.com", True, 1)
    assert (shown["ban"], shown["notes"], shown["sessions"]) == (None, [], [])
    assert "argon2" not in str(shown)


def test_identities_with_when_they_were_linked(operator: Operator, anna: Answer, store: Store) -> None:
    """Each identity is shown with its provider, subject and when it was linked, as far as that is known."""
    store.put_identity("device#" + device_of("anna"), anna.user_id)  # as it was before link times were kept

    shown = operator.show(anna.user_id)

    found = {(one["provider"], one["subject"]): one["link_time"] for one in shown["identities"]}
    assert found[("device", device_of("anna"))] == ""
    assert shown["create_time"] <= found[("custom", "custom-id-of-anna")] <= found[("email", "anna@example.com")]
    assert found[("email", "anna@example.com")] == shown["update_time"]


def test_stored_sessions(operator: Operator, client: Client, anna: Answer, clock: Clock) -> None:
    """Sessions that were refreshed or ended are shown, until their last token has expired."""
    clock.advance(60)
    renewed = client.refresh(anna.refresh_token)
    client.logout(renewed, token=renewed.token)

    [session] = operator.show(anna.user_id)["sessions"]

    assert session["session_id"] == anna.claims["tid"]
    assert (session["refreshes"], session["token_revoked"], session["refresh_token_revoked"]) == (1, True, False)
    assert session["refresh_time"] < session["expiry_time"]
    clock.advance(31 * 24 * 3600)
    assert operator.show(anna.user_id)["sessions"] == []


def test_notes(operator: Operator, anna: Answer, clock: Clock) -> None:
    """Notes are shown with their author, the newest first, and stay when the term of records has passed."""
    operator.done("notes", anna.user_id, text="Asked for a refund.")
    clock.advance(400 * 24 * 3600)
    operator.done("notes", anna.user_id, text="Was polite.")

    notes = operator.show(anna.user_id)["notes"]

    assert [(note["text"], note["by"]) for note in notes] == [("Was polite.", ARN), ("Asked for a refund.", ARN)]
    assert [entry["action"] for entry in operator.log(user=anna.user_id)] == ["note"]


def test_list_of_sessions(operator: Operator, client: Client, anna: Answer) -> None:
    """All stored sessions come in pages, each once."""
    sessions = [client.sign_in("anna") for _ in range(5)]
    for session in sessions:
        client.refresh(session.refresh_token)

    first = operator.call(f"GET /admin/v1/users/{anna.user_id}/sessions", query={"limit": "3"}).body
    second = operator.call(
        f"GET /admin/v1/users/{anna.user_id}/sessions", query={"limit": "3", "cursor": first["cursor"]}
    ).body

    shown = [session["session_id"] for session in first["sessions"] + second["sessions"]]
    assert sorted(shown) == sorted(session.claims["tid"] for session in sessions)
    assert "cursor" not in second


@pytest.mark.parametrize("what", ["", "/sessions", "/export"])
def test_nobody(operator: Operator, what: str) -> None:
    """An id that nobody has is 404, one that is none is 400."""
    nobody = operator.call(f"GET /admin/v1/users/00000000-0000-4000-8000-000000000000{what}")
    nonsense = operator.call(f"GET /admin/v1/users/anna{what}")

    assert nobody.error == (404, 5, "User not found.")
    assert nonsense.error == (400, 3, "id invalid, must be a UUID.")


@pytest.mark.usefixtures("client")
def test_last_use(operator: Operator, anna: Answer, clock: Clock, configure: Configure) -> None:
    """Each identity tells when it last began a session or had one refreshed, where sessions are tracked."""

    def used() -> dict[str, str | None]:
        return {one["provider"]: one["last_used"] for one in operator.show(anna.user_id)["identities"]}

    assert set(used().values()) == {None}
    configure(track=True)
    assert set(used().values()) == {""}
    client = Client(lambdas.invoke)
    session = client.authenticate("custom", id="custom-id-of-anna")
    begun = used()
    clock.advance(600)
    client.refresh(session.refresh_token)

    assert begun["custom"] is not None
    assert (begun["device"], begun["email"], used()["device"]) == ("", "", "")
    assert str(used()["custom"]) > begun["custom"]


def test_merged_account(operator: Operator, client: Client) -> None:
    """An account that was merged says into which."""
    twins = Twins.new_of(client)

    merged(client, twins.new, twins.ticket)

    assert operator.show(twins.old.user_id)["merged_into"] == twins.new.user_id
    assert operator.show(twins.new.user_id)["merged_into"] == ""
