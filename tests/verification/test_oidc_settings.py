"""Settings of OpenID Connect issuers: mistakes, and the ready-made ones for Epic, Nintendo and Keycloak."""

from typing import Any

import pytest

from symbolon.errors import FailedPrecondition, Misconfigured, Unauthenticated
from symbolon.identities.identity import ExternalIdentity
from symbolon.settings.idtokens import Demands
from symbolon.settings.settings import Settings
from symbolon.values import NOTHING
from symbolon.verification import oidc
from symbolon.verification.issuers import PRESETS, find_issuer
from tests.helpers.providers import issuer
from tests.helpers.providers.internet import Internet
from tests.helpers.providers.issuer import AUDIENCE, verify
from tests.helpers.providers.replies import as_json

EPIC = "https://api.epicgames.dev/epic/oauth/v2"
EPIC_CONNECT = "https://api.epicgames.dev/auth/v1/oauth"
NINTENDO = "https://e0d67c509fb203858ebcb2fe3f88c2aa.baas.nintendo.com"
KEYCLOAK = "https://login.example.com/realms/games"
TITLE = "0100abf008968000"


@pytest.fixture(autouse=True)
def _new_instance() -> None:
    oidc.key_set.cache_clear()
    oidc.discovery.cache_clear()


@pytest.mark.parametrize(
    ("section", "detail"),
    [
        ({"issuer": None}, "oidc.studio.issuer must be an https URL"),
        ({"issuer": "http://id.example.com"}, "oidc.studio.issuer must be an https URL"),
        ({"issuer": ["https://id.example.com"]}, "oidc.studio.issuer must be an https URL"),
        ({"audiences": None}, "oidc.studio.audiences must be a list of audiences"),
        ({"audiences": []}, "oidc.studio.audiences must be a list of audiences"),
        ({"audiences": AUDIENCE}, "oidc.studio.audiences must be a list of audiences"),
        ({"jwks_uri": None}, "oidc.studio must have either jwks_uri or discovery, which is true"),
        ({"discovery": True}, "oidc.studio must have either jwks_uri or discovery, which is true"),
        ({"jwks_uri": None, "discovery": "yes"}, "oidc.studio must have either jwks_uri or discovery, which is true"),
        ({"jwks_uri": "http://keys.example.com"}, "oidc.studio.jwks_uri must be an https URL"),
        ({"jwks_uri": "https://anna@keys.example.com"}, "oidc.studio.jwks_uri must be an https URL"),
        ({"algorithms": []}, "oidc.studio.algorithms must be a list of RS256, RS384"),
        ({"algorithms": ["HS256"]}, "oidc.studio.algorithms must be a list of RS256, RS384"),
        ({"algorithms": ["RS256", "none"]}, "oidc.studio.algorithms must be a list of RS256, RS384"),
        ({"algorithms": "RS256"}, "oidc.studio.algorithms must be a list of RS256, RS384"),
        ({"algorithms": [["RS256"]]}, "oidc.studio.algorithms must be a list of RS256, RS384"),
        ({"subject_claim": ""}, "oidc.studio.subject_claim must be the name of a claim"),
        ({"required_claims": ["typ"]}, "oidc.studio.required_claims must be an object"),
        ({"required_claims": {"typ": ""}}, "oidc.studio.required_claims.typ must be a value or a list of them"),
        ({"required_claims": {"typ": []}}, "oidc.studio.required_claims.typ must be a value or a list of them"),
        ({"required_claims": {"typ": {}}}, "oidc.studio.required_claims.typ must be a value or a list of them"),
        ({"preset": "okta"}, "oidc.studio.preset must be one of epic, epic-connect, nintendo, keycloak"),
        ({"preset": ["epic"]}, "oidc.studio.preset must be one of epic, epic-connect, nintendo, keycloak"),
        ({"required_claim": {"typ": "ID"}}, "oidc.studio has an unknown setting, required_claim"),
    ],
)
def test_mistake_in_the_settings(section: dict[str, object], detail: str) -> None:
    """A setting that is missing or wrong refuses everybody, and the log has its name: no check is ever skipped."""
    with pytest.raises(Misconfigured) as caught:
        verify(issuer.token(), **section)

    assert caught.value.detail.startswith(f"settings: {detail}")


