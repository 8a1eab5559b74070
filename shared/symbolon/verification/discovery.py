"""Where an OpenID Connect issuer has its keys, as it says itself.

https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
"""

import re
import time
from dataclasses import dataclass
from http import HTTPStatus

from symbolon.errors import Misconfigured, Unavailable
from symbolon.verification.answers import Call
from symbolon.verification.keysets import RENEWAL_PAUSE_SECONDS, STALE_SECONDS
from symbolon.verification.lifetimes import lifetime
from symbolon.verification.outbound import Outbound

_HTTPS = re.compile(r"https://([A-Za-z0-9.-]+(?::[0-9]{1,5})?)(?:/[\x21-\x7e]*)?")


def https_host(url: object) -> str:
    """Return the host, and port, of an https URL; "" when it is none."""
    found = _HTTPS.fullmatch(url) if isinstance(url, str) else None
    return found[1] if found else ""


@dataclass
class Discovery:
    """What the issuer says of itself; one object for the life of the instance, shared by its requests."""

    issuer: str
    _jwks_uri: str = ""
    _fresh_until: float = 0.0
    _next_renewal: float = 0.0

    def jwks_uri(self, door: Outbound) -> str:
        """Return the https URL of the issuer's keys; while the issuer gives no good one the last serves for a day.

        Raises Unavailable when the issuer cannot be asked, Misconfigured when it is not the one that was meant.
        """
        now = time.monotonic()
        if not self._jwks_uri or now >= self._fresh_until + STALE_SECONDS:
            self._fetch(door, now)
        elif now >= max(self._fresh_until, self._next_renewal):
            self._renew(door, now)
        return self._jwks_uri

    def _renew(self, door: Outbound, now: float) -> None:
        try:
            self._fetch(door, now)
        except (Misconfigured, Unavailable):
            self._next_renewal = now + RENEWAL_PAUSE_SECONDS

    def _fetch(self, door: Outbound, now: float) -> None:
        answer = door.ask(Call(self.issuer.rstrip("/") + "/.well-known/openid-configuration"))
        setting = f"settings: oidc.{door.provider}.issuer"
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise Misconfigured(f"{setting}: its discovery answers HTTP status {answer.status}")
        document = answer.json()
        # Or an issuer could have its tokens verified with the keys of another, section 4.3.
        if document.get("issuer") != self.issuer:
            raise Misconfigured(f"{setting}: the issuer gives itself another name, letter for letter")
        if not https_host(document.get("jwks_uri")):
            raise Misconfigured(f"{setting}: it names no https URL for its keys")
        self._jwks_uri = document["jwks_uri"]
        self._fresh_until = now + lifetime(answer)
