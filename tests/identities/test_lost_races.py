"""Writes that lost a race: each rule holds when the account has changed since it was read.

Every test calls with a `User` that is out of date, which is what the loser of a race has in its hands.
"""

import secrets

import pytest

from symbolon.accounts import lifecycle
from symbolon.errors import AlreadyExists, NotFound, PermissionDenied, ResourceExhausted
from symbolon.identities import links
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.link_writes import MAX_LINKS
from symbolon.identities.links import IdentityTaken, LinkRule
from symbolon.identities.users import User, find
from tests.helpers.service.real_engines import ENGINES
from tests.helpers.service.store import Store

pytestmark = ENGINES
CUSTOM = LinkRule(in_use="in use")
DEVICE = LinkRule(in_use="in use", many=True)


def custom(subject: str) -> ExternalIdentity:
    """Give a custom identity."""
    return ExternalIdentity("custom", subject)


def device(subject: str) -> ExternalIdentity:
    """Give the identity of a device."""
    return ExternalIdentity("device", subject)


@pytest.fixture
def anna(store: Store) -> User:
    """Give an account with one device, as it was read before each test changes it."""
    assert store.rows("UsersTable") == []
    return links.create_account(device("anna-1"), DEVICE, "anna")


def identities(store: Store) -> set[str]:
    """Give all identities that belong to an account."""
    return {row["identity"] for row in store.rows("IdentitiesTable")}


def test_link_replaces_what_was_linked_meanwhile(store: Store, anna: User) -> None:
    """The account ends with one custom id, and the other one is free."""
    links.link(anna, custom("first"), CUSTOM)

    links.link(anna, custom("second"), CUSTOM)

    assert links.reload(anna).links == {"device#anna-1": "anna-1", "custom": "second"}
    assert identities(store) == {"device#anna-1", "custom#second"}


def test_link_replaces_what_was_replaced_meanwhile(store: Store, anna: User) -> None:
    """A replacement of a custom id that is no longer the account's frees the one that is."""
    links.link(anna, custom("first"), CUSTOM)
    before = links.reload(anna)
    links.link(before, custom("second"), CUSTOM)

    links.link(before, custom("third"), CUSTOM)

    assert identities(store) == {"device#anna-1", "custom#third"}


@pytest.mark.parametrize(("identity", "rule"), [(custom("first"), CUSTOM), (device("anna-2"), DEVICE)])
def test_link_of_what_was_linked_meanwhile(anna: User, identity: ExternalIdentity, rule: LinkRule) -> None:
    """A double tap links once, and both are told that it succeeded."""
    links.link(anna, identity, rule)

    links.link(anna, identity, rule)

    assert len(links.reload(anna).links) == 2


def test_link_at_the_limit(store: Store, anna: User) -> None:
    """The limit holds when the last free place was taken meanwhile."""
    store.fill_devices(anna.user_id, MAX_LINKS - 1)
    before = links.reload(anna)
    links.link(before, device("the-last"), DEVICE)

    with pytest.raises(ResourceExhausted):
        links.link(before, device("one-more"), DEVICE)

    assert len(identities(store)) == MAX_LINKS


def test_unlink_of_what_became_the_last(store: Store, anna: User) -> None:
    """Of two unlinks that would each leave one identity, the second is refused."""
    links.link(anna, custom("first"), CUSTOM)
    before = links.reload(anna)
    links.unlink(before, device("anna-1"), DEVICE)

    with pytest.raises(PermissionDenied):
        links.unlink(before, custom(""), CUSTOM)

    assert identities(store) == {"custom#first"}


def test_unlink_of_a_subject_that_was_replaced(anna: User) -> None:
    """An unlink that names a custom id does not take the one that has replaced it."""
    links.link(anna, custom("first"), CUSTOM)
    before = links.reload(anna)
    links.link(before, custom("second"), CUSTOM)

    with pytest.raises(PermissionDenied):
        links.unlink(before, custom("first"), CUSTOM)

    assert links.reload(anna).links["custom"] == "second"