PRESET_CASES: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "epic": ({"audiences": ["client"]}, f"{EPIC}/.well-known/jwks.json", {"iss": EPIC, "aud": "client"}),
    "epic-connect": (
        {"audiences": ["client"], "required_claims": {"pfdid": "deployment"}},
        f"{EPIC_CONNECT}/jwks",
        {"iss": EPIC_CONNECT, "aud": "client", "pfdid": "deployment"},
    ),
    "nintendo": (
        {"required_claims": {"nintendo.ai": TITLE}},
        f"{NINTENDO}/1.0.0/certificates",
        {"iss": NINTENDO, "aud": "ed9e2f05d286f7b8", "typ": "id_token", "nintendo": {"ai": TITLE}},
    ),
    "keycloak": (
        {"issuer": KEYCLOAK, "audiences": ["client"]},
        f"{KEYCLOAK}/protocol/openid-connect/certs",
        {"iss": KEYCLOAK, "aud": "client", "azp": "client", "typ": "ID"},
    ),
}
"""By preset: what a studio sets, where the keys are, what a token says."""


def test_every_preset_is_tried() -> None:
    """No preset is without a token that it lets in."""
    assert PRESET_CASES.keys() == PRESETS.keys()


@pytest.mark.parametrize("preset", PRESET_CASES)
@pytest.mark.parametrize("by_name", [True, False])
def test_preset(internet: Internet, preset: str, *, by_name: bool) -> None:
    """A preset needs no more than what the studio alone knows; an issuer of its name has it without asking."""
    section, keys_url, claims = PRESET_CASES[preset]
    name = preset if by_name else "mine"
    if preset == "keycloak":
        internet.announce(
            f"{KEYCLOAK}/.well-known/openid-configuration", as_json({"issuer": KEYCLOAK, "jwks_uri": keys_url})
        )
    internet.announce(keys_url, as_json(issuer.key_set("rsa")))

    identity = oidc.verify(name, issuer.token(claims), section if by_name else section | {"preset": preset}, Demands())

    assert identity._replace(stated_at=0, said=NOTHING) == ExternalIdentity(f"oidc:{name}", "anna")


@pytest.mark.parametrize(
    ("preset", "changed"),
    [
        ("epic", {"iss": EPIC_CONNECT}),
        ("epic", {"aud": "client-of-another"}),
        ("epic-connect", {"iss": EPIC}),
        ("epic-connect", {"pfdid": "deployment-of-another"}),
        ("epic-connect", {"pfdid": None}),
        ("nintendo", {"nintendo": {"ai": "0100abf008968001"}}),
        ("nintendo", {"nintendo": None}),
        ("nintendo", {"typ": "token"}),
        ("keycloak", {"typ": "Bearer"}),
        ("keycloak", {"azp": "client-of-another"}),
    ],
)
def test_token_that_a_preset_refuses(internet: Internet, preset: str, changed: dict[str, object]) -> None:
    """A token of another game, or that is no ID token, is refused, although the issuer has signed it."""
    section, keys_url, claims = PRESET_CASES[preset]
    if preset == "keycloak":
        internet.announce(
            f"{KEYCLOAK}/.well-known/openid-configuration", as_json({"issuer": KEYCLOAK, "jwks_uri": keys_url})
        )
    internet.announce(keys_url, as_json(issuer.key_set("rsa")))

    with pytest.raises(Unauthenticated, match=f"Could not authenticate {preset} profile."):
        oidc.verify(preset, issuer.token(claims | changed), section, Demands())


