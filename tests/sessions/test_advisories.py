"""Attacks on tokens that have worked elsewhere; the sections are those of https://www.rfc-editor.org/rfc/rfc8725."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.helpers.players.client import Answer, Client, claims_of
from tests.helpers.players.tokens import REFRESH_KEY, SESSION_KEY, resign

HEADER = {"alg": "HS256", "typ": "JWT"}


def encoded(value: object) -> str:
    """Give JSON in base64, as a token has it."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def status_with(client: Client, session: Answer, token: str) -> int:
    """Give the status of a call with this session token; a refusal has to be the usual one."""
    answer = client.get_account(replace(session, body={"token": token}))
    assert answer.status == 200 or answer.error == (401, 16, "Auth token invalid")
    return answer.status


@pytest.fixture
def session(client: Client) -> Answer:
    """Give the session of a player who attacks."""
    return client.sign_in("mallory")


def header_of(session: Answer) -> dict[str, object]:
    """Give the header of the session's token."""
    return dict(jwt.get_unverified_header(session.token))


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", ""])
def test_no_signature(client: Client, session: Answer, algorithm: str) -> None:
    """2.1: a token may not say that it needs no signature, in whatever case."""
    unsigned = f"{encoded(header_of(session) | {'alg': algorithm})}.{encoded(session.claims)}."

    assert status_with(client, session, unsigned) == 401
    assert status_with(client, session, unsigned + session.token.rpartition(".")[2]) == 401


def test_signature_cut_off(client: Client, session: Answer) -> None:
    """2.1: a token without its signature, or with a part of it, is none."""
    head, _, signature = session.token.rpartition(".")

    for token in (head, head + ".", f"{head}.{signature[:-1]}", f"{head}.{signature}=", f"{head}.{signature}.x"):
        assert status_with(client, session, token) == 401


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
def test_other_hash(client: Client, session: Answer, algorithm: str) -> None:
    """2.1: the algorithm is ours to choose: the right key does not make another one right."""
    token = resign(session.token, {}, header={"alg": algorithm})

    assert jwt.decode(token, SESSION_KEY, algorithms=[algorithm])["uid"] == session.user_id
    assert status_with(client, session, token) == 401


def test_asymmetric_signature(client: Client, session: Answer) -> None:
    """2.1: a signature by a key pair of the attacker's own is refused, whatever `kid` it has."""
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()

    assert status_with(client, session, resign(session.token, {}, pem, {"alg": "RS256"})) == 401


@pytest.mark.parametrize("name", ["jku", "x5u"])
def test_key_by_address(client: Client, session: Answer, name: str) -> None:
    """2.9: a key that a token brings by address is not fetched (the test fails at any request), nor used."""
    header = {name: "https://attacker.example.com/keys.json", "kid": "attacker"}

    assert status_with(client, session, resign(session.token, {}, "k" * 40, header)) == 401


def test_key_within_the_token(client: Client, session: Answer) -> None:
    """2.9: a key that a token brings along is not used."""
    secret = "k" * 40
    jwk = {"kty": "oct", "k": base64.urlsafe_b64encode(secret.encode()).decode()}

    assert status_with(client, session, resign(session.token, {}, secret, {"jwk": jwk})) == 401


@pytest.mark.parametrize(
    "key_id",
    ["", "../../../../dev/null", "' OR '1'='1", "0", "keys[0]", "\0", None, 7, [], {"a": 1}, "x" * 4000],
    ids=lambda value: str(value)[:12],
)
@pytest.mark.parametrize("key", [b"", b"attacker"])
def test_injected_key_id(client: Client, session: Answer, key_id: object, key: bytes) -> None:
    """2.9: a key id is a name to look up, and no path, query, index or type; an unknown one is no empty key."""
    head = f"{encoded(HEADER | {'kid': key_id})}.{encoded(session.claims)}"
    signature = base64.urlsafe_b64encode(hmac.digest(key, head.encode(), hashlib.sha256)).rstrip(b"=").decode()

    assert status_with(client, session, f"{head}.{signature}") == 401


def test_no_key_id(client: Client, session: Answer) -> None:
    """2.1: a token that names no key is not tried with the first one."""
    token = jwt.encode(session.claims, SESSION_KEY, algorithm="HS256")

    assert status_with(client, session, token) == 401


@pytest.mark.parametrize("claims", [{"uid": "somebody else"}, {"exp": 2**40}, {"gen": 99}, {"rot": 99}])
def test_changed_claims(client: Client, session: Answer, claims: dict[str, object]) -> None:
    """Claims that were changed under the old signature are refused."""
    header, _, signature = session.token.split(".")

    assert status_with(client, session, f"{header}.{encoded(session.claims | claims)}.{signature}") == 401


def test_token_of_the_other_kind(client: Client, session: Answer) -> None:
    """2.8: session and refresh token cannot stand in for each other, with each other's key id either."""
    session_kid = jwt.get_unverified_header(session.token)["kid"]
    refresh_kid = jwt.get_unverified_header(session.refresh_token)["kid"]

    assert status_with(client, session, session.refresh_token) == 401
    assert status_with(client, session, resign(session.token, {}, REFRESH_KEY)) == 401
    assert status_with(client, session, resign(session.token, {}, SESSION_KEY, {"kid": refresh_kid})) == 401
    assert client.refresh(session.token).status == 401
    assert client.refresh(resign(session.refresh_token, {}, REFRESH_KEY, {"kid": session_kid})).status == 401


@pytest.mark.parametrize("key", ["defaultencryptionkey", "defaultrefreshencryptionkey", "defaultkey", ""])
@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
def test_published_keys(client: Client, session: Answer, key: str) -> None:
    """2.2: a token signed with a key from Nakama's documentation, or with none, is a forgery."""
    if key:
        assert status_with(client, session, resign(session.token, {}, key)) == 401
    head = session.token.rpartition(".")[0]
    forged = base64.urlsafe_b64encode(hmac.digest(key.encode(), head.encode(), hashlib.sha256)).rstrip(b"=").decode()
    assert status_with(client, session, f"{head}.{forged}") == 401


@pytest.mark.parametrize("crit", [["exp"], ["b64"], []])
def test_critical_extensions(client: Client, session: Answer, crit: list[str]) -> None:
    """RFC 7515, 4.1.11: a token with extensions that must be understood is refused by who understands none."""
    assert status_with(client, session, resign(session.token, {}, header={"crit": crit, "b64": True})) == 401


def test_whitespace_and_padding(client: Client, session: Answer) -> None:
    """One token has one spelling: no padding, line breaks, other alphabet or fourth part (RFC 7515, appendix C)."""
    head, payload, signature = session.token.split(".")

    spellings = [f"{head}=.{payload}.{signature}", f"{head}.{payload}\n.{signature}", f"{head}.{payload}.{signature}."]
    spellings += [f".{session.token}", session.token.replace(".", ". ", 1), f"{head}.{payload}"]
    spellings += [f"{session.token}é", f"{session.token}\ud800", f"{head}\ud800.{payload}.{signature}"]
    assert [status_with(client, session, token) for token in spellings] == [401] * 9


@pytest.mark.parametrize("depth", [100, 20_000])
def test_nested_payload(client: Client, session: Answer, depth: int) -> None:
    """A payload that is deeply nested does not bring the service down; its signature is wrong in the first place."""
    head, _, signature = session.token.split(".")
    nested = base64.urlsafe_b64encode(b"[" * depth + b"]" * depth).rstrip(b"=").decode()

    assert status_with(client, session, f"{head}.{nested}.{signature}") == 401
    assert claims_of(session.token)["usn"] == "mallory"