def test_unlink_of_whatever_there_is(store: Store, anna: User) -> None:
    """An unlink that names no custom id takes the one that the account has by now."""
    links.link(anna, custom("first"), CUSTOM)
    before = links.reload(anna)
    links.link(before, custom("second"), CUSTOM)

    links.unlink(before, custom(""), CUSTOM)

    assert identities(store) == {"device#anna-1"}


def test_unlink_twice(anna: User) -> None:
    """The second of two unlinks of one identity finds it gone."""
    links.link(anna, custom("first"), CUSTOM)
    before = links.reload(anna)
    links.unlink(before, custom(""), CUSTOM)

    with pytest.raises(PermissionDenied):
        links.unlink(before, custom(""), CUSTOM)


def test_account_for_an_identity_that_got_an_owner(store: Store, anna: User) -> None:
    """The loser of two first sign-ins makes no account, and takes no username."""
    with pytest.raises(IdentityTaken):
        links.create_account(device("anna-1"), DEVICE, "bert")

    assert [row["user_id"] for row in store.rows("UsersTable")] == [anna.user_id]
    assert [row["username"] for row in store.rows("UsernamesTable")] == ["anna"]


def test_account_with_a_username_that_got_an_owner(store: Store, anna: User) -> None:
    """A username that was taken meanwhile is refused, and the identity stays free."""
    assert anna.username == "anna"

    with pytest.raises(AlreadyExists):
        links.create_account(device("bert-1"), DEVICE, "anna")

    assert identities(store) == {"device#anna-1"}


def test_generated_username_that_is_taken(anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """An account that asks for no username gets another one when chance has chosen one that is taken."""
    letters = iter("a" * 10 + "a" * 10 + "b" * 10)
    monkeypatch.setattr(secrets, "choice", lambda _letters: next(letters))
    links.create_account(device("bert-1"), DEVICE, "")

    second = links.create_account(device("carl-1"), DEVICE, "")

    assert second.username == "b" * 10 != anna.username


def test_deletion_takes_what_was_linked_meanwhile(store: Store, anna: User) -> None:
    """A deletion frees all that the account has by now."""
    links.link(anna, custom("first"), CUSTOM)
    lifecycle.change(anna, {}, "anne")

    lifecycle.delete(anna)

    assert identities(store) == set()
    assert store.rows("UsersTable") == store.rows("UsernamesTable") == []


def test_deletion_twice(anna: User) -> None:
    """The second of two deletions finds the account gone, and leaves alone who has its device by now."""
    lifecycle.delete(anna)
    successor = links.create_account(device("anna-1"), DEVICE, "anna")

    with pytest.raises(NotFound):
        lifecycle.delete(anna)

    found = find(device("anna-1"))
    assert found
    assert found.user_id == successor.user_id


def test_change_of_an_account_that_was_renamed(store: Store, anna: User) -> None:
    """A rename frees the username that the account has by now, and profile fields are set all the same."""
    lifecycle.change(anna, {}, "anne")

    lifecycle.change(anna, {"location": "Lyon"}, "annie")

    after = links.reload(anna)
    assert (after.username, after.profile["location"]) == ("annie", "Lyon")
    assert [row["username"] for row in store.rows("UsernamesTable")] == ["annie"]


def test_rename_to_what_it_was_renamed_to(store: Store, anna: User) -> None:
    """A double tap renames once, and both are told that it succeeded."""
    lifecycle.change(anna, {}, "anne")

    lifecycle.change(anna, {}, "anne")

    assert [row["username"] for row in store.rows("UsernamesTable")] == ["anne"]


def test_change_of_an_account_that_is_gone(store: Store, anna: User) -> None:
    """A change of a deleted account brings nothing back."""
    lifecycle.delete(anna)

    with pytest.raises(NotFound):
        lifecycle.change(anna, {"location": "Lyon"}, "anne")

    assert store.rows("UsersTable") == store.rows("UsernamesTable") == []