@pytest.mark.parametrize(
    ("preset", "section", "detail"),
    [
        ("epic", {}, "oidc.epic.audiences must be a list of audiences"),
        ("epic-connect", {"audiences": ["client"]}, "oidc.epic-connect.required_claims must have pfdid"),
        ("nintendo", {}, "oidc.nintendo.required_claims must have nintendo.ai"),
        ("nintendo", {"preset": "epic"}, "oidc.nintendo.audiences must be a list of audiences"),
        ("keycloak", {"audiences": ["client"]}, "oidc.keycloak.issuer must be an https URL"),
    ],
)
def test_preset_without_what_the_studio_knows(preset: str, section: dict[str, object], detail: str) -> None:
    """What makes a token one of this very game cannot be left out."""
    with pytest.raises(Misconfigured) as caught:
        oidc.verify(preset, issuer.token(), section, Demands())

    assert caught.value.detail == f"settings: {detail}"


def test_issuer_of_a_preset_can_be_another(internet: Internet) -> None:
    """With another issuer, as a test environment has, the preset looks for the keys there."""
    sandbox = "https://sandbox.baas.example.com"
    internet.announce(f"{sandbox}/1.0.0/certificates", as_json(issuer.key_set("rsa")))
    section = PRESET_CASES["nintendo"][0] | {"issuer": sandbox}

    identity = oidc.verify("nintendo", issuer.token(PRESET_CASES["nintendo"][2] | {"iss": sandbox}), section, Demands())

    assert identity.subject == "anna"


def test_keys_of_a_preset_can_be_found_otherwise(internet: Internet) -> None:
    """Where the studio says how the keys are found, the preset's way is not gone."""
    internet.announce(f"{EPIC}/.well-known/openid-configuration", as_json({"issuer": EPIC, "jwks_uri": f"{EPIC}/keys"}))
    internet.announce(f"{EPIC}/keys", as_json(issuer.key_set("rsa")))

    identity = oidc.verify("epic", issuer.token({"iss": EPIC}), {"audiences": [AUDIENCE], "discovery": True}, Demands())

    assert identity.subject == "anna"


@pytest.mark.parametrize("name", ["xbox", "psn", "steam", *PRESETS])
@pytest.mark.parametrize("document", [{}, {"oidc": {}}, {"oidc": None}, {"oidc": {"studio": issuer.SECTION}}])
def test_reserved_name(name: str, document: dict[str, object]) -> None:
    """A name that players trust means no custom id, as long as the settings do not say how to verify it."""
    with pytest.raises(FailedPrecondition, match=f"^{name} authentication is not configured.$"):
        find_issuer(name, Settings(document))


def test_name_that_means_nothing() -> None:
    """Any other name that is not configured is not an issuer's."""
    assert find_issuer("clan", Settings({"oidc": {"studio": issuer.SECTION}})) is None
    assert find_issuer("studio", Settings({"oidc": {"studio": issuer.SECTION}})) == issuer.SECTION


@pytest.mark.parametrize(
    ("issuers", "detail"),
    [
        ([issuer.SECTION], "oidc must be an object of issuers by name"),
        ({"Studio": issuer.SECTION}, "a name in oidc may have 1-32 of the characters a-z 0-9 . _ -"),
        ({"my|studio": issuer.SECTION}, "a name in oidc may have 1-32 of the characters a-z 0-9 . _ -"),
        ({"": issuer.SECTION}, "a name in oidc may have 1-32 of the characters a-z 0-9 . _ -"),
        ({"studio": None}, "oidc.studio must be an object"),
        ({"studio": [issuer.SECTION]}, "oidc.studio must be an object"),
    ],
)
def test_issuers_that_would_never_be_found(issuers: object, detail: str) -> None:
    """A mistake in a name is no reason to take its tokens for custom ids: all ids of that form are refused."""
    settings = Settings({"oidc": issuers})

    with pytest.raises(Misconfigured) as caught:
        find_issuer("clan", settings)

    assert caught.value.detail == f"settings: {detail}"
