"""Matches: each is one item that its game server keeps alive, and every step of it one conditional update.

    match_id, listing ("live", the partition of the index), expires_at, limit, app_id, open
    broadcaster     the game server, as it registered: field names are those of the label
    session         what match/prepare made of it; there is none while the server is parked
    owner           which server registered it and may change it, see `owners`
    receipt         which call of match/prepare did
    started_at      when the first player joined
    players         by user id: team, and which call of match/join it was
    guests          those of them whom the session does not name, by user id
    invited         by user id, who invited whom; the last two are of a match that was prepared

A match whose `expires_at` has passed is gone, whether or not DynamoDB has deleted it yet.
"""

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, Key, Write, key
from symbolon.aws.queries import Index, query_index
from symbolon.errors import NotFound
from symbolon.matches.symbols import symbol

LIVE = "expires_at > :now"

_PAGE = 250


@dataclass(frozen=True)
class Match:
    """One match. `session` is empty while the server is parked, `started_at` while nobody has joined."""

    match_id: str
    expires_at: int
    broadcaster: Mapping[str, Any]
    app_id: str
    limit: int
    is_open: bool
    session: Mapping[str, Any]
    started_at: str
    players: Mapping[str, Mapping[str, Any]]
    guests: Mapping[str, str] | None = None
    invited: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""

    @classmethod
    def from_item(cls, item: Item) -> Self:
        """Build a match from its item."""
        return cls(
            match_id=item["match_id"],
            expires_at=item["expires_at"],
            broadcaster=item["broadcaster"],
            app_id=item["app_id"],
            limit=item["limit"],
            is_open=item["open"],
            session=item.get("session", {}),
            started_at=item.get("started_at", ""),
            players=item["players"],
            guests=item.get("guests"),
            invited=item.get("invited", {}),
            owner=item.get("owner", ""),
        )

    @property
    def features(self) -> set[str]:
        """What the server supports."""
        return set(self.broadcaster["features"])

    @property
    def group_ids(self) -> set[str]:
        """The groups that the match is for, or those that its server takes matches for while it is parked."""
        return {self.session["group_id"]} if self.session else set(self.broadcaster["group_ids"])

    def concerns(self, user_id: str) -> bool:
        """Tell whether the user operates the server, prepared the match or is in it."""
        return user_id in (self.broadcaster["oper"], self.session.get("spawned_by")) or user_id in self.players

    def label(self, *, with_endpoint: bool) -> dict[str, Any]:
        """Return the match as callers see it; the server's address is for those whom the match concerns."""
        shown = {name: value for name, value in self.session.items() if value not in ("", [], {})}
        players = [{"user_id": user_id, "team": entry["team"]} for user_id, entry in self.players.items()]
        hidden = {"endpoint": not with_endpoint, "features": not self.features}
        return (
            {"id": self.match_id, "open": self.is_open, "lobby_type": "unassigned"}
            | {"broadcaster": {name: value for name, value in self.broadcaster.items() if not hidden.get(name)}}
            | {"started": bool(self.started_at), "limit": self.limit}
            | (shown | {"session_settings": self._session_settings()} if shown else {})
            | ({"start_time": self.started_at} if self.started_at else {})
            | ({"size": len(players), "players": players} if players else {})
        )

    def _session_settings(self) -> dict[str, Any]:
        mode, level = self.session["mode"], self.session["level"]
        return {"appid": self.app_id, "gametype": symbol(mode), "level": symbol(level) if level else None}


def match_key(match_id: str) -> Key:
    """Return the key of a match's item."""
    return key("MATCHES_TABLE", match_id=match_id)


def find(match_id: str) -> Match:
    """Return the match; raises NotFound when there is none, or its server has fallen silent."""
    match = from_found(dynamodb.get(match_key(match_id)))
    if match is None:
        raise NotFound("Match not found.")
    return match


def from_found(item: Item | None) -> Match | None:
    """Return the match of an item that was found, None when there is no item or the match is gone."""
    return Match.from_item(item) if item and item["expires_at"] > time.time() else None


def listed(after: tuple[int, str] | None = None) -> Iterator[Match]:
    """Yield all matches by the time at which they expire, from the one with this time and id on.

    A match that was registered or prepared a moment ago may still be missing or look as before.
    """
    now = int(time.time())
    index = Index("Listing", key("MATCHES_TABLE", listing="live"), ("expires_at", now))
    start = _place(*after) if after and after[0] > now else None  # DynamoDB takes no start outside what is asked for
    while True:
        items = query_index(index, _PAGE, start)
        yield from map(Match.from_item, items)
        if len(items) < _PAGE:
            return
        start = _place(items[-1]["expires_at"], items[-1]["match_id"])


def change(match_id: str, update: str, condition: str, **values: Any) -> Item | None:  # noqa: ANN401 (any attribute)
    """Update a match if the condition holds: None when it was done, otherwise its item, {} when there is none.

    Expressions name each attribute with a # before it and each of `values` with a colon; :now is the present, and
    #user the attribute whose name is the value `user`.
    """
    used = set(re.findall(r"#\w+", f"{update} {condition}"))
    names = {name: values.get("user", "") if name == "#user" else name[1:] for name in used}
    known = {f":{name}": value for name, value in (values | {"now": int(time.time())}).items()}
    mentioned = {name: value for name, value in known.items() if re.search(rf"{name}\b", f"{update} {condition}")}
    return dynamodb.update(Write("Update", match_key(match_id), condition, update, names, mentioned))


def _place(expires_at: int, match_id: str) -> Item:
    return {"listing": "live", "expires_at": expires_at, "match_id": match_id}
