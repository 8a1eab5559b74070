"""Session tokens of each algorithm: what others can verify with the public key, and what changing it leaves alone."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import replace
from typing import Any

import jwt
import pytest

from symbolon.errors import Misconfigured
from symbolon.settings.settings import Settings
from tests.conftest import SETTINGS, Configure
from tests.helpers.players.client import Answer, Client, claims_of
from tests.helpers.players.keys import ASYMMETRIC, pem, private_key, public_pem
from tests.helpers.players.tokens import SESSION_KEY

ISSUER = "https://id.example.com"
INVALID = (401, 16, "Auth token invalid")


def header_of(token: str) -> dict[str, Any]:
    """Give a token's header."""
    return dict(jwt.get_unverified_header(token))


def session_of(settings: Settings) -> None:
    """Read all that a new session needs of the settings."""
    _ = (settings.stated_issuer, settings.stated_audience, settings.refresh_keys, settings.session_keys.signing)


def encoded(content: bytes) -> str:
    """Give the content in base64, as a token has it."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def status_of(client: Client, session: Answer, token: str) -> int:
    """Give the status of a call with another session token."""
    return client.get_account(replace(session, body=session.body | {"token": token})).status


@pytest.mark.parametrize("algorithm", ASYMMETRIC)
def test_others_verify_with_the_public_key(client: Client, configure: Configure, algorithm: str) -> None:
    """A library that nobody here wrote verifies a session by public key, issuer and audience, and learns who it is."""
    configure(algorithm=algorithm, keys=[pem(algorithm)], issuer=ISSUER, audience="studio")

    session = client.sign_in("anna")

    claims = jwt.decode(
        session.token, public_pem(algorithm), algorithms=[algorithm], audience="studio", issuer=ISSUER,
        options={"require": ["exp", "iat", "iss", "sub", "aud"]},
    )  # fmt: skip
    assert claims["sub"] == claims["uid"] == session.user_id
    assert client.get_account(session).status == 200


@pytest.mark.parametrize("algorithm", ASYMMETRIC)
def test_refresh_tokens_stay_secret(client: Client, configure: Configure, algorithm: str) -> None:
    """A refresh token is for us alone: HS256, without the claims that are for others."""
    configure(algorithm=algorithm, keys=[pem(algorithm)], issuer=ISSUER)

    session = client.sign_in("anna")
    next_session = client.refresh(session.refresh_token)

    assert header_of(session.refresh_token)["alg"] == "HS256"
    assert not {"iss", "sub", "aud"} & claims_of(session.refresh_token).keys()
    assert header_of(next_session.token)["alg"] == algorithm
    assert client.get_account(next_session).status == 200


def test_audience_has_a_default(client: Client, configure: Configure) -> None:
    """Who verifies a session must be able to ask for its audience, so one with a public key always has one."""
    configure(algorithm="ES256", keys=[pem("ES256")])

    assert client.sign_in("anna").claims["aud"] == "symbolon"


def test_secret_has_no_names_by_itself(client: Client, configure: Configure) -> None:
    """With HS256 a token is as Nakama makes it, unless the settings name an issuer or an audience."""
    plain = client.sign_in("anna").claims
    configure(algorithm="HS256", issuer=ISSUER, audience="studio")
    named = client.sign_in("anna").claims

    assert not {"iss", "sub", "aud"} & plain.keys()
    assert (named["iss"], named["sub"], named["aud"]) == (ISSUER, named["uid"], "studio")


@pytest.mark.parametrize("first", ["HS256", *ASYMMETRIC])
@pytest.mark.parametrize("second", ["HS256", *ASYMMETRIC])
def test_change_logs_nobody_out(client: Client, configure: Configure, first: str, second: str) -> None:
    """Tokens of one algorithm hold on while new ones have another, as long as the ring has both keys."""
    keys = [SESSION_KEY, pem("ES256"), pem("RS256")]
    configure(algorithm=first, keys=keys)
    before = client.sign_in("anna")
    configure(algorithm=second, keys=keys)

    after = client.sign_in("anna")

    assert [header_of(session.token)["alg"] for session in (before, after)] == [first, second]
    assert client.get_account(before).status == client.get_account(after).status == 200
    assert client.refresh(before.refresh_token).status == 200


@pytest.mark.parametrize("algorithm", ASYMMETRIC)
def test_other_keys_of_the_kind(client: Client, configure: Configure, algorithm: str) -> None:
    """A token by another key is refused, under its own id and under ours."""
    configure(algorithm=algorithm, keys=[pem(algorithm)])
    session = client.sign_in("mallory")
    header = header_of(session.token)

    forged = jwt.encode(session.claims, private_key(algorithm, 1), algorithm=algorithm, headers=header)

    assert header_of(forged) == header
    assert status_of(client, session, forged) == 401


@pytest.mark.parametrize(
    "claims", [{"iss": "https://other.example"}, {"aud": "others"}, {"aud": ["symbolon"]}, {"sub": "x"}]
)
def test_names_of_others(client: Client, configure: Configure, claims: dict[str, object]) -> None:
    """A token for another issuer, audience or subject is refused, though our own key signed it."""
    configure(algorithm="ES256", keys=[pem("ES256")], issuer=ISSUER)
    session = client.sign_in("anna")
    header = header_of(session.token)

    named = jwt.encode(session.claims | claims, private_key("ES256"), algorithm="ES256", headers=header)
    same = jwt.encode(session.claims, private_key("ES256"), algorithm="ES256", headers=header)

    assert status_of(client, session, named) == 401
    assert status_of(client, session, same) == 200


def test_token_from_before_there_were_names(client: Client, configure: Configure) -> None:
    """Naming an issuer and an audience logs nobody out whose token has neither."""
    before = client.sign_in("anna")
    configure(issuer=ISSUER, audience="studio")

    assert client.get_account(before).status == 200


@pytest.mark.parametrize("algorithm", ASYMMETRIC)
def test_secret_of_a_public_key(client: Client, configure: Configure, algorithm: str) -> None:
    """HS256 with the text of the public key as the secret, the oldest trick with JWTs, is a dead end."""
    configure(algorithm=algorithm, keys=[pem(algorithm)])
    session = client.sign_in("mallory")
    header = header_of(session.token)
    head = encoded(json.dumps(header | {"alg": "HS256"}, separators=(",", ":")).encode())
    text = f"{head}.{session.token.split('.')[1]}"

    for public in (public_pem(algorithm), public_pem(algorithm).strip()):
        forged = f"{text}.{encoded(hmac.digest(public.encode(), text.encode(), hashlib.sha256))}"
        assert status_of(client, session, forged) == 401


@pytest.mark.parametrize("algorithm", ASYMMETRIC)
def test_spellings_of_a_signature(client: Client, configure: Configure, algorithm: str) -> None:
    """One token has one spelling: a signature that is cut, padded, longer or empty is refused, and never a crash."""
    configure(algorithm=algorithm, keys=[pem(algorithm)])
    session = client.sign_in("mallory")
    head, _, signature = session.token.rpartition(".")

    spellings = [signature[:-1], signature + "=", signature + "A", "", "AAAA", "A" * 86, "!" * 86]

    assert {status_of(client, session, f"{head}.{spelling}") for spelling in spellings} == {401}
    assert status_of(client, session, session.token) == 200


@pytest.mark.parametrize(
    ("issuer", "taken"),
    [
        ("https://play.example.com/a", True),
        ("http://an-id.execute-api.localhost:4566", True),
        ("http://127.0.0.1:7350", True),
        ("http://play.example.com", False),
        ("http://localhost.example.com", False),
        ("http://notlocalhost", False),
        ("http://[", False),
    ],
)
def test_issuers_of_deployments(issuer: str, taken: bool) -> None:  # noqa: FBT001
    """An issuer is found over TLS, unless it is on this very machine, by a name that leads nowhere else."""
    settings = Settings({"session": {"keys": [pem("ES256")], "issuer": issuer}})

    if taken:
        assert settings.issuer == issuer
    else:
        with pytest.raises(Misconfigured):
            _ = settings.issuer


@pytest.mark.parametrize(
    ("session", "detail"),
    [
        ({"algorithm": "PS256"}, "settings: session.algorithm must be HS256, ES256 or RS256"),
        ({"algorithm": "ES256"}, "settings: session.keys has no ES256 key that may sign"),
        (
            {"refresh_keys": [pem("ES256")]},
            "settings: session.refresh_keys must be secrets: nobody else reads the tokens",
        ),
        ({"issuer": "id.example.com"}, "settings: session.issuer must be a https URL without query and fragment"),
        (
            {"issuer": "https://id.example.com/?a"},
            "settings: session.issuer must be a https URL without query and fragment",
        ),
        ({"issuer": 7}, "settings: session.issuer must be a text"),
        ({"audience": ["a"]}, "settings: session.audience must be a text"),
        ({"keys": [public_pem("ES256")]}, "settings: session.keys has no private key that may sign"),
    ],
)
def test_wrong_settings_are_named(session: dict[str, Any], detail: str) -> None:
    """What cannot work is said to the operator with the setting's name."""
    settings = Settings({"session": SETTINGS["session"] | session}, is_local=False)

    with pytest.raises(Misconfigured) as caught:
        session_of(settings)

    assert caught.value.detail == detail


def test_tokens_do_not_grow_out_of_hand(client: Client, configure: Configure) -> None:
    """The largest token, of RS256 with all vars, still fits the header of any client and proxy."""
    configure(algorithm="RS256", keys=[pem("RS256")], issuer=ISSUER)
    session = client.authenticate("device", {"username": "x" * 128}, id="1234567890", vars={"v": "y" * 2000})

    assert session.status == 200
    assert len(session.token) < 4096
    assert abs(session.claims["iat"] - time.time()) < 5
