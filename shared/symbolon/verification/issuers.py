"""OpenID Connect issuers by name: those that the settings have, ready-made settings, and names that mean one anyway.

Nothing here needs HTTP or cryptography, since `functions/custom` looks every id up that has a bar in it.

docs/providers/oidc.md says where the presets' values come from, and how sure each is.
"""

import re
from collections.abc import Mapping
from typing import Any

from symbolon.errors import FailedPrecondition, Misconfigured
from symbolon.settings.settings import Settings

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "epic": {
        "issuer": "https://api.epicgames.dev/epic/oauth/v2",
        "jwks_uri": "{issuer}/.well-known/jwks.json",
    },
    "epic-connect": {
        "issuer": "https://api.epicgames.dev/auth/v1/oauth",
        "jwks_uri": "{issuer}/jwks",
        "demands": ["pfdid"],
    },
    "nintendo": {
        "issuer": "https://e0d67c509fb203858ebcb2fe3f88c2aa.baas.nintendo.com",
        "jwks_uri": "{issuer}/1.0.0/certificates",
        "audiences": ["ed9e2f05d286f7b8"],
        "required_claims": {"typ": "id_token"},
        "demands": ["nintendo.ai"],
    },
    "keycloak": {"discovery": True, "required_claims": {"typ": "ID"}},
}
"""Defaults under a studio's own settings. `demands` names required claims whose value only the studio knows: without
them, tokens that were made for other games would do."""

RESERVED = frozenset({"psn", "steam", "xbox", *PRESETS})
"""Names that players take for a verified identity: as long as they are not configured nobody may sign in with one."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")


def find_issuer(name: str, settings: Settings) -> Mapping[str, Any] | None:
    """Return what the settings have for the issuer of that lower-case name, None when the name means no issuer.

    Raises FailedPrecondition for a reserved name that has no settings, Misconfigured when what there is is wrong.
    """
    issuers = settings.document.get("oidc") or {}
    if not isinstance(issuers, Mapping):
        raise Misconfigured("settings: oidc must be an object of issuers by name")
    for known, section in issuers.items():
        # A name that is never found would let everybody in with an id of that form, unverified.
        if not _NAME.fullmatch(known):
            raise Misconfigured("settings: a name in oidc may have 1-32 of the characters a-z 0-9 . _ -")
        if not isinstance(section, Mapping):
            raise Misconfigured(f"settings: oidc.{known} must be an object")
    if name not in issuers and name in RESERVED:
        raise FailedPrecondition(f"{name} authentication is not configured.")
    return issuers.get(name)
