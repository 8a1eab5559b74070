"""Discovery: https://www.rfc-editor.org/rfc/rfc7517, https://www.rfc-editor.org/rfc/rfc8414 and OpenID Connect's."""

from collections.abc import Callable
from typing import Any

import jwt
import pytest

from symbolon.settings.succession import LEAD_SECONDS
from tests.conftest import Configure
from tests.helpers.players.client import Answer, Call, Client
from tests.helpers.players.keys import ASYMMETRIC, pem
from tests.helpers.players.tokens import SESSION_KEY

ISSUER = "https://id.example.com"
KEYS = "/.well-known/jwks.json"
DOCUMENTS = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"]
API_GATEWAY_KEEPS = 2 * 3600

Fetch = Callable[..., Answer]


@pytest.fixture
def fetch(client: Client) -> Fetch:
    """Give a function that fetches a document, as anybody may."""
    return lambda path, **headers: client.send(Call(f"GET {path}", "", headers))


@pytest.mark.parametrize("algorithm", ASYMMETRIC)
def test_a_session_is_verified_by_discovery_alone(
    fetch: Fetch, client: Client, configure: Configure, algorithm: str
) -> None:
    """Who knows the issuer's address finds the key set there, and the key that a session names."""
    configure(algorithm=algorithm, keys=[SESSION_KEY, pem(algorithm)], issuer=ISSUER)
    session = client.sign_in("anna")

    document = fetch(DOCUMENTS[0]).body
    keys = jwt.PyJWKSet.from_dict(fetch(document["jwks_uri"].removeprefix(ISSUER)).body)

    key = keys[jwt.get_unverified_header(session.token)["kid"]]
    claims = jwt.decode(
        session.token,
        key,
        algorithms=document["id_token_signing_alg_values_supported"],
        issuer=document["issuer"],
        audience="symbolon",
    )
    assert claims["sub"] == session.user_id


@pytest.mark.parametrize("path", DOCUMENTS)
def test_document(fetch: Fetch, configure: Configure, path: str) -> None:
    """8414, 2: issuer and addresses are ours, and nothing stands there that is not so."""
    configure(algorithm="RS256", keys=[pem("RS256")], issuer=ISSUER)

    document = fetch(path).body

    assert document["issuer"] == ISSUER
    assert document["jwks_uri"] == ISSUER + KEYS
    assert [document[f"{name}_endpoint"] for name in ("token", "introspection", "revocation")] == [
        f"{ISSUER}/oauth2/{name}" for name in ("token", "introspect", "revoke")
    ]
    assert document["id_token_signing_alg_values_supported"] == ["RS256"]
    assert "authorization_endpoint" not in document
    assert not [name for name, value in document.items() if value in ([], "", None)]


def test_issuer_with_a_path(fetch: Fetch, configure: Configure) -> None:
    """OpenID Connect Discovery, 4: addresses follow the issuer, whose slash at the end is not doubled."""
    configure(algorithm="ES256", keys=[pem("ES256")], issuer=f"{ISSUER}/game/")

    document = fetch(DOCUMENTS[0]).body

    assert (document["issuer"], document["jwks_uri"]) == (f"{ISSUER}/game/", f"{ISSUER}/game{KEYS}")


def test_secret_is_not_published(fetch: Fetch, configure: Configure) -> None:
    """With HS256 the key set is empty, and the document says why nobody can verify."""
    configure(issuer=ISSUER)

    assert fetch(KEYS).body == {"keys": []}
    assert fetch(DOCUMENTS[0]).body["id_token_signing_alg_values_supported"] == ["HS256"]


def test_key_set_has_public_members_alone(fetch: Fetch, configure: Configure) -> None:
    """7517, 5, and 7518, 6: nothing private of a key, and nothing of a secret, is in the set."""
    configure(keys=[SESSION_KEY, pem("ES256"), pem("RS256")])

    keys = fetch(KEYS).body["keys"]

    members = {"kid", "kty", "alg", "use"}
    assert [key.keys() for key in keys] == [members | {"crv", "x", "y"}, members | {"n", "e"}]


@pytest.mark.parametrize("path", [KEYS, *DOCUMENTS])
def test_documents_may_be_kept(fetch: Fetch, configure: Configure, path: str) -> None:
    """9110, 8.8.3 and 13.1.2: who has a document gets it again only when it is another."""
    configure(algorithm="ES256", keys=[pem("ES256")], issuer=ISSUER)
    first = fetch(path)
    tag = first.headers["etag"]

    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = fetch(path, **{"if-none-match": known})
        assert (again.status, again.text, again.headers["etag"]) == (304, "", tag)
    configure(algorithm="ES256", keys=[pem("ES256", 1)], issuer="https://other.example")
    changed = fetch(path, **{"if-none-match": tag})
    assert (changed.status, changed.headers["etag"] != tag) == (200, True)
    assert first.headers["content-type"] == "application/json"


@pytest.mark.parametrize("path", [KEYS, *DOCUMENTS])
def test_keys_are_published_for_longer_than_they_are_kept(fetch: Fetch, path: str) -> None:
    """Before a key signs, everybody has asked again: who obeys the answer, and API Gateway, which asks in two hours."""
    kept = int(fetch(path).headers["cache-control"].removeprefix("public, max-age="))

    assert 2 * (kept + 900) < LEAD_SECONDS
    assert 2 * API_GATEWAY_KEEPS <= LEAD_SECONDS


@pytest.mark.parametrize("session", [{"keys": []}, {"public_keys": {"keys": []}}])
def test_wrong_settings(fetch: Fetch, configure: Configure, session: dict[str, Any]) -> None:
    """Where keys are missing the answer is an error, which nobody keeps; where none are public, it is empty."""
    configure(**session)

    answer = fetch(KEYS)

    if "keys" in session:
        assert (answer.status, answer.headers["cache-control"]) == (500, "no-store")
    else:
        assert answer.body == {"keys": []}
