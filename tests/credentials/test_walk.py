"""What games do with a credential of any kind: link it, find that it is linked already, sign in with it.

A credential that works once is spent when a session is made of it or an identity linked, and not before: whatever a
request came to, the same credential can be sent again until then.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from symbolon.aws.signed import ATTEMPTS
from tests.helpers.players.client import Client
from tests.helpers.providers.credentials import Way
from tests.helpers.providers.internet import Internet
from tests.helpers.providers.replies import OUTAGES
from tests.helpers.providers.ways import WAYS
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock
from tests.helpers.service.store import Store

ONCE = [name for name, way in WAYS.items() if way.once]
CODES = [name for name, way in WAYS.items() if way.code]
PROOFS = [name for name in ONCE if name not in CODES]
A_MINUTE = 61


def to_link(way: Way, credential: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the body of a link, which nests Steam's credential."""
    return {"account": credential} if way.provider == "steam" else credential


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, internet: Internet) -> Way:
    """Give each way to sign in, whose provider answers; a test may name some instead."""
    found = WAYS[request.param]
    found.announce(internet)
    return found


once = pytest.mark.parametrize("way", ONCE, indirect=True)
codes = pytest.mark.parametrize("way", CODES, indirect=True)
proofs = pytest.mark.parametrize("way", PROOFS, indirect=True)
soon_or_later = pytest.mark.parametrize("later", [0, A_MINUTE, 500])


@soon_or_later
def test_link_already_linked_sign_in(client: Client, clock: Clock, way: Way, later: float) -> None:
    """A credential whose identity another account has is refused as a link, and then signs in to that account."""
    owner = client.authenticate(way.provider, **way.credential())
    guest, credential = client.sign_in("guest"), way.credential()

    linked = client.link(guest, way.provider, **to_link(way, credential))
    clock.advance(later)
    session = client.authenticate(way.provider, **credential)

    assert linked.error[:2] == (409, 6)
    assert session.user_id == owner.user_id


@soon_or_later
def test_nobody_yet_then_a_new_account(client: Client, clock: Clock, way: Way, later: float) -> None:
    """A credential that nobody has is refused where no account may be made, and makes one when it may."""
    credential = way.credential()

    unknown = client.authenticate(way.provider, {"create": "false"}, **credential)
    clock.advance(later)
    session = client.authenticate(way.provider, **credential)

    assert unknown.error == (404, 5, "User account not found.")
    assert session.body["created"] is True


@soon_or_later
def test_username_taken_then_another(client: Client, clock: Clock, way: Way, later: float) -> None:
    """A username that is taken costs no credential."""
    client.sign_in("anna")
    credential = way.credential()

    taken = client.authenticate(way.provider, {"username": "anna"}, **credential)
    clock.advance(later)
    session = client.authenticate(way.provider, {"username": "berta"}, **credential)

    assert taken.error == (409, 6, "Username is already in use.")
    assert session.claims["usn"] == "berta"


def test_banned_for_a_while(client: Client, store: Store, clock: Clock, way: Way) -> None:
    """A sign-in that a ban refused leaves the credential for the time after."""
    user_id = client.authenticate(way.provider, **way.credential()).user_id
    store.ban(user_id)
    credential = way.credential()

    banned = client.authenticate(way.provider, **credential)
    clock.advance(A_MINUTE)
    store.set_user(user_id, disable_time="")

    assert banned.error[:2] == (403, 7)
    assert client.authenticate(way.provider, **credential).user_id == user_id


@pytest.mark.parametrize("way", [name for name in WAYS if WAYS[name].host], indirect=True)
@pytest.mark.parametrize("outage", ["down", "busy", "nothing", "a page"])
def test_provider_s_answer_was_lost(client: Client, internet: Internet, way: Way, outage: str) -> None:
    """A provider that failed on the way leaves the credential as good as it was."""
    credential = way.credential()
    internet.fail(way.host, OUTAGES[outage])

    lost = client.authenticate(way.provider, **credential)
    internet.mend(way.host)

    assert lost.error == way.down
    assert client.authenticate(way.provider, **credential).body["created"] is True


