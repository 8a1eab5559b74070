"""match/label and match/list: what matches there are, and what they are like."""

from dataclasses import dataclass
from typing import Any, Self

from symbolon.api.body import Body
from symbolon.errors import InvalidArgument
from symbolon.matches import matches, rights
from symbolon.matches.fields import is_match_id, read_bounded, read_match_id, read_uuid, read_word, read_words
from symbolon.matches.matches import Match
from symbolon.matches.owners import owner_of
from symbolon.rpc import Caller, RpcCall, procedure

MAX_LISTED = 1000
MOST_LOOKED_AT = 5000
"""Matches that one call reads in search of those that are wanted; the next goes on where it ended."""

_MAX_CURSOR_DIGITS = 11


@dataclass(frozen=True)
class _Filter:
    """What matches must be like; a field that is empty or None asks for nothing."""

    mode: str
    region: str
    group_id: str
    features: list[str]
    is_open: bool | None
    is_started: bool | None

    @classmethod
    def read(cls, body: Body) -> Self:
        """Read a request's filter; raises InvalidArgument."""
        return cls(
            mode=read_word(body, "mode"),
            region=read_word(body, "region"),
            group_id=read_uuid(body, "group_id"),
            features=read_words(body, "features"),
            is_open=body.flag("open"),
            is_started=body.flag("started"),
        )

    def passes(self, match: Match) -> bool:
        """Tell whether the match is wanted."""
        return (
            self.mode in ("", match.session.get("mode"))
            and (not self.region or self.region in match.broadcaster["regions"])
            and (not self.group_id or self.group_id in match.group_ids)
            and match.features.issuperset(self.features)
            and self.is_open in (None, match.is_open)
            and self.is_started in (None, bool(match.started_at))
        )


@procedure("match/label", caller=Caller.ANY)
def label(call: RpcCall) -> object:
    """Return the label of a match; raises NotFound."""
    match = matches.find(read_match_id(call.body))
    return {"id": match.match_id, "label": match.label(with_endpoint=_may_see_endpoint(match, call))}


@procedure("match/list", caller=Caller.SESSION)
def list_matches(call: RpcCall) -> object:
    """Return the labels of the matches that pass the filters, without addresses, and a cursor when there are more."""
    limit = read_bounded(call.body, "limit", range(1, MAX_LISTED + 1), MAX_LISTED)
    wanted, found, cursor = _Filter.read(call.body), list[dict[str, Any]](), ""
    for seen, match in enumerate(matches.listed(_read_cursor(call.body.text("cursor")))):
        if len(found) == limit or seen == MOST_LOOKED_AT:
            return {"matches": found, "cursor": cursor}
        cursor = f"{match.expires_at}.{match.match_id}"
        if wanted.passes(match):
            found.append(match.label(with_endpoint=False))
    return {"matches": found}


def _may_see_endpoint(match: Match, call: RpcCall) -> bool:
    if call.session is None:  # a server with its own key sees its own
        return call.server_id == "" or match.owner == owner_of(call.server_id, call.body, call.request.source_ip)
    user_id = call.session.user.user_id
    return match.concerns(user_id) or rights.is_allocator(user_id, call.settings)


def _read_cursor(cursor: str) -> tuple[int, str] | None:
    if not cursor:
        return None
    digits, _, match_id = cursor.partition(".")
    is_number = digits.isascii() and digits.isdecimal() and len(digits) <= _MAX_CURSOR_DIGITS
    if not is_number or not is_match_id(match_id):
        raise InvalidArgument("Cursor is invalid.")
    return int(digits), match_id
