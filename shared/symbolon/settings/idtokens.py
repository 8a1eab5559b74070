"""The section `id_tokens` of the settings: what is demanded of providers' ID tokens besides their being in order."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from symbolon.errors import Misconfigured

_NAMES = ("nonce_required", "once")
_PROVIDER = re.compile(r"apple|google|facebook|oidc:[a-z0-9][a-z0-9._-]{0,31}")


class Demands(NamedTuple):
    """What is demanded of one provider's token.

    It must have been made for `nonce`, the client's own, where there is one or `nonce_required` says that there must
    be; where it works `once`, it must be new.
    """

    nonce: str = ""
    nonce_required: bool = False
    once: bool = False

    @classmethod
    def of(cls, document: Mapping[str, Any], provider: str, nonce: str) -> Self:
        """Return what a settings document demands of a token of the provider (`apple`, or `oidc:<name>`).

        Raises Misconfigured for what cannot be meant: a provider that is misspelt would skip a check.
        """
        section = document.get("id_tokens", {})
        if not isinstance(section, Mapping) or not section.keys() <= set(_NAMES):
            raise Misconfigured(f"settings: id_tokens must be an object with {' and '.join(_NAMES)}")
        return cls(nonce, **{name: provider in _providers(name, section.get(name, [])) for name in _NAMES})


def _providers(name: str, value: object) -> list[str]:
    named = [one for one in value if one] if isinstance(value, list) else [None]  # an empty parameter is one empty text
    if not all(isinstance(one, str) and _PROVIDER.fullmatch(one) for one in named):
        raise Misconfigured(f"settings: id_tokens.{name} must be a list of apple, google, facebook, oidc:<name>")
    return [str(one) for one in named]
