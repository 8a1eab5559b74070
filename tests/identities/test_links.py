"""Which identities an account has: one of each kind but devices, each of one account, and never none."""

import pytest

from symbolon.identities.link_writes import MAX_LINKS
from tests.helpers.players.client import Answer, Client, device_of
from tests.helpers.service.real_engines import ENGINES
from tests.helpers.service.store import Store

pytestmark = ENGINES
LAST_LINK = (403, 7, "Cannot unlink last account identifier. Check profile exists and is not last link.")
CREDENTIALS = {
    "device": {"id": "a-device-of-anna"},
    "custom": {"id": "custom-id-of-anna"},
    "email": {"email": "anna@example.com", "password": "3bc8f72e95a9"},
}
PROVIDERS = pytest.mark.parametrize("provider", CREDENTIALS)


def identities(store: Store, session: Answer) -> set[str]:
    """Give the identities that sign in to the session's account."""
    return {row["identity"] for row in store.rows("IdentitiesTable") if row["user_id"] == session.user_id}


@PROVIDERS
def test_linked_identity_signs_in(client: Client, provider: str) -> None:
    """An identity that was linked is one more way into the account."""
    session = client.sign_in("anna")

    assert client.link(session, provider, **CREDENTIALS[provider]).body == {}

    assert client.authenticate(provider, **CREDENTIALS[provider]).user_id == session.user_id


@PROVIDERS
def test_linking_ones_own_again(client: Client, store: Store, provider: str) -> None:
    """An identity that the account has may be linked again, which changes nothing."""
    session = client.sign_in("anna")
    client.link(session, provider, **CREDENTIALS[provider])
    before = store.user(session.user_id)["links"]

    assert client.link(session, provider, **CREDENTIALS[provider]).body == {}

    assert store.user(session.user_id)["links"] == before
    assert client.authenticate(provider, **CREDENTIALS[provider]).user_id == session.user_id


@PROVIDERS
def test_identity_of_another_account(client: Client, store: Store, provider: str) -> None:
    """An identity belongs to one account: linking it to a second is refused and changes neither."""
    anna = client.authenticate(provider, **CREDENTIALS[provider])
    bert = client.sign_in("bert")

    assert client.link(bert, provider, **CREDENTIALS[provider]).error[:2] == (409, 6)

    assert client.authenticate(provider, **CREDENTIALS[provider]).user_id == anna.user_id
    assert identities(store, bert) == {f"device#{device_of('bert')}"}


@PROVIDERS
def test_refused_link_keeps_the_one_there_was(client: Client, provider: str) -> None:
    """A replacement that is refused leaves the account's own identity of that kind where it was."""
    client.authenticate(provider, **CREDENTIALS[provider])
    own = {name: value.replace("anna", "bert") for name, value in CREDENTIALS[provider].items()}
    bert = client.authenticate(provider, **own)

    assert client.link(bert, provider, **CREDENTIALS[provider]).status == 409

    assert client.authenticate(provider, **own).user_id == bert.user_id


@PROVIDERS
def test_unlinked_identity_is_free(client: Client, provider: str) -> None:
    """An identity that was unlinked signs in to a new account."""
    session = client.sign_in("anna")
    client.link(session, provider, **CREDENTIALS[provider])

    assert client.unlink(session, provider, **CREDENTIALS[provider]).body == {}

    answer = client.authenticate(provider, **CREDENTIALS[provider])
    assert answer.body["created"] is True
    assert answer.user_id != session.user_id


@PROVIDERS
def test_last_identity_stays(client: Client, provider: str) -> None:
    """The last way into an account cannot be unlinked."""
    session = client.authenticate(provider, **CREDENTIALS[provider])

    assert client.unlink(session, provider, **CREDENTIALS[provider]).error == LAST_LINK

    assert client.authenticate(provider, {"create": "false"}, **CREDENTIALS[provider]).user_id == session.user_id


@pytest.mark.parametrize("provider", ["custom", "email"])
def test_unlink_without_a_credential_of_a_kind_that_is_not_linked(client: Client, provider: str) -> None:
    """Where there is nothing to unlink, the answer is that of the last link."""
    session = client.sign_in("anna")
    client.link(session, "device", id="another-device")

    assert client.unlink(session, provider).error == LAST_LINK


def test_somebody_elses_identity_cannot_be_unlinked(client: Client) -> None:
    """An unlink reaches the caller's own identities alone."""
    anna, bert = client.sign_in("anna"), client.sign_in("bert")
    client.link(bert, "custom", id="custom-id-of-bert")

    assert client.unlink(bert, "device", id=device_of("anna")).error == LAST_LINK

    assert client.sign_in("anna").user_id == anna.user_id


def test_any_order_of_kinds(client: Client, store: Store) -> None:
    """All kinds but one can go, whichever stays."""
    session = client.sign_in("anna")
    for provider, credential in CREDENTIALS.items():
        client.link(session, provider, **credential)

    assert client.unlink(session, "custom").status == 200
    assert client.unlink(session, "device", id=device_of("anna")).status == 200
    assert client.unlink(session, "device", **CREDENTIALS["device"]).status == 200
    assert client.unlink(session, "email").error == LAST_LINK

    assert identities(store, session) == {"email#anna@example.com"}


@PROVIDERS
def test_links_need_a_session(client: Client, provider: str) -> None:
    """The server key links and unlinks nothing."""
    for verb in ("link", "unlink"):
        answer = client.call(f"POST /v2/account/{verb}/{provider}", CREDENTIALS[provider])
        with_key = client.call(f"POST /v2/account/{verb}/{provider}", CREDENTIALS[provider], None, client.application)

        assert answer.error == (401, 16, "Auth token required")
        assert with_key.error == (401, 16, "Auth token invalid")


def test_number_of_identities_is_limited(client: Client, store: Store) -> None:
    """An account can have 64 identities, so that its deletion fits one transaction; replacing is still possible."""
    session = client.sign_in("anna")
    client.link(session, "custom", id="custom-id-of-anna")
    store.fill_devices(session.user_id, MAX_LINKS - 1)

    assert client.link(session, "device", id="the-last-device").status == 200
    refused = client.link(session, "device", id="one-device-more")

    assert refused.error == (429, 8, "An account can have at most 64 identities.")
    assert client.link(session, "custom", id="another-id-of-anna").status == 200
    assert client.link(session, "device", id="device-number-0").status == 200
    assert client.authenticate("device", {"create": "false"}, id="one-device-more").status == 404
    assert client.delete_account(session).status == 200
    assert store.rows("IdentitiesTable") == store.rows("UsernamesTable") == store.rows("UsersTable") == []
