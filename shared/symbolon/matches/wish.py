"""What the caller of match/prepare asks for: which servers can do it, and what it makes of a match."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from symbolon.api.body import Body
from symbolon.aws import dynamodb
from symbolon.errors import InvalidArgument, NotFound
from symbolon.identities.users import identity_key
from symbolon.matches.fields import read_bounded, read_team, read_time, read_uuid, read_word, read_words
from symbolon.matches.matches import Match

START_DELAY = timedelta(minutes=10)
MAX_ALIGNMENTS = 64

_PREPARE_SIGNAL = 2
_TEAM_SIZES = range(1, 33)
_DEFAULT_TEAM_SIZE = 5
_MAX_DISCORD_ID_CHARACTERS = 20
_NO_GROUP = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Wish:
    """A caller's wish; `start` is None for the default, and `session` has the rest of what a label will show."""

    start: datetime | None
    region: str
    session: Mapping[str, Any]

    @classmethod
    def read(cls, body: Body, caller_id: str) -> Self:
        """Read a request's wish; raises InvalidArgument, and NotFound for a Discord id that is nobody's."""
        if not (mode := read_word(body, "mode")):
            raise InvalidArgument("Mode is required.")
        start, region = read_time(body, "start_time"), read_word(body, "region")
        session = {
            "lobby_type": "private" if mode.endswith("_private") else "public",
            "spawned_by": caller_id,
            "group_id": read_uuid(body, "group_id") or _NO_GROUP,
            "mode": mode,
            "level": read_word(body, "level"),
            "team_size": read_bounded(body, "team_size", _TEAM_SIZES, _DEFAULT_TEAM_SIZE),
            "required_features": read_words(body, "required_features"),
            "team_alignments": _alignments(body.text_map("role_alignments")),
        }
        return cls(start, region, session)

    def unmet(self, match: Match) -> str:
        """Return why the match's server cannot do it, "" when it can."""
        if not match.features.issuperset(self.session["required_features"]):
            return "The game server lacks a required feature."
        if self.region and self.region not in match.broadcaster["regions"]:
            return "The game server is in another region."
        if self.session["group_id"] not in {_NO_GROUP, *match.group_ids}:
            return "The game server is not for this group."
        return ""

    def session_on(self, match: Match) -> dict[str, Any]:
        """Return the session to write into the match, whose start is not in the past."""
        now = datetime.now(UTC)
        start = max(self.start or now + START_DELAY, now)
        players = min(match.limit, 2 * self.session["team_size"])
        return {**self.session, "player_limit": players, "start_time": _text(start)}

    def signal(self, match: Match) -> str:
        """Return the wish as Echo VR's matches take it: as a label, in which fields that are the match's are empty."""
        session = match.session
        data = {
            "id": "",
            "lobby_type": "public",
            "broadcaster": {"endpoint": ""},
            "started": False,
            "start_time": _text(self.start) if self.start else session["start_time"],
            "spawned_by": session["spawned_by"],
            "mode": session["mode"],
            "session_settings": {"appid": "", "gametype": 0, "level": None},
            "limit": match.limit,
            "team_alignments": session["team_alignments"],
        } | {name: session[name] for name in ("level", "required_features") if session[name]}
        encoded = base64.b64encode(_json(data).encode()).decode()
        return _json({"UserId": "", "Signal": _PREPARE_SIGNAL, "Data": encoded})


def _alignments(roles: Mapping[str, str]) -> dict[str, int]:
    """Return the teams by user id, for roles by Discord id."""
    if len(roles) > MAX_ALIGNMENTS:
        raise InvalidArgument(f"At most {MAX_ALIGNMENTS} role_alignments can be given.")
    if not all(name.isascii() and name.isdecimal() and len(name) <= _MAX_DISCORD_ID_CHARACTERS for name in roles):
        raise InvalidArgument("Each of role_alignments must be for a Discord ID.")
    places = {identity_key(f"discord#{name}"): read_team(role, "role_alignments") for name, role in roles.items()}
    owners = dynamodb.batch_get(places)
    if len(owners) < len(places):
        raise NotFound("A Discord ID of role_alignments is not linked to a user.")
    return {owners[place]["user_id"]: team for place, team in places.items()}


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
