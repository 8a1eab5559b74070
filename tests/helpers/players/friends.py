"""What players do about each other, and what must hold of their friendships at any time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.helpers.players.client import Answer, Client, bearer
from tests.helpers.service.store import Store

ROUTES = {"add": "POST /v2/friend", "delete": "DELETE /v2/friend", "block": "POST /v2/friend/block"}
COUNTS = {"edge_count": {0}, "entries": {0, 1, 3}, "invites_sent": {1}, "invites_received": {2}}
POSSIBLE = {(0, 0), (1, 2), (2, 1), (3, None), (None, 3), (3, 3)}


def wish(client: Client, verb: str, session: Answer, /, **query: str | Sequence[str]) -> Answer:
    """Add, delete or block the users with these `ids` and `usernames`."""
    return client.call(ROUTES[verb], query=query, headers=bearer(session))


def do(client: Client, verb: str, session: Answer, *others: Answer) -> None:
    """Add, delete or block other players, which succeeds."""
    answer = wish(client, verb, session, ids=[other.user_id for other in others])
    assert (answer.status, answer.body) == (200, {})


def make_friends(client: Client, one: Answer, *others: Answer) -> None:
    """Make one player a friend of each of the others."""
    do(client, "add", one, *others)
    for other in others:
        do(client, "add", other, one)


def listing(client: Client, session: Answer, /, **query: str) -> Answer:
    """Get the player's list, or a page of it."""
    return client.call("GET /v2/friend", query=query, headers=bearer(session))


def states(client: Client, session: Answer, /, **query: str) -> dict[str, int]:
    """Give the states of a player's friends by their usernames."""
    friends = listing(client, session, **query).body.get("friends", [])
    return {friend["user"]["username"]: friend["state"] for friend in friends}


def check(store: Store) -> None:
    """Make sure of what holds at any time: every edge has its counterpart, and each kind is counted right."""
    edges = {(row["user_id"], row["friend_id"]): int(row["state"]) for row in store.rows("FriendsTable")}
    users = {row["user_id"]: row for row in store.rows("UsersTable")}

    assert {(state, edges.get((friend_id, user_id))) for (user_id, friend_id), state in edges.items()} <= POSSIBLE
    assert {user_id for user_id, _ in edges} <= users.keys()
    for name, counted in COUNTS.items():
        held = Counter(user_id for (user_id, _), state in edges.items() if state in counted)
        assert {user_id: int(row.get(name, 0)) for user_id, row in users.items()} == {at: held[at] for at in users}


@dataclass(frozen=True)
class Player:
    """A player in a game, with a session; what the player does succeeds."""

    client: Client
    session: Answer
    name: str

    @classmethod
    def new(cls, client: Client, name: str) -> "Player":
        """Sign in with a device and a username."""
        return cls(client, client.sign_in(name), name)

    @property
    def user_id(self) -> str:
        """Who it is."""
        return self.session.user_id

    @property
    def states(self) -> dict[str, int]:
        """The states of the player's friends by their usernames."""
        return states(self.client, self.session)

    @property
    def edge_count(self) -> int:
        """The number of friends that the account shows."""
        return int(self.client.get_account(self.session).body["user"].get("edge_count", 0))

    def add(self, *others: "Player") -> None:
        """Invite, or accept."""
        do(self.client, "add", self.session, *(other.session for other in others))

    def delete(self, *others: "Player") -> None:
        """Remove."""
        do(self.client, "delete", self.session, *(other.session for other in others))

    def block(self, *others: "Player") -> None:
        """Block."""
        do(self.client, "block", self.session, *(other.session for other in others))

    def befriend(self, *others: "Player") -> None:
        """Invite the others, who accept."""
        make_friends(self.client, self.session, *(other.session for other in others))

    def delete_account(self) -> None:
        """Leave."""
        assert self.client.delete_account(self.session).status == 200
