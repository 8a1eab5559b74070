"""Which key verifies a token: the one of its id and of its algorithm, once the settings have allowed that."""

import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from symbolon.errors import Unauthenticated
from symbolon.verification import oidc
from tests.helpers.providers import issuer
from tests.helpers.providers.internet import Internet
from tests.helpers.providers.replies import as_json

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
KEYS: dict[str, Key] = {
    "RSA": rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "other RSA": rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "ES384": ec.generate_private_key(ec.SECP384R1()),
    "ES512": ec.generate_private_key(ec.SECP521R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
}


def jwk(name: str, algorithm: str, **changed: object) -> dict[str, Any]:
    """Give the public half of a key, of the id "one" and without an algorithm, but for changes; "" drops a part."""
    public = json.loads(jwt.get_algorithm_by_name(algorithm).to_jwk(KEYS[name].public_key()))
    entry = {name: value for name, value in public.items() if name not in ("alg", "use", "key_ops")}
    return {name: value for name, value in (entry | {"kid": "one"} | changed).items() if value != ""}


def works(internet: Internet, name: str, algorithm: str, *published: dict[str, Any]) -> bool:
    """Tell whether a token that this key signed by the algorithm is good, when these keys are published."""
    oidc.key_set.cache_clear()
    internet.announce(issuer.KEYS_URL, as_json({"keys": list(published)}))
    token = jwt.encode(issuer.claims(), KEYS[name], algorithm, headers={"kid": "one"})
    try:
        return issuer.verify(token, algorithms=[*RSA, "ES256", "ES384", "ES512", "EdDSA"]).subject == "anna"
    except Unauthenticated:
        return False


@pytest.mark.parametrize("algorithm", RSA)
@pytest.mark.parametrize("named", ["", None, "RS256", "RS512", "PS256", "RSA-OAEP"])
def test_algorithm_of_the_token_decides(internet: Internet, algorithm: str, named: str | None) -> None:
    """A key serves for each algorithm that the settings allow, whatever the set says of it, or does not say."""
    assert works(internet, "RSA", algorithm, jwk("RSA", "RS256", alg=named))


@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "ES512", "EdDSA"])
def test_curves(internet: Internet, algorithm: str) -> None:
    """Keys on a curve serve for the algorithm of that curve."""
    assert works(internet, algorithm, algorithm, jwk(algorithm, algorithm))


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("signed", ["RSA", "other RSA", "ES256"])
def test_keys_of_one_id(internet: Internet, signed: str, order: int) -> None:
    """Of several keys with one id, one for each algorithm, the one of the token's is taken, in whatever order."""
    algorithms = {"RSA": "RS256", "other RSA": "RS512", "ES256": "ES256"}
    published = [jwk(name, algorithm, alg=algorithm) for name, algorithm in algorithms.items()][::order]

    assert works(internet, signed, algorithms[signed], *published)


@pytest.mark.parametrize("order", [1, -1])
def test_key_that_names_the_algorithm_comes_first(internet: Internet, order: int) -> None:
    """A key that names the token's algorithm comes before one that names none, and that before one of another."""
    none, other, same = (jwk("other RSA", "RS256", alg=alg) for alg in ("", "RS256", "RS512"))
    mine, unnamed = jwk("RSA", "RS256", alg="RS512"), jwk("RSA", "RS256")

    assert works(internet, "RSA", "RS512", *[none, other, mine][::order])
    assert works(internet, "RSA", "RS512", *[other, unnamed][::order])
    assert not works(internet, "RSA", "RS512", *[unnamed, same][::order])


@pytest.mark.parametrize("use", [None, "", "sig"])
def test_use_that_says_nothing(internet: Internet, use: str | None) -> None:
    """A key without a use, or with a use of null, is one for signatures."""
    assert works(internet, "RSA", "RS256", jwk("RSA", "RS256", use=use))


@pytest.mark.parametrize("changed", [{"use": "enc"}, {"use": 7}, {"kid": "two"}, {"kid": None}, {"kty": "oct"}])
def test_keys_that_are_others(internet: Internet, changed: dict[str, object]) -> None:
    """A key of another use, id or kind verifies nothing, beside one that is in order."""
    usual = jwk("other RSA", "RS256", kid="three")

    assert not works(internet, "RSA", "RS256", jwk("RSA", "RS256", **changed), usual)


def test_algorithm_that_is_not_allowed(internet: Internet) -> None:
    """What the settings do not allow is refused before anybody is asked, though a key would serve."""
    token = jwt.encode(issuer.claims(), KEYS["RSA"], "RS384", headers={"kid": "one"})

    with pytest.raises(Unauthenticated):
        issuer.verify(token, algorithms=["RS256"])
    assert internet.seen == []


def test_key_of_another_kind(internet: Internet) -> None:
    """A token that names an algorithm of another kind than the key's is refused."""
    assert not works(internet, "ES256", "ES256", jwk("RSA", "RS256"))
    assert not works(internet, "ES384", "ES384", jwk("ES256", "ES256"))
