"""Two accounts of one player, and what a game does to make one of them."""

from collections.abc import Mapping
from typing import NamedTuple, Self

from tests.helpers.players.client import Answer, Client, bearer
from tests.helpers.service.store import Store

CUSTOM = {"id": "custom-id-of-anna"}


class Twins(NamedTuple):
    """Two accounts of one player: sessions of both, and the ticket that the new one's has."""

    old: Answer
    new: Answer
    ticket: str

    @classmethod
    def new_of(cls, client: Client) -> Self:
        """Sign in with two devices; the old account has a custom id, which the new one tries to link."""
        old, new = client.sign_in("anna_old"), client.sign_in("anna_new")
        client.link(old, "custom", **CUSTOM)
        return cls(old, new, ticket_of(client, new, "custom", **CUSTOM))


def ticket_of(client: Client, session: Answer, provider: str, /, **credential: object) -> str:
    """Give the ticket of a link that is refused since another account has the identity."""
    refused = client.link(session, provider, **credential)
    assert refused.status == 409, refused.body
    return str(refused.body["ticket"])


def show(client: Client, session: Answer, ticket: str) -> Answer:
    """Look at both accounts."""
    return client.call("GET /v2/account/merge", query={"ticket": ticket}, headers=bearer(session))


def merge(client: Client, session: Answer, ticket: str, keep: str = "this") -> Answer:
    """Make one account of both."""
    return client.call("POST /v2/account/merge", {"ticket": ticket, "keep": keep}, headers=bearer(session))


def merged(client: Client, session: Answer, ticket: str, keep: str = "this") -> Answer:
    """Make one account of both, and give a session of it."""
    answer = merge(client, session, ticket, keep)
    assert answer.status == 200, answer.body
    return answer


def identities(store: Store) -> Mapping[str, str]:
    """Give whose each identity is; asserts that each account lists exactly its own, and that none is left without."""
    owners = {str(row["identity"]): str(row["user_id"]) for row in store.rows("IdentitiesTable")}
    listed = {
        f"{place.partition('#')[0]}#{subject}": user["user_id"]
        for user in store.rows("UsersTable")
        for place, subject in user["links"].items()
    }
    assert listed == owners
    assert all(user["links"] or "merged_into" in user for user in store.rows("UsersTable"))
    return owners
