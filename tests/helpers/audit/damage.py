"""Damage to the tables, such as a restore of one of them or somebody's hand does, by what the audit says of it."""

from collections.abc import Callable
from dataclasses import dataclass

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Key, Write, key
from symbolon.friends.edges import edge_key
from symbolon.identities.users import identity_key, user_key, username_key
from symbolon.records.entries import entry_key
from tests.helpers.players.client import Answer, Client, bearer, device_of
from tests.helpers.service.store import Store

NOBODY = "00000000-0000-4000-8000-000000000000"
DEVICE = f"device#{device_of('anna')}"


def drop(at: Key) -> None:
    """Delete an item, as somebody does by hand."""
    dynamodb.transact([Write("Delete", at, "")])


def put(at: Key, **attributes: object) -> None:
    """Put an item, as somebody does by hand."""
    dynamodb.transact([Write("Put", at, "", item=attributes)])


@dataclass(frozen=True)
class Players:
    """Two friends with their sessions, and the tables that they are in."""

    client: Client
    store: Store
    anna: Answer
    bert: Answer

    @property
    def ids(self) -> tuple[str, str]:
        """Their ids, the lesser first: of two edges that disagree the audit speaks of that account."""
        lesser, greater = sorted((self.anna.user_id, self.bert.user_id))
        return lesser, greater

    def set_links(self, links: dict[str, str]) -> None:
        """Set what Anna's account lists."""
        self.store.set_user(self.anna.user_id, links=links)


def _give_away(players: Players) -> None:
    players.client.unlink(players.anna, "custom")
    players.client.link(players.bert, "custom", id="custom-id-of-anna")
    players.set_links({**players.store.user(players.anna.user_id)["links"], "custom": "custom-id-of-anna"})


def _share_name(players: Players) -> None:
    drop(username_key("anna"))
    players.store.set_user(players.anna.user_id, username="bert")


def _merge(players: Players, into: str) -> None:
    players.client.call("DELETE /v2/friend", query={"ids": players.bert.user_id}, headers=bearer(players.anna))
    drop(identity_key(f"device#{device_of('bert')}"))
    players.store.set_user(players.bert.user_id, links={}, merged_into=into)


def _leave_behind(players: Players) -> None:
    """Merge Bert into Anna by hand, who are friends, and leave Bert's friendship with Clara where it is."""
    clara = players.client.sign_in("clara")
    players.client.call("POST /v2/friend", query={"ids": clara.user_id}, headers=bearer(players.bert))
    _merge(players, players.anna.user_id)
    players.store.set_user(players.anna.user_id, absorbed=[players.bert.user_id])


def _spoil_edge(players: Players) -> None:
    at = edge_key(players.anna.user_id, players.bert.user_id)
    dynamodb.transact([Write("Update", at, "", "REMOVE #state", {"#state": "state"})])


def _close(players: Players) -> None:
    drop(identity_key(f"device#{device_of('bert')}"))
    players.store.set_user(players.bert.user_id, links={})


def _break(players: Players) -> None:
    dynamodb.transact([Write("Update", user_key(players.bert.user_id), "", "REMOVE create_time")])


