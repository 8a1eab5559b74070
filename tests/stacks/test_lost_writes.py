"""What a switch of regions loses: the last writes of the old one, item by item and not transaction by transaction.

docs/regions.md says what becomes of them; here they are lost, and it is looked at.
"""

from itertools import combinations

import pytest

from local.audit.audit import Pace, audit
from symbolon.identities.users import identity_key, user_key, username_key
from tests.helpers.audit.damage import drop
from tests.helpers.players.client import Client, device_of
from tests.helpers.service.store import Store

PACE = Pace(pause_seconds=0)
PARTS = ("account", "identity", "username")
LOST = [lost for size in (1, 2, 3) for lost in combinations(PARTS, size)]


@pytest.mark.parametrize("lost", LOST, ids="+".join)
def test_account_that_is_half_there(client: Client, lost: tuple[str, ...]) -> None:
    """Whichever items of a new account did not come along, the audit makes all agree, and its device signs in."""
    anna = client.sign_in("anna")
    places = {
        "account": user_key(anna.user_id),
        "identity": identity_key(f"device#{device_of('anna')}"),
        "username": username_key("anna"),
    }
    for part in lost:
        drop(places[part])

    list(audit(PACE, repair=True))

    again = client.sign_in("anna")
    assert again.status == 200
    assert list(audit(PACE)) == []
    assert (again.user_id == anna.user_id) == ("account" not in lost)


def test_refresh_whose_write_was_lost(client: Client, store: Store) -> None:
    """Its refresh token is refused and no theft, its session token holds, and the device signs in as before."""
    first = client.refresh(client.sign_in("anna").refresh_token)
    [row] = store.rows("SessionsTable")
    second = client.refresh(first.refresh_token)
    store.put("SessionsTable", row)

    assert client.refresh(second.refresh_token).status == 401
    assert client.get_account(second).status == 200
    assert client.sign_in("anna").user_id == first.user_id
    assert client.refresh(first.refresh_token).status == 200