@pytest.mark.parametrize("operation", ["GetItem", "TransactWriteItems"])
def test_database_did_not_answer(client: Client, aws: Aws, way: Way, operation: str) -> None:
    """A sign-in that failed for want of the database can be repeated with the same credential."""
    credential = way.credential()
    for _ in range(ATTEMPTS):
        aws.refuse(operation, "InternalServerError", 500)
    failed = client.authenticate(way.provider, **credential)

    assert failed.status == 503
    assert client.authenticate(way.provider, **credential).body["created"] is True


@proofs
def test_repetition_within_a_minute(client: Client, clock: Clock, way: Way) -> None:
    """A sign-in whose answer was lost is repeated within a minute, and refused after that."""
    credential = way.credential()
    first = client.authenticate(way.provider, **credential)
    clock.advance(50)

    again = client.authenticate(way.provider, **credential)
    clock.advance(20)
    late = client.authenticate(way.provider, **credential)

    assert again.user_id == first.user_id
    assert late.error[:2] == (401, 16)


@codes
def test_code_makes_one_session(client: Client, internet: Internet, clock: Clock, way: Way) -> None:
    """A code that made a session is refused at once and for good, without asking the provider while we know it."""
    credential = way.credential()
    client.authenticate(way.provider, **credential)
    internet.seen.clear()

    for later in (0, 30, A_MINUTE, 500):
        clock.advance(later)
        assert client.authenticate(way.provider, **credential).error[:2] == (401, 16)
    assert internet.seen == []


@once
def test_link_is_repeated_within_a_minute(client: Client, clock: Clock, way: Way) -> None:
    """A link whose answer was lost is repeated within a minute; a minute later its credential is spent."""
    session, credential = client.sign_in("anna"), to_link(way, way.credential())
    first = client.link(session, way.provider, **credential)
    clock.advance(50)

    again = client.link(session, way.provider, **credential)
    clock.advance(20)
    late = client.link(session, way.provider, **credential)

    assert (first.status, again.status, late.status) == (200, 200, 401)


@once
def test_link_then_sign_in(client: Client, clock: Clock, way: Way) -> None:
    """The credential of a link signs in within a minute, and not later."""
    session, credentials = client.sign_in("anna"), [way.credential(), way.credential()]
    for credential in credentials:
        client.link(session, way.provider, **to_link(way, credential))

    soon = client.authenticate(way.provider, **credentials[0])
    clock.advance(A_MINUTE)
    late = client.authenticate(way.provider, **credentials[1])

    assert soon.user_id == session.user_id
    assert late.error[:2] == (401, 16)


@once
def test_spent_credential_links_nothing(client: Client, clock: Clock, way: Way) -> None:
    """Who finds a credential that was spent can neither sign in with it nor link its identity, free as it may be."""
    credential = way.credential()
    owner = client.authenticate(way.provider, **credential)
    client.delete_account(owner)
    thief = client.sign_in("thief")
    clock.advance(A_MINUTE)

    assert client.link(thief, way.provider, **to_link(way, credential)).status == 401
    assert client.authenticate(way.provider, **credential).status == 401
    assert [link for link in client.get_account(thief).body["user"] if link.endswith("_id")] == []


@codes
def test_what_a_code_gave_is_sealed(client: Client, store: Store, way: Way) -> None:
    """Whoever reads the table of codes that wait for an account learns neither code nor access token."""
    credential = way.credential()
    client.authenticate(way.provider, {"create": "false"}, **credential)

    [item] = store.rows("ProofsTable")
    assert item.keys() == {"proof", "sealed", "expires_at"}
    assert not any(str(text) in str(item) for text in [*credential.values(), "play-games", "access", "4711"])


@codes
def test_code_is_exchanged_once(client: Client, internet: Internet, way: Way) -> None:
    """However often a code comes before it leads to something, the provider exchanges it once."""
    credential = way.credential()
    for _ in range(3):
        client.authenticate(way.provider, {"create": "false"}, **credential)

    assert sum(seen.method == "POST" for seen in internet.seen) == 1


def test_code_with_another_verifier(client: Client, internet: Internet) -> None:
    """What a code gave is for who knows its verifier: with another one Discord is asked, and refuses."""
    way = WAYS["discord, a code"]
    way.announce(internet)
    credential = way.credential()
    client.authenticate("discord", {"create": "false"}, **credential)

    stolen = client.authenticate("discord", **(dict(credential) | {"code_verifier": "w" * 43}))

    assert stolen.error[:2] == (401, 16)
    assert client.authenticate("discord", **credential).status == 200
