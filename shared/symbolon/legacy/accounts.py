"""What an old Nakama says of an account, as its API has it, and the account that it becomes here.

The API: https://github.com/heroiclabs/nakama-common/blob/master/api/api.proto, messages Account and User.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from symbolon.api.validation import is_byte_length, is_user_id
from symbolon.errors import Unavailable
from symbolon.identities.identity import PROFILE_BYTES, is_subject, text_claim
from symbolon.identities.link_writes import MAX_LINKS
from symbolon.identities.users import PROFILE_FIELDS

CAME, UNKNOWN, WRONG, BANNED = "came", "unknown", "wrong", "banned"
"""What becomes of a question: the account is here now; there is none; the password is wrong; the account is closed."""

COLUMNS = {
    "custom": "custom_id",
    "apple": "apple_id",
    "facebook": "facebook_id",
    "facebookinstantgame": "facebook_instant_game_id",
    "gamecenter": "gamecenter_id",
    "google": "google_id",
    "steam": "steam_id",
}
"""What Nakama calls each provider's subject, but for devices and e-mail, of which there is more to say."""

PLACES = frozenset({*COLUMNS, "device", "email"})
MAX_METADATA_BYTES = 64 * 1024
MOST_USERNAME_BYTES = 512
"""Of a username in a Nakama, which has 128 characters at most."""

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z")


@dataclass(frozen=True)
class Proven:
    """What the player has just shown: the identity's provider and subject, and the new hash of a password."""

    provider: str
    subject: str
    password_hash: str = field(default="", repr=False)

    @property
    def place(self) -> str:
        """Its place among an account's links."""
        return f"device#{self.subject}" if self.provider == "device" else self.provider

    @property
    def key(self) -> str:
        """The identity's key, as `ExternalIdentity.key` has it."""
        return f"{self.provider}#{self.subject}"


@dataclass(frozen=True)
class Newcomer:
    """An account as it is to be here: its id and name, its item's attributes, and by place what it is linked to."""

    user_id: str
    username: str
    attributes: Mapping[str, Any]
    links: Mapping[str, str]

    @classmethod
    def of(cls, account: Mapping[str, Any], proven: Proven) -> Self:
        """Read what the old server says; what was proven comes in any case. Raises Unavailable for no account."""
        user = account.get("user")
        if not isinstance(user, Mapping) or not is_user_id(text_claim(user, "id").lower()):
            raise Unavailable("The old server does not answer as Nakama does.", "legacy: no account")
        address = text_claim(account, "email")
        links = _links(account, user, proven)
        attributes = _attributes(account, user)
        if "email" in links:
            attributes["password_hash"] = proven.password_hash
        else:
            attributes.pop("verify_time", "")  # which is of an address that signs in
            attributes |= {"contact_email": address} if address else {}
        return cls(text_claim(user, "id").lower(), _username(user), attributes, links)


def _username(user: Mapping[str, Any]) -> str:
    """Return the username as it is kept here, "" for one that no Nakama has, which is as good as none."""
    name = unicodedata.normalize("NFC", text_claim(user, "username"))
    return name if is_byte_length(name, 0, MOST_USERNAME_BYTES) else ""


def same_address(address: str) -> str:
    """Return an address as it is compared here; Nakama has all of them in lower case already."""
    return unicodedata.normalize("NFC", address).lower()


def _links(account: Mapping[str, Any], user: Mapping[str, Any], proven: Proven) -> dict[str, str]:
    said = {provider: account.get(name, user.get(name)) for provider, name in COLUMNS.items()}
    listed = account.get("devices")
    devices = [one.get("id") for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    found = {proven.place: proven.subject}
    found |= {place: subject for place, subject in said.items() if is_subject(subject) and place not in found}
    found |= {f"device#{device}": device for device in devices if is_subject(device)}
    return dict(list(found.items())[:MAX_LINKS])


def _attributes(account: Mapping[str, Any], user: Mapping[str, Any]) -> dict[str, Any]:
    profile = {name: text_claim(user, name) for name in PROFILE_FIELDS}
    found: dict[str, Any] = {
        name: text for name, text in profile.items() if text and len(text.encode()) <= PROFILE_BYTES.get(name, 255)
    }
    times = {"create_time": user, "update_time": user, "verify_time": account}
    found |= {name: text for name, said in times.items() if (text := _time(text_claim(said, name)))}
    metadata = text_claim(user, "metadata")
    if metadata not in ("", "{}") and _is_metadata(metadata):
        found["metadata"] = metadata
    return found


def _time(text: str) -> str:
    """Return a time to the second, "" for none, and for the year 1970, which means that it never happened."""
    return f"{text[:19]}Z" if _TIME.fullmatch(text) and not text.startswith("1970-01-01") else ""


def _is_metadata(text: str) -> bool:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and len(text.encode()) <= MAX_METADATA_BYTES
