"""The settings of mail: who writes, where the links lead, and how strict unverified addresses are treated."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self
from urllib.parse import quote

from symbolon.errors import FailedPrecondition, Misconfigured
from symbolon.settings.keys import MIN_KEY_BYTES
from symbolon.settings.settings import Settings
from symbolon.values import concealing

_TEXTS = ("sender", "base_url", "link_url", "game", "letters", "configuration_set")


class MailSettings(NamedTuple):
    """The section `mail`.

    `sender` is an address that SES has verified; `base_url` is ours, with https, for the pages that links lead to, by
    default the local server's. `link_url` sends them to the game instead, with {page}, {email} and {code} in it. `game`
    is what letters call the game, `letters` a folder with a studio's own letters. Codes are kept under `code_key`, a
    secret; on a developer's machine under the refresh tokens' key.
    """

    sender: str
    base_url: str
    link_url: str = ""
    game: str = "our game"
    letters: str = ""
    configuration_set: str = ""
    code_key: bytes = b""

    def __repr__(self) -> str:
        """Show what is no secret."""
        return concealing(self, "code_key")

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Read the section; raises FailedPrecondition when there is none, Misconfigured when it is wrong."""
        section = settings.document.get("mail")
        if not section:
            raise FailedPrecondition("Mail is not configured.")
        if not isinstance(section, Mapping) or not all(isinstance(section.get(name, ""), str) for name in _TEXTS):
            raise Misconfigured("settings: mail must be an object of texts")
        given = {"base_url": settings.url}
        given |= {name: section[name] for name in _TEXTS if section.get(name)}
        if "@" not in given.get("sender", "") or not given["base_url"].startswith(("https://", "http://127.")):
            raise Misconfigured("settings: mail needs sender, an address, and base_url, our own https://…")
        return cls(**given | {"base_url": given["base_url"].rstrip("/")}, code_key=_code_key(section, settings))

    def link(self, page: str, address: str, code: str) -> str:
        """Return the link that a letter has, to one of our pages or to the game. No request has a say in it."""
        pattern = self.link_url or f"{self.base_url}/{{page}}?email={{email}}&code={{code}}"
        return pattern.format(page=page, email=quote(address, safe="@"), code=code)


def _code_key(section: Mapping[str, Any], settings: Settings) -> bytes:
    key = section.get("code_key", "")
    if not key and settings.is_local:
        return settings.refresh_keys.signing.secret
    if not isinstance(key, str) or len(key.encode()) < MIN_KEY_BYTES:
        raise Misconfigured(f"settings: mail.code_key must be a text of {MIN_KEY_BYTES} bytes or more")
    return key.encode()


def requires_verified_address(settings: Settings) -> bool:
    """Whether an address signs in only once it was verified; without the setting it need not be, as in Nakama."""
    section: Any = settings.document.get("mail") or {}
    value = section.get("require_verified", False) if isinstance(section, Mapping) else False
    if not isinstance(value, bool):
        raise Misconfigured("settings: mail.require_verified must be true or false")
    return value
