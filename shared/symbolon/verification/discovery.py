"""Where an OpenID Connect issuer has its keys, as it says itself.

https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
"""

import json
import re
from http import HTTPStatus

from symbolon.errors import Misconfigured
from symbolon.internet.answers import Answer
from symbolon.internet.outbound import Outbound
from symbolon.internet.published import Published

_HTTPS = re.compile(r"https://([A-Za-z0-9.-]+(?::[0-9]{1,5})?)(?:/[\x21-\x7e]*)?")


def https_host(url: object) -> str:
    """Return the host, and port, of an https URL; "" when it is none."""
    found = _HTTPS.fullmatch(url) if isinstance(url, str) else None
    return found[1] if found else ""


class Discovery(Published[str]):
    """What an issuer says of itself: the https URL of its keys."""

    def __init__(self, issuer: str, name: str) -> None:
        """Make it for the issuer with this URL, which the settings have under `name`."""
        super().__init__(issuer.rstrip("/") + "/.well-known/openid-configuration")
        self._issuer, self._setting = issuer, f"settings: oidc.{name}.issuer"

    def take(self, answer: Answer) -> bytes | None:
        """Return the document; raises Misconfigured when the issuer says that it has none."""
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise Misconfigured(f"{self._setting}: its discovery answers HTTP status {answer.status}")
        return super().take(answer)

    def read(self, body: bytes | None) -> str:
        """Return the URL of the keys; raises Misconfigured when the issuer is not the one that was meant."""
        document = json.loads(body or b"")
        if not isinstance(document, dict):
            raise ValueError("no object")  # noqa: TRY004 (the document makes no sense, like one that is no JSON)
        # Or an issuer could have its tokens verified with the keys of another, section 4.3.
        if document.get("issuer") != self._issuer:
            raise Misconfigured(f"{self._setting}: the issuer gives itself another name, letter for letter")
        if not https_host(document.get("jwks_uri")):
            raise Misconfigured(f"{self._setting}: it names no https URL for its keys")
        return str(document["jwks_uri"])

    def jwks_uri(self, door: Outbound) -> str:
        """Return the https URL of the issuer's keys; while the issuer gives no good one the last serves for a day.

        Raises Unavailable when the issuer cannot be asked, Misconfigured when it is not the one that was meant.
        """
        return self.current(door)
