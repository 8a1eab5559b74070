"""The register of partners: secrets that come and go, and operators who meet."""

import os
import secrets

import pytest

from local.errors import StartError
from local.operate.partner_register import Issued, Register
from tests.helpers.players.partner_server import NAME, PartnerServer, register_at
from tests.helpers.service import lambdas
from tests.helpers.service.store import Store, dynamodb


@pytest.fixture
def register(store: Store, engine: str) -> Register:
    """Give the register of partners, which is empty."""
    assert store.rows("PartnersTable") == []
    return register_at(engine)


@pytest.fixture
def keys(register: Register) -> Issued:
    """Give the client id and secret of a partner."""
    return register.add(NAME)


def test_two_secrets_are_good_while_a_partner_changes(keys: Issued, register: Register) -> None:
    """A rotation adds a secret, the next one drops the oldest, and retiring leaves the newest alone."""
    first, client_id = keys, keys.client_id
    second = register.rotate(client_id)
    good = [PartnerServer(lambdas.invoke, one).start().status for one in (first, second)]
    third = register.rotate(client_id)
    later = [PartnerServer(lambdas.invoke, one).start().status for one in (first, second, third)]
    register.retire(client_id)
    last = [PartnerServer(lambdas.invoke, one).start().status for one in (first, second, third)]

    assert (good, later, last) == ([200, 200], [401, 200, 200], [401, 401, 200])


def test_secrets_are_stored_as_hashes(keys: Issued, store: Store) -> None:
    """The table of partners does not have a secret in it."""
    assert keys.secret not in str(store.rows("PartnersTable"))


def test_two_operators_at_once(keys: Issued, register: Register, engine: str) -> None:
    """Of two rotations at the same moment one is refused, so that no secret that was shown is lost."""
    client = dynamodb(engine)
    shown: list[Issued] = []

    def overtake(**_request: object) -> None:
        shown.append(register.rotate(keys.client_id))

    client.meta.events.register("before-parameter-build.dynamodb.UpdateItem", overtake)
    with pytest.raises(StartError, match="Somebody else changed the partner"):
        Register(client, os.environ["PARTNERS_TABLE"]).rotate(keys.client_id)

    assert [PartnerServer(lambdas.invoke, one).start().status for one in (keys, *shown)] == [200, 200]


def test_client_ids_are_not_given_twice(keys: Issued, register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client id that is taken goes to nobody else, even when chance insists on it."""
    monkeypatch.setattr(secrets, "randbelow", lambda _below: int(keys.client_id) - 10**9)

    with pytest.raises(StartError, match="No free client id"):
        register.add("Another")

    assert [entry.partner.name for entry in register.entries()] == [NAME]
