"""What is kept of a friendship besides its state: a JSON object of the one who asked for it, or who accepted."""

import json
from typing import Any

import pytest

from symbolon.friends import friends
from symbolon.friends.edges import Wish
from symbolon.friends.friendship import befriend
from symbolon.friends.metadata import MAX_BYTES
from tests.helpers.players.client import Answer, Client
from tests.helpers.players.friends import check, do, listing, wish
from tests.helpers.service.aws import Aws
from tests.helpers.service.real_engines import REAL_ENGINES
from tests.helpers.service.store import Store

BAD = (400, 3, "Metadata invalid, must be a JSON object of at most 2048 bytes.")


@pytest.fixture
def anna(client: Client) -> Answer:
    """Give the session of a player."""
    return client.sign_in("anna")


@pytest.fixture
def bert(client: Client) -> Answer:
    """Give the session of another player."""
    return client.sign_in("bert")


def invite(client: Client, session: Answer, other: Answer, **metadata: object) -> None:
    """Invite, or accept, with metadata."""
    assert wish(client, "add", session, ids=other.user_id, metadata=json.dumps(metadata)).status == 200


def metadata_of(client: Client, session: Answer) -> Any:  # noqa: ANN401 (JSON)
    """Give the metadata of the player's only friend."""
    [entry] = listing(client, session).body["friends"]
    return json.loads(entry["metadata"])


@REAL_ENGINES
def test_each_side_has_its_own(client: Client, anna: Answer, bert: Answer, store: Store) -> None:
    """What goes with an invite is in the list of who sent it, what goes with accepting in that of who accepted."""
    invite(client, anna, bert, met="in a match", note="Zoë's brother")
    assert (metadata_of(client, anna), metadata_of(client, bert)) == (
        {"met": "in a match", "note": "Zoë's brother"},
        {},
    )

    invite(client, bert, anna, met="at school")

    assert metadata_of(client, anna) == {"met": "in a match", "note": "Zoë's brother"}
    assert metadata_of(client, bert) == {"met": "at school"}
    check(store)


def test_it_lasts_as_long_as_the_edge(client: Client, anna: Answer, bert: Answer) -> None:
    """A block keeps what there is, and the end of a friendship drops it."""
    invite(client, anna, bert, met="in a match")
    do(client, "add", bert, anna)
    do(client, "block", anna, bert)
    assert metadata_of(client, anna) == {"met": "in a match"}

    do(client, "delete", anna, bert)
    do(client, "add", anna, bert)

    assert (metadata_of(client, anna), metadata_of(client, bert)) == ({}, {})


def test_an_invite_that_changes_nothing_changes_no_metadata(client: Client, anna: Answer, bert: Answer) -> None:
    """As in Nakama, to invite again says nothing new."""
    invite(client, anna, bert, met="once")
    invite(client, anna, bert, met="twice")
    do(client, "add", bert, anna)
    invite(client, bert, anna, met="thrice")

    assert (metadata_of(client, anna), metadata_of(client, bert)) == ({"met": "once"}, {})


def test_an_import_adds_to_it(client: Client, anna: Answer, bert: Answer) -> None:
    """A provider's import adds its own to what is there, on both sides."""
    invite(client, anna, bert, met="once", provider="none")

    friends.change(Wish(anna.user_id, befriend, '{"provider":"steam"}', mutual=True), [bert.user_id])

    assert metadata_of(client, anna) == {"met": "once", "provider": "steam"}
    assert metadata_of(client, bert) == {"provider": "steam"}


def test_what_was_written_meanwhile_is_kept(client: Client, anna: Answer, bert: Answer, aws: Aws) -> None:
    """Metadata that another request wrote between reading and writing is not overwritten with what was read."""
    invite(client, anna, bert, met="once")

    def begin_anew() -> None:
        do(client, "delete", anna, bert)
        invite(client, anna, bert, met="anew")

    aws.overtake("TransactWriteItems", begin_anew)
    do(client, "add", bert, anna)

    assert metadata_of(client, anna) == {"met": "anew"}


@pytest.mark.parametrize(
    "text",
    [
        *("nonsense", "[]", '"text"', "7", "null", "{", '{"a":1,"a":2}', '{"a":NaN}', '{"a":1e999}', '{"a":"\\ud800"}'),
        *('{"a":"\\u0000"}', '{"a":' * 2000 + "1" + "}" * 2000, json.dumps({"a": "x" * MAX_BYTES})),
        json.dumps({"a": "é" * (MAX_BYTES // 2)}),
    ],
    ids=lambda text: text[:20],
)
def test_what_is_no_metadata(client: Client, anna: Answer, bert: Answer, text: str) -> None:
    """Metadata is a JSON object, of a bounded size, that every parser reads alike."""
    assert wish(client, "add", anna, ids=bert.user_id, metadata=text).error == BAD
    assert listing(client, anna).body == {}


def test_the_most_that_is_kept(client: Client, anna: Answer, bert: Answer) -> None:
    """Up to 2,048 bytes are kept, however they are written; an empty object, or nothing, is nothing to keep."""
    most = {"a": "é" * ((MAX_BYTES - 8) // 2)}
    invite(client, anna, bert, **most)
    assert metadata_of(client, anna) == most

    for text in ("", "{}", " { } "):
        do(client, "delete", anna, bert)
        assert wish(client, "add", anna, ids=bert.user_id, metadata=text).status == 200
        assert metadata_of(client, anna) == {}


def test_other_wishes_have_none(client: Client, anna: Answer, bert: Answer) -> None:
    """Metadata in the query of another wish means nothing."""
    assert wish(client, "block", anna, ids=bert.user_id, metadata="nonsense").status == 200
    assert wish(client, "delete", anna, ids=bert.user_id, metadata="nonsense").status == 200
