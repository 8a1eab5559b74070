"""Tokens of OpenID Connect issuers that the settings name: what they must be."""

import time
from collections.abc import Callable

import pytest

from symbolon.errors import Unauthenticated
from symbolon.identities.identity import ExternalIdentity, Profile
from symbolon.verification import oidc
from tests.helpers.providers import issuer
from tests.helpers.providers.internet import Internet
from tests.helpers.providers.issuer import AUDIENCE, URL, verify

ANNA = ExternalIdentity("oidc:studio", "anna")
REFUSED = "Could not authenticate studio profile."
HOUR, DAY = 3600, 24 * 3600


@pytest.fixture(autouse=True)
def _new_instance() -> None:
    oidc.key_set.cache_clear()
    oidc.discovery.cache_clear()


def test_token_states_an_identity(internet: Internet) -> None:
    """The identity is the issuer's name and the token's subject; name, picture and verified address are its profile."""
    issuer.publish(internet)
    said = {"name": "Anna", "picture": "https://a/b.png", "email": "anna@example.com", "email_verified": True}

    identity = verify(issuer.token(said))

    assert identity == ExternalIdentity("oidc:studio", "anna", Profile("Anna", "https://a/b.png", "anna@example.com"))


def test_address_that_is_not_verified_is_not_taken(internet: Internet) -> None:
    """An e-mail address counts only when the issuer says that it has verified it."""
    issuer.publish(internet)

    assert verify(issuer.token({"email": "anna@example.com", "email_verified": False})) == ANNA


def test_profile_that_cannot_be_stored_is_not_taken(internet: Internet) -> None:
    """A name with half a character, which JSON can write and nothing can keep, is left out."""
    issuer.publish(internet)

    assert verify(issuer.token({"name": "Anna \ud83d"})) == ANNA


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda: issuer.token(kid="rsa of a stranger", header={"kid": "rsa"}), id="key of a stranger"),
        pytest.param(lambda: issuer.token(kid="rsa of a stranger"), id="unknown key id"),
        pytest.param(lambda: issuer.token(header={"kid": "ec"}), id="key id of another algorithm"),
        pytest.param(lambda: issuer.token(kid="ec"), id="algorithm that the settings do not have"),
        pytest.param(issuer.tampered, id="claims changed"),
        pytest.param(issuer.unsigned, id="alg none"),
        pytest.param(issuer.signed_with_the_public_key, id="public key as HMAC secret, CVE-2016-5431"),
        pytest.param(issuer.with_its_own_key, id="key in the header, CVE-2018-0114"),
        pytest.param(lambda: issuer.token({"pad": "x" * 16 * 1024}), id="too long"),
        pytest.param(lambda: "", id="nothing"),
        pytest.param(lambda: "a.b.c", id="no token"),
        pytest.param(lambda: "é.é.é", id="no ASCII"),
        pytest.param(lambda: "W1tb" * 3000 + ".W10.W10", id="deeply nested"),
    ],
)
def test_forged_token(internet: Internet, forge: Callable[[], str]) -> None:
    """A token that none of the issuer's keys has signed, by an algorithm that we allow, is nobody's."""
    issuer.publish(internet, "rsa", "ec")

    with pytest.raises(Unauthenticated, match=REFUSED):
        verify(forge())


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://id.example.com/others"},
        {"iss": f"{URL}/"},
        {"iss": None},
        {"aud": "another-game"},
        {"aud": [AUDIENCE, "another-game"]},
        {"aud": []},
        {"aud": None},
        {"azp": "another-game"},
        {"azp": ["the-game"]},
        {"exp": int(time.time()) - HOUR},
        {"exp": None},
        {"exp": "soon"},
        {"iat": int(time.time()) + HOUR},
        {"iat": int(time.time()) - 2 * DAY},
        {"iat": str(int(time.time()) - 2 * DAY)},
        {"iat": None},
        {"nbf": int(time.time()) + HOUR},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"sub": "an\0na"},
    ],
)
def test_claims_that_are_not_in_order(internet: Internet, changed: dict[str, object]) -> None:
    """Issuer, audience, authorized party, times and subject must all be there and right."""
    issuer.publish(internet)

    with pytest.raises(Unauthenticated, match=REFUSED):
        verify(issuer.token(changed))


@pytest.mark.parametrize("changed", [{"aud": [AUDIENCE]}, {"aud": [AUDIENCE, "web"], "azp": "web"}, {"azp": AUDIENCE}])
def test_audiences_that_are_all_ours(internet: Internet, changed: dict[str, object]) -> None:
    """A token may be for several of our applications."""
    issuer.publish(internet)

    assert verify(issuer.token(changed), audiences=[AUDIENCE, "web"]) == ANNA


@pytest.mark.parametrize(("kid", "algorithm"), [("ec", "ES256"), ("ed", "EdDSA")])
def test_other_algorithms(internet: Internet, kid: str, algorithm: str) -> None:
    """Other algorithms with a public key are good when the settings have them."""
    issuer.publish(internet, kid)

    assert verify(issuer.token(kid=kid), algorithms=["RS256", algorithm]) == ANNA


@pytest.mark.parametrize(
    ("required", "said"),
    [
        ({"game.id": "g1"}, {"game": {"id": "g1"}}),
        ({"https://id.example.com/game": "g1"}, {"https://id.example.com/game": "g1"}),
        ({"game": ["g1", "g2"]}, {"game": "g2"}),
        ({"adult": True}, {"adult": True}),
        ({"level": 1}, {"level": 1}),
    ],
)
def test_required_claim(internet: Internet, required: dict[str, object], said: dict[str, object]) -> None:
    """A required claim, by its name or its path, must have the value, or one of them."""
    issuer.publish(internet)

    assert verify(issuer.token(said), required_claims=required) == ANNA


@pytest.mark.parametrize(
    ("required", "said"),
    [
        ({"game.id": "g1"}, {}),
        ({"game.id": "g1"}, {"game": "g1"}),
        ({"game.id": "g1"}, {"game": {"id": "g2"}}),
        ({"game.id": "g1"}, {"game.id": "g2", "game": {"id": "g1"}}),
        ({"game": ["g1", "g2"]}, {"game": ["g1", "g2"]}),
        ({"adult": True}, {"adult": 1}),
        ({"adult": True}, {"adult": "true"}),
        ({"level": 1}, {"level": True}),
        ({"one": "a", "two": "b"}, {"one": "a"}),
    ],
)
def test_required_claim_that_is_not_right(
    internet: Internet, required: dict[str, object], said: dict[str, object]
) -> None:
    """A required claim that is missing, or another, or of another type refuses the token; the log says which."""
    issuer.publish(internet)

    with pytest.raises(Unauthenticated, match=REFUSED) as caught:
        verify(issuer.token(said), required_claims=required)

    assert caught.value.detail.rpartition(" ")[2] in required


def test_subject_claim(internet: Internet) -> None:
    """The settings may name another claim as the subject, for issuers that have a better one."""
    issuer.publish(internet)

    assert verify(issuer.token({"ids": {"game": "anna"}, "sub": "7"}), subject_claim="ids.game") == ANNA


@pytest.mark.parametrize("subject", [None, "", 7, "x" * 256, "an\0na", "\ud800"])
def test_subject_claim_that_is_no_subject(internet: Internet, subject: object) -> None:
    """Another claim as subject must be what a subject is: a text of 1 to 255 bytes."""
    issuer.publish(internet)

    with pytest.raises(Unauthenticated, match=REFUSED):
        verify(issuer.token({"player": subject}), subject_claim="player")
