"""Rules that moto cannot show: it fails on size() of an attribute that is not there, which DynamoDB calls false."""

from tests.helpers.players.client import Client, device_of
from tests.helpers.service.aws import Aws
from tests.helpers.service.real_engines import REAL_ENGINES
from tests.helpers.service.store import Store

pytestmark = REAL_ENGINES
GONE = (404, 5, "Account not found.")


def test_link_that_a_deletion_overtakes(client: Client, aws: Aws, store: Store) -> None:
    """An identity linked to an account that is gone by then stays free."""
    session = client.sign_in("anna")
    aws.overtake("TransactWriteItems", lambda: client.delete_account(session))

    assert client.link(session, "custom", id="custom-id-of-anna").error == GONE

    assert store.rows("UsersTable") == store.rows("IdentitiesTable") == []


def test_unlink_that_a_deletion_overtakes(client: Client, aws: Aws, store: Store) -> None:
    """An unlink from an account that is gone by then changes nothing for who has the identity now."""
    session = client.sign_in("anna")
    client.link(session, "custom", id="custom-id-of-anna")

    def replace_the_account() -> None:
        client.delete_account(session)
        client.sign_in("anna")

    aws.overtake("TransactWriteItems", replace_the_account)

    assert client.unlink(session, "device", id=device_of("anna")).error == GONE

    assert [row["identity"] for row in store.rows("IdentitiesTable")] == [f"device#{device_of('anna')}"]
