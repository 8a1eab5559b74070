"""ID tokens of any OpenID Connect issuer that the settings name, reached as custom id "<name>|<token>".

https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
Verified: signature by a key that the issuer publishes, algorithm, issuer, audience, azp, times, required claims.

Settings, under `oidc` by name: {"issuer": "https://id.example.com", "audiences": ["game"], "discovery": true or
    "jwks_uri": "https://…", "algorithms": ["RS256"], "subject_claim": "sub", "required_claims": {"a.path": "value"},
    "preset": "keycloak"}, of which a preset (`symbolon.verification.issuers`) has some
Credential: "<name>|<header>.<payload>.<signature>", whose payload reads
    {"iss": "https://id.example.com", "aud": "game", "sub": "248289761001", "exp": …, "iat": …, "name": "…"}
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from symbolon.errors import Misconfigured, Unauthenticated
from symbolon.identities.identity import ExternalIdentity, Profile, is_subject, text_claim
from symbolon.internet.outbound import Outbound
from symbolon.settings.idtokens import Demands
from symbolon.verification import idtokens
from symbolon.verification.audiences import checked_audiences
from symbolon.verification.discovery import Discovery, https_host
from symbolon.verification.idtokens import Policy
from symbolon.verification.issuers import PRESETS
from symbolon.verification.keysets import KeySet

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Those with a public key. With HS256 whoever can verify a token can make one; "none" is no signature at all."""

KEPT_ISSUERS = 64
"""Key sets and discoveries that an instance keeps; only settings that change again and again can name so many."""

_SETTINGS = frozenset(
    {"issuer", "audiences", "jwks_uri", "discovery", "algorithms", "subject_claim", "required_claims", "preset"}
)
_KEY_SOURCES = frozenset({"jwks_uri", "discovery"})

key_set = lru_cache(KEPT_ISSUERS)(KeySet)
discovery = lru_cache(KEPT_ISSUERS)(Discovery)


@dataclass(frozen=True)
class _Issuer:
    """An issuer's settings, checked; `jwks_uri` is "" when discovery tells it."""

    url: str
    jwks_uri: str
    audiences: list[str]
    algorithms: list[str]
    subject_claim: str
    required_claims: Mapping[str, list[object]]


def verify(name: str, token: str, section: Mapping[str, Any], demands: Demands) -> ExternalIdentity:
    """Return the identity that a token of the issuer `name` states, whose settings are `section`.

    Raises Unauthenticated for one that is not in order, Unavailable when its keys cannot be had, Misconfigured.
    """
    issuer = _checked(f"oidc.{name}", _completed(name, section))
    message = f"Could not authenticate {name} profile."
    door = Outbound(name, [https_host(issuer.url)])
    jwks_uri = issuer.jwks_uri or discovery(issuer.url, name).jwks_uri(door)
    policy = Policy(message, key_set(jwks_uri), [issuer.url], issuer.audiences, issuer.algorithms, demands)
    claims = idtokens.verify(token, policy, door.to(https_host(jwks_uri)))
    if wrong := _wrong_claim(claims, issuer):
        raise Unauthenticated(message, f"oidc: the token's claim {wrong}")
    profile = Profile(text_claim(claims, "name"), text_claim(claims, "picture"), idtokens.verified_email(claims))
    identity = ExternalIdentity(f"oidc:{name}", _claim(claims, issuer.subject_claim), profile)
    return idtokens.proven(identity, token, claims, policy)


def _wrong_claim(claims: Mapping[str, Any], issuer: _Issuer) -> str:
    """Return the path of a claim, of those that only the settings know of, that is not what it must be; "" if none."""
    for path, accepted in issuer.required_claims.items():
        value = _claim(claims, path)
        if not any(type(value) is type(one) and value == one for one in accepted):  # in Python, 1 is True
            return path
    if "azp" in claims and claims["azp"] not in issuer.audiences:
        return "azp"
    return "" if is_subject(_claim(claims, issuer.subject_claim)) else issuer.subject_claim


def _claim(claims: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 (a claim may be anything)
    """Return the claim of that name, or at that dotted path; None when there is none."""
    if path in claims:
        return claims[path]
    name, _, rest = path.partition(".")
    inner = claims.get(name)
    return _claim(inner, rest) if rest and isinstance(inner, Mapping) else None


def _completed(name: str, own: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings with what the preset adds to them: the one that they name, or the one of the same name."""
    if unknown := own.keys() - _SETTINGS:
        raise Misconfigured(f"settings: oidc.{name} has an unknown setting, {min(unknown)}")
    preset = own.get("preset", name if name in PRESETS else None)
    if "preset" in own and (not isinstance(preset, str) or preset not in PRESETS):
        raise Misconfigured(f"settings: oidc.{name}.preset must be one of {', '.join(PRESETS)}")
    defaults = dict(PRESETS[preset]) if preset else {}
    for source in _KEY_SOURCES if own.keys() & _KEY_SOURCES else ():
        defaults.pop(source, None)
    claims = own.get("required_claims", {})
    if not isinstance(claims, Mapping):
        raise Misconfigured(f"settings: oidc.{name}.required_claims must be an object")
    return {**defaults, **own, "required_claims": {**defaults.get("required_claims", {}), **claims}}


def _checked(place: str, section: Mapping[str, Any]) -> _Issuer:
    url, jwks_uri = section.get("issuer"), section.get("jwks_uri", "")
    if not https_host(url):
        raise Misconfigured(f"settings: {place}.issuer must be an https URL")
    if bool(jwks_uri) is (section.get("discovery") is True):
        raise Misconfigured(f"settings: {place} must have either jwks_uri or discovery, which is true")
    if jwks_uri:
        jwks_uri = str(jwks_uri).replace("{issuer}", str(url).rstrip("/"))
        if not https_host(jwks_uri):
            raise Misconfigured(f"settings: {place}.jwks_uri must be an https URL")
    algorithms = section.get("algorithms", ["RS256"])
    if not isinstance(algorithms, list) or not algorithms or not all(one in ALGORITHMS for one in algorithms):
        raise Misconfigured(f"settings: {place}.algorithms must be a list of {', '.join(ALGORITHMS)}")
    subject_claim = section.get("subject_claim", "sub")
    if not isinstance(subject_claim, str) or not subject_claim:
        raise Misconfigured(f"settings: {place}.subject_claim must be the name of a claim")
    audiences = checked_audiences(f"{place}.audiences", section.get("audiences"))
    return _Issuer(str(url), jwks_uri, audiences, algorithms, subject_claim, _accepted(place, section))


def _accepted(place: str, section: Mapping[str, Any]) -> dict[str, list[object]]:
    """Return the values that each required claim may have: the settings have one or a list of them."""
    accepted: dict[str, list[object]] = {}
    for path, value in section["required_claims"].items():
        accepted[path] = value if isinstance(value, list) else [value]
        if not accepted[path] or not all(isinstance(one, str | int) and one != "" for one in accepted[path]):
            raise Misconfigured(f"settings: {place}.required_claims.{path} must be a value or a list of them")
    for path in section.get("demands", ()):
        if path not in accepted:
            raise Misconfigured(f"settings: {place}.required_claims must have {path}")
    return accepted
