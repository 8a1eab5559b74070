"""Credentials that work once: spent by what they lead to, good for the repetition of a request without an answer."""

import time
from collections.abc import Callable

import pytest

from symbolon.errors import Unauthenticated
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.proofs import Proof
from tests.helpers.service.clock import Clock
from tests.helpers.service.real_engines import ENGINES
from tests.helpers.service.store import Store

pytestmark = ENGINES
ANNA, BERT = ExternalIdentity("steam", "anna"), ExternalIdentity("steam", "bert")
Spend = Callable[..., bool]


@pytest.fixture
def spend(store: Store) -> Spend:
    """Give a function that tells whether a proof is still good, and spends it."""
    assert store.rows("ProofsTable") == []

    def is_good(proof: str = "proof", identity: ExternalIdentity = ANNA, lifetime: int = 600) -> bool:
        try:
            Proof.of(proof, identity.key, int(time.time()) + lifetime, "refused").spend(for_session=True)
        except Unauthenticated as error:
            return error.message != "refused"
        return True

    return is_good


def test_repetition_within_a_minute(spend: Spend, clock: Clock) -> None:
    """A proof is good again within a minute of its first use, and never later, however often it was repeated."""
    assert spend()

    clock.advance(30)
    assert spend()
    clock.advance(29)
    assert spend()
    clock.advance(2)
    assert not spend()
    clock.advance(600)
    assert not spend()


def test_other_proofs_are_not_touched(spend: Spend, clock: Clock) -> None:
    """Each proof has its own minute, and so has each identity that it is a proof for."""
    spend()
    clock.advance(61)

    assert not spend()
    assert spend("another proof")
    assert spend(identity=BERT)
    assert spend(identity=ExternalIdentity("gamecenter", "anna"))


def test_proof_is_remembered_until_it_expires(spend: Spend, store: Store) -> None:
    """The item goes by itself, but not before the proof could no longer be repeated."""
    spend(lifetime=600)

    [item] = store.rows("ProofsTable")
    assert abs(int(item["expires_at"]) - time.time() - 660) < 5
    assert abs(int(item["first_used"]) - time.time()) < 5


def test_only_a_hash_is_stored(spend: Spend, store: Store) -> None:
    """Whoever reads the table learns no proof and no identity."""
    spend("a-secret-proof")

    [item] = store.rows("ProofsTable")
    assert len(item.pop("proof")) == 64
    assert item.keys() == {"first_used", "expires_at"}
