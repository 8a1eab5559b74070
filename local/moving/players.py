"""From a row of Nakama's table `users` to the items of an account here, and why something of it cannot come."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local.moving.nakama import Row
from symbolon.api.validation import is_byte_length, is_user_id
from symbolon.errors import InvalidArgument
from symbolon.identities.addresses import known_address
from symbolon.identities.identity import PROFILE_BYTES
from symbolon.identities.link_writes import MAX_LINKS
from symbolon.identities.users import PROFILE_FIELDS
from symbolon.legacy.accounts import COLUMNS, MAX_METADATA_BYTES, MOST_USERNAME_BYTES

_BCRYPT = re.compile(r"\$2[abxy]\$[0-9]{2}\$[./A-Za-z0-9]{53}")
_ARGON2 = re.compile(r"\$argon2id\$[A-Za-z0-9$=,+/]+")
_MOST_SUBJECT_BYTES = 1024
"""Twice what 128 characters take, which is the longest that a Nakama has; a key of DynamoDB's may have 2048."""
_NEVER = ("", "1970-01-01T00:00:00Z")


@dataclass(frozen=True)
class Player:
    """An account on its way: its item, by place what it is linked to, and what of it stays behind and why."""

    user_id: str
    username: str
    attributes: Mapping[str, Any]
    links: Mapping[str, str]
    losses: Sequence[str] = field(default=())

    @property
    def identities(self) -> dict[str, str]:
        """The keys of its identities, by their places among the links."""
        return {place: f"{place.partition('#')[0]}#{subject}" for place, subject in self.links.items()}


class CannotComeError(Exception):
    """The player cannot be brought here; the text says why."""


def player_of(row: Row, devices: Sequence[str]) -> Player:
    """Build a player from its row and its devices' ids; raises CannotComeError."""
    user_id = row["id"].lower()
    if not is_user_id(user_id):
        raise CannotComeError("its id is no UUID")
    username = unicodedata.normalize("NFC", row["username"])
    if not is_byte_length(username, 1, MOST_USERNAME_BYTES):
        raise CannotComeError("its username is empty, or too long for a Nakama")
    losses: list[str] = []
    links, password_hash = _links(row, devices, losses)
    if not links:
        raise CannotComeError("it has nothing to sign in with")
    attributes = _profile(row, losses) | _times(row) | _address(row, links)
    attributes |= {"password_hash": password_hash} if password_hash else {}
    attributes |= {"metadata": metadata} if (metadata := _metadata(row, losses)) else {}
    if row.get("wallet", "{}") not in ("", "{}"):
        losses.append("its wallet stays behind")
    return Player(user_id, username, attributes, links, tuple(losses))


def _links(row: Row, devices: Sequence[str], losses: list[str]) -> tuple[dict[str, str], str]:
    """Give the player's links, and the hash of its password where it signs in with one."""
    links = {
        provider: subject
        for provider, column in COLUMNS.items()
        if (subject := row.get(column, "")) and _is_storable(f"its {column}", subject, losses)
    }
    devices = [device for device in devices if _is_storable("the id of a device", device, losses)]
    password_hash = _password_hash(row["password"])
    if row["email"] and password_hash:
        links["email"] = _known(row["email"])
    elif row["email"] and row["password"]:
        losses.append("its password is no bcrypt hash: it signs in with its address after a reset only")
    room = MAX_LINKS - len(links)
    if len(devices) > room:
        losses.append(
            f"{len(devices) - room} of its {len(devices)} devices: an account has at most {MAX_LINKS} identities"
        )
    return links | {f"device#{device}": device for device in devices[:room]}, password_hash if "email" in links else ""


def _is_storable(what: str, subject: str, losses: list[str]) -> bool:
    """Tell whether an identity can be looked up here; of others it is noted that they stay behind."""
    is_so = is_byte_length(subject, 1, _MOST_SUBJECT_BYTES)
    if not is_so:
        losses.append(f"{what} is empty or too long")
    return is_so


def _known(address: str) -> str:
    """Return an address as sign-in will look it up."""
    try:
        return known_address(address)
    except InvalidArgument:  # shorter than any that could be typed here
        return address.lower()


def _password_hash(exported: str) -> str:
    r"""Read a column of type bytea, which PostgreSQL writes as \x and hexadecimal digits; "" where it is no hash."""
    try:
        text = bytes.fromhex(exported.removeprefix("\\x")).decode()
    except ValueError:
        return ""
    return text if _BCRYPT.fullmatch(text) or _ARGON2.fullmatch(text) else ""


def _profile(row: Row, losses: list[str]) -> dict[str, str]:
    found = {name: row.get(name, "") for name in PROFILE_FIELDS}
    too_long = [name for name, text in found.items() if len(text.encode()) > PROFILE_BYTES.get(name, 255)]
    losses += [f"its {name} is too long" for name in too_long]
    return {name: text for name, text in found.items() if text and name not in too_long}


def _times(row: Row) -> dict[str, str]:
    """Give the times that mean something: Nakama writes the year 1970 for what never happened."""
    created = time_of(row["create_time"])
    always = {"create_time": created, "update_time": time_of(row["update_time"])}
    sometimes = {name: time_of(row.get(name, "")) for name in ("verify_time", "disable_time")}
    return always | {name: text for name, text in sometimes.items() if text not in _NEVER}


def time_of(exported: str) -> str:
    """Return PostgreSQL's timestamptz in RFC 3339, UTC, to the second; "" for none."""
    if not exported:
        return ""
    try:
        moment = datetime.fromisoformat(exported).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise CannotComeError("one of its times cannot be read") from error
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _address(row: Row, links: Mapping[str, str]) -> dict[str, str]:
    """Give the address that is shown but signs nobody in: Nakama has those of providers in the same column."""
    return {"contact_email": row["email"]} if row["email"] and "email" not in links else {}


def _metadata(row: Row, losses: list[str]) -> str:
    text = row.get("metadata", "")
    try:
        value = json.loads(text or "{}")
    except ValueError:
        value = None
    if not isinstance(value, dict) or len(text.encode()) > MAX_METADATA_BYTES:
        losses.append(f"its metadata is no JSON object of at most {MAX_METADATA_BYTES} bytes")
        return ""
    return text if value else ""
