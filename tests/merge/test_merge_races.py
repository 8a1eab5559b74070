"""Merges that meet other changes of the same accounts, in threads of their own."""

import itertools
from collections.abc import Callable
from functools import partial

import pytest

from tests.helpers.players.client import Answer, Client, bearer
from tests.helpers.players.merging import CUSTOM, Twins, identities, merge, ticket_of
from tests.helpers.players.operator import Operator
from tests.helpers.players.races import at_once
from tests.helpers.service import lambdas
from tests.helpers.service.store import Store

Rival = Callable[[Client, Answer, Answer], Answer]


def link_old(client: Client, old: Answer, _new: Answer) -> Answer:
    """Link a device to the old account."""
    return client.link(old, "device", id="another-device-of-anna")


def link_new(client: Client, _old: Answer, new: Answer) -> Answer:
    """Link the same device to the new one."""
    return client.link(new, "device", id="another-device-of-anna")


def unlink_old(client: Client, old: Answer, _new: Answer) -> Answer:
    """Take from the old account what the ticket is about."""
    return client.unlink(old, "custom")


def delete_old(client: Client, old: Answer, _new: Answer) -> Answer:
    """Delete the old account."""
    return client.delete_account(old)


def delete_new(client: Client, _old: Answer, new: Answer) -> Answer:
    """Delete the new one."""
    return client.delete_account(new)


def ban_old(_client: Client, old: Answer, _new: Answer) -> Answer:
    """Ban the old account."""
    return Operator().do("ban", old.user_id, reason="cheats")


def rename_old(client: Client, old: Answer, _new: Answer) -> Answer:
    """Rename the old account."""
    return client.update_account(old, username="anna_renamed")


def sign_in_old(client: Client, _old: Answer, _new: Answer) -> Answer:
    """Sign in with what the ticket is about."""
    return client.authenticate("custom", **CUSTOM)


def merge_the_other_way(client: Client, old: Answer, _new: Answer) -> Answer:
    """Merge both from the old account's session."""
    ticket = ticket_of(client, old, "device", id="device-of-anna_new")
    return merge(client, old, ticket)


RIVALS = [
    link_old,
    link_new,
    unlink_old,
    delete_old,
    delete_new,
    ban_old,
    rename_old,
    sign_in_old,
    merge_the_other_way,
]


@pytest.mark.parametrize(("keep", "rival"), [*itertools.product(["this", "other"], RIVALS)])
def test_race(twins: Twins, store: Store, keep: str, rival: Rival) -> None:
    """Whoever is faster, each identity has one account, which lists it, and nobody is told of a failure of ours."""
    client = Client(lambdas.invoke)

    def safely(call: Callable[[], Answer]) -> Callable[[], Answer]:
        def run() -> Answer:
            try:
                return call()
            except (AssertionError, KeyError):  # the rival came too late to have a twins.ticket, or anything
                return Answer(409, {}, {})

        return run

    answers = at_once(
        [
            lambda: merge(client, twins.new, twins.ticket, keep),
            safely(lambda: rival(client, twins.old, twins.new)),
            lambda: merge(client, twins.new, twins.ticket, keep),
        ]
    )

    assert all(answer.status < 500 for answer in answers), answers
    owners = identities(store)
    names = {row["username"]: row["user_id"] for row in store.rows("UsernamesTable")}
    users = {row["user_id"]: row for row in store.rows("UsersTable")}
    assert names == {row["username"]: user_id for user_id, row in users.items()}
    assert all("merged_into" not in users[user_id] for user_id in owners.values())


def test_many_at_once(client: Client, twins: Twins, store: Store) -> None:
    """Of many accounts that want to take in the same one at the same moment, one does."""
    rivals = [client.sign_in(f"rival{number}") for number in range(6)]
    tickets = [ticket_of(client, rival, "custom", **CUSTOM) for rival in rivals]

    answers = at_once([partial(merge, client, rival, ticket) for rival, ticket in zip(rivals, tickets, strict=True)])

    assert sorted(answer.status for answer in answers) == [200, 400, 400, 400, 400, 400]
    assert twins.old.user_id not in identities(store).values()


def test_friends_made_meanwhile(client: Client, twins: Twins, store: Store) -> None:
    """Whoever invites the account while it is being merged has invited the kept one, or nobody."""
    bert = client.sign_in("bert")

    def invite() -> Answer:
        return client.call("POST /v2/friend", {}, {"ids": twins.old.user_id}, bearer(bert))

    answers = at_once([lambda: merge(client, twins.new, twins.ticket), invite, invite])

    assert all(answer.status == 200 for answer in answers)
    client.call("GET /v2/friend", headers=bearer(twins.new))
    assert {row["friend_id"] for row in store.rows("FriendsTable")} <= {twins.new.user_id, bert.user_id}
