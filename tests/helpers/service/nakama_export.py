"""Exports of a Nakama that tests make up: three tables as PostgreSQL writes them, with the columns of Nakama 3.40."""

import csv
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path

USER_COLUMNS = (
    *("id", "username", "display_name", "avatar_url", "lang_tag", "location", "timezone", "metadata", "wallet"),
    *("email", "password", "facebook_id", "google_id", "gamecenter_id", "steam_id", "custom_id", "edge_count"),
    *("create_time", "update_time", "verify_time", "disable_time", "facebook_instant_game_id", "apple_id"),
)
BCRYPT = "$2a$04$8Zbp2mx3Z2G6T5uJcQJKcuzAxl3TxlJwE3kcRJ.u6ZXbrCJ5PbQ1S"
_NEVER = "1970-01-01 00:00:00+00"
_DEFAULTS = {"lang_tag": "en", "metadata": "{}", "wallet": "{}", "edge_count": "0", "verify_time": _NEVER}
_DEFAULTS["disable_time"] = _NEVER


def id_of(name: str) -> str:
    """Give the id of the player with that name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def user(name: str, **columns: str) -> dict[str, str]:
    """Give the row of a player who has nothing but what `columns` say."""
    times = {
        "create_time": "2024-02-29 23:30:00.5+00",
        "update_time": "2026-01-02 03:04:05+05:30",
        "disable_time": _NEVER,
    }
    return {"id": id_of(name), "username": name} | _DEFAULTS | times | columns


def password(hashed: str) -> str:
    """Give a password's hash as PostgreSQL writes bytea."""
    return "\\x" + hashed.encode().hex()


def device(name: str, owner: str) -> dict[str, str]:
    """Give the row of a device."""
    return {"id": name, "user_id": id_of(owner), "preferences": "{}"}


def edge(source: str, other: str, state: int, metadata: str = "{}") -> dict[str, str]:
    """Give one row of a friendship."""
    row = {"source_id": id_of(source), "destination_id": id_of(other), "state": str(state), "metadata": metadata}
    return row | {"position": "1", "update_time": "2025-05-05 05:05:05+00"}


def write(
    folder: Path,
    users: Iterable[Mapping[str, str]],
    devices: Iterable[Mapping[str, str]] = (),
    edges: Iterable[Mapping[str, str]] = (),
) -> Path:
    """Write the tables into the folder."""
    _write(folder / "users.csv", USER_COLUMNS, users)
    _write(folder / "user_device.csv", ("id", "user_id", "preferences"), devices)
    columns = ("source_id", "position", "update_time", "destination_id", "state", "metadata")
    _write(folder / "user_edge.csv", columns, edges)
    return folder


def _write(file: Path, columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, list(columns))
        writer.writeheader()
        writer.writerows(rows)