Damage = Callable[[Players], None]
MENDED: dict[str, Damage] = {
    "an identity of device leads to an account that is gone": lambda _all: put(
        identity_key("device#of-nobody"), user_id=NOBODY
    ),
    "the account does not list an identity of device that leads to it": lambda all_: put(
        identity_key("device#unlisted-device"), user_id=all_.anna.user_id
    ),
    "the account does not list an identity of custom that leads to it": lambda all_: put(
        identity_key("custom#replaced-one"), user_id=all_.anna.user_id
    ),
    "an identity of device that the account lists leads nowhere": lambda _all: drop(identity_key(DEVICE)),
    "an identity of custom that the account lists leads to another account": _give_away,
    "the account's username is not registered": lambda _all: drop(username_key("anna")),
    "the account's username is another account's": _share_name,
    "a username is taken by an account that is gone": lambda _all: put(username_key("nobody"), user_id=NOBODY),
    "a username is taken by an account that bears another": lambda all_: put(
        username_key("second"), user_id=all_.anna.user_id
    ),
    "a username stands in the wrong place of the index": lambda all_: put(
        username_key("anna"), user_id=all_.anna.user_id, shelf="x", sort_name="zz"
    ),
    "the account has a password and no address": lambda all_: all_.store.set_user(
        all_.bert.user_id, password_hash="$argon2id$v=19$…"
    ),
    "the account's number of friends is wrong": lambda all_: all_.store.set_user(all_.anna.user_id, edge_count=7),
    "the account's number of friends, invites and blocks is wrong": lambda all_: all_.store.set_user(
        all_.anna.user_id, entries=99
    ),
    "the account's number of invites that wait for others is wrong": lambda all_: all_.store.set_user(
        all_.anna.user_id, invites_sent=-1
    ),
    "the account's number of invites to be answered is wrong": lambda all_: all_.store.set_user(
        all_.bert.user_id, invites_received=1
    ),
    "a friendship lacks state": _spoil_edge,
    "an identity of device lacks user_id": lambda _all: put(identity_key(DEVICE), link_time="2026-03-10T05:16:23Z"),
    "a username lacks user_id": lambda _all: put(username_key("nobody")),
    "a token to be revoked lacks sealed, since": lambda _all: put(
        key("REVOCATIONS_TABLE", revocation="1"), client_id="com.example.game"
    ),
    "a match lacks limit": lambda _all: put(key("MATCHES_TABLE", match_id="a-match"), expires_at=2**33),
    "the account's address counts as proved, and there is none": lambda all_: all_.store.set_user(
        all_.bert.user_id, verify_time="2026-03-10T05:16:23Z"
    ),
    "a friendship of {bert}, who was merged into the account, did not come along": _leave_behind,
    "the account lists {bert} as merged into it, which is not so": lambda all_: all_.store.set_user(
        all_.anna.user_id, absorbed=[all_.bert.user_id]
    ),
    "the account is about to take over the friends of {bert}, who was not merged into it": lambda all_: (
        all_.store.set_user(all_.anna.user_id, incoming={"from": all_.bert.user_id})
    ),
    "a friendship with {greater} that the two see differently": lambda all_: drop(edge_key(*reversed(all_.ids))),
    "a friendship with 00000000-0000-4000-8000-000000000000, of whom one is gone": lambda all_: all_.store.put_edge(
        all_.anna.user_id, NOBODY, 1
    ),
    "a record of an account that is gone says something personal": lambda _all: put(
        entry_key(NOBODY, "0" * 18), action="ban", reason="cheats", expires_at=2**33
    ),
    "a row of sessions has no time to go": lambda all_: put(
        key("SESSIONS_TABLE", session_id="a-session"), user_id=all_.anna.user_id
    ),
    "a row of mail has no time to go": lambda _all: put(
        key("MAIL_TABLE", address="a-digest", slot="reset#x"), code="x"
    ),
    "the account was merged into one that is gone": lambda all_: _merge(all_, NOBODY),
    "the account was merged into one that does not know of it": lambda all_: _merge(all_, all_.anna.user_id),
}
"""What the audit says, and how that comes about, of what it mends."""

BY_HAND: dict[str, Damage] = {
    "a token of com.example.game was to be revoked more than three days ago": lambda _all: put(
        key("REVOCATIONS_TABLE", revocation="1"), client_id="com.example.game", sealed="x", since=1
    ),
    "the account has no identity": _close,
    "the account has an address and no password": lambda all_: all_.store.set_user(all_.anna.user_id, password_hash=""),
    "an identity of device that the account lists leads to another account": lambda all_: put(
        identity_key(f"device#{device_of('bert')}"), user_id=all_.anna.user_id
    ),
    "the account's item lacks create_time": _break,
    "match a-match has 2 players for 1 places": lambda _all: put(
        key("MATCHES_TABLE", match_id="a-match"),
        players={"a": {}, "b": {}},
        limit=1,
        session={"a": 1},
        expires_at=2**33,
    ),
    "the partner 123 lacks enabled": lambda _all: put(
        key("PARTNERS_TABLE", client_id="123"), name="A partner", secrets=[]
    ),
}
"""The same of what it leaves to an operator."""
