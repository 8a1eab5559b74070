"""Friends: the caller's list, wishes about it (invite or accept, remove, block), and import from Facebook and Steam.

https://heroiclabs.com/docs/nakama/concepts/friends/ has the routes and states. Users are named by `ids` and `usernames`
in the query; an import takes the provider's credential in the body, as sign-in does.

Settings: those of facebook and steam, for the import
"""

import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

from symbolon.api.application import Handle, Route, application
from symbolon.api.cursors import read_cursor, read_cursor_of, write_cursor
from symbolon.api.request import Request
from symbolon.api.validation import is_user_id
from symbolon.aws.dynamodb import Key
from symbolon.errors import InvalidArgument, Unavailable
from symbolon.friends import friends, importing
from symbolon.friends.capacity import Capacity
from symbolon.friends.edges import Wish, edge_keys
from symbolon.friends.friends import Friend
from symbolon.friends.friendship import Rule, State, block, invite, remove
from symbolon.friends.metadata import checked_metadata
from symbolon.identities import shown
from symbolon.identities.names import same_name
from symbolon.identities.proofs import Proof
from symbolon.identities.users import User, username_key
from symbolon.limits.counters import Counter
from symbolon.sessions.sessions import Session, bearer_claims, current_session
from symbolon.settings.limits import Limits, calls_per_minute
from symbolon.settings.settings import Settings

if TYPE_CHECKING:
    from symbolon.limits.forgeries import Asking

MAX_NAMED = 20
"""Users of one request. Each costs some five units of writing, so that this bounds what a request can cost."""

MAX_LIMIT = 1000

_NOBODY = "00000000-0000-0000-0000-000000000000"


def list_friends(request: Request, settings: Settings) -> Mapping[str, Any]:
    """Return a page of the caller's friends, and a cursor when there are more."""
    user_id = _session(request, settings).user.user_id
    limit = _number(request, "limit", range(1, MAX_LIMIT + 1), "Invalid limit - limit must be between 1 and 1000.")
    state = _number(request, "state", range(len(State)), "Invalid state - state must be between 0 and 3.")
    cursor, scope = request.query_text("cursor"), (user_id, state)
    most = MAX_LIMIT if limit is None else limit
    found = friends.listed(user_id, state, read_cursor(cursor, scope) if cursor else "", most + 1)
    page = list(islice(found, most))
    body: dict[str, Any] = {"friends": [_friend_body(friend, settings) for friend in page]} if page else {}
    if next(found, None):
        body["cursor"] = write_cursor(scope, page[-1].user.user_id)
    return body


def list_friends_of_friends(request: Request, settings: Settings) -> Mapping[str, Any]:
    """Return a page of the friends of the caller's friends, with the friend each is of, and a cursor for the next."""
    from symbolon.friends.acquaintances import of_friends  # noqa: PLC0415 (as few calls are for it)

    user_id = _session(request, settings).user.user_id
    limit = _number(request, "limit", range(1, 101), "Invalid limit - limit must be between 1 and 100.")
    cursor, scope = request.query_text("cursor"), ("friends", user_id)
    friend, *rest = read_cursor_of(2, cursor, scope) if cursor else [""]
    found, following = of_friends(user_id, (friend, rest[0]) if rest else None, 10 if limit is None else limit)
    listed = [{"referrer": one.referrer, "user": _user_body(one.user, settings)} for one in found]
    body: dict[str, Any] = {"friends_of_friends": listed} if listed else {}
    return body | ({"cursor": write_cursor(scope, *following)} if following else {})


def import_facebook(request: Request, settings: Settings) -> Mapping[str, Any]:
    """Make friends of the caller's Facebook friends who have an account; with `reset`, of nobody else."""
    from symbolon.verification.graph import Graph  # noqa: PLC0415 (HTTP, without which the other routes start faster)

    user_id = _session(request, settings).user.user_id
    reset = request.query_flag("reset", default=False)
    request.trace.provider = "facebook"
    token = _token(request, "Facebook token is required.")
    section = settings.section("facebook", "Facebook")
    graph = Graph.of(section)
    graph.owner(token, _asking(request, "Facebook", section, settings))
    wish = importing.wish(user_id, "facebook", Limits.of(settings.document))
    importing.make_friends(wish, "facebook", graph.friends(token), reset=reset)
    return {}


def import_steam(request: Request, settings: Settings) -> Mapping[str, Any]:
    """Make friends of the caller's Steam friends who have an account; with `reset`, of nobody else."""
    from symbolon.verification.steamworks import REFUSED, TICKET_SECONDS, Steamworks  # noqa: PLC0415 (as above)

    user_id = _session(request, settings).user.user_id
    reset = request.query_flag("reset", default=False)
    request.trace.provider = "steam"
    ticket = _token(request, "Steam token is required.")
    section = settings.section("steam", "Steam")
    steam = Steamworks.of(section)
    steam_id = str(steam.player(ticket, _asking(request, "Steam", section, settings))["steamid"])
    listed = steam.friends(steam_id)
    expires_at = int(time.time()) + TICKET_SECONDS
    Proof.of(ticket.lower(), f"steam#{steam_id}", expires_at, REFUSED).spend(for_session=False)
    importing.make_friends(importing.wish(user_id, "steam", Limits.of(settings.document)), "steam", listed, reset=reset)
    return {}


def _session(request: Request, settings: Settings, also: Iterable[Key] = ()) -> Session:
    """Return the caller's session, once all friends are there that a merge of accounts has brought."""
    session = current_session(request, settings, also)
    if session.user.incoming:
        from symbolon.friends.moving import complete  # noqa: PLC0415 (as above)

        complete(session.user)
        return current_session(request, settings, also)
    return session


def _asking(request: Request, title: str, section: Mapping[str, Any], settings: Settings) -> "Asking":
    from symbolon.limits.forgeries import Asking  # noqa: PLC0415 (as above)

    trace = request.trace
    calls = calls_per_minute(trace.provider, section)
    return Asking(trace.provider, title, calls, request.source_ip, Limits.of(settings.document), trace.events)


def _changing(rule: Rule, itself: str, nobody: str = "") -> Handle:
    """Return the handler that applies the rule to the users whom a request names.

    `itself` is the message for one who names oneself, `nobody` the one for names that nobody has, if that is an error.
    """

    def handle(request: Request, settings: Settings) -> Mapping[str, Any]:
        caller_id = bearer_claims(request, settings).user_id
        ids, usernames = _named(request)
        metadata = checked_metadata(request.query_text("metadata")) if rule is invite else ""
        edges = [at for friend_id in ids for at in edge_keys(caller_id, friend_id)]
        items = _session(request, settings, also=[*edges, *usernames]).items
        friend_ids = [*ids, *(items[at]["user_id"] for at in usernames if at in items)]
        if caller_id in friend_ids:
            raise InvalidArgument(itself)
        if nobody and not friend_ids and "usernames" in request.query:
            raise InvalidArgument(nobody)
        limits = Limits.of(settings.document)
        _count(caller_id, len(friend_ids), limits)
        wish = Wish(caller_id, rule, metadata, capacity=Capacity.of(limits))
        friends.change(wish, friend_ids, None if usernames else items)
        return {}

    return handle


def _count(caller_id: str, changes: int, limits: Limits) -> None:
    """Count what the caller asks for; raises ResourceExhausted when it was too much within the hour."""
    message = "Too many changes of friends."
    with suppress(Unavailable):  # what cannot be counted is bounded by the lists' own capacity
        Counter("friends", caller_id, limits.account_changes_per_hour, message).count(max(changes, 1))


def _named(request: Request) -> tuple[list[str], list[Key]]:
    """Return the ids of the users whom the request names by id, and the keys of the others' usernames."""
    ids, usernames = request.query.get("ids", []), request.query.get("usernames", [])
    if len(ids) + len(usernames) > MAX_NAMED:
        raise InvalidArgument(f"At most {MAX_NAMED} users can be named at once.")
    for friend_id in ids:
        if not is_user_id(friend_id) or friend_id == _NOBODY:
            raise InvalidArgument("Invalid user ID '{}'.").quoting(friend_id)
    if not all(usernames):
        raise InvalidArgument("Username must not be empty.")
    return [user_id.lower() for user_id in ids], [username_key(same_name(name)) for name in usernames]


def _number(request: Request, name: str, allowed: range, message: str) -> int | None:
    value = request.query_integer(name)
    if value is not None and value not in allowed:
        raise InvalidArgument(message)
    return value


def _token(request: Request, missing: str) -> str:
    token = request.body.text("token") or request.body.child("account").text("token")
    if not token:
        raise InvalidArgument(missing)
    return token


def _user_body(user: User, settings: Settings) -> dict[str, Any]:
    return shown.user_body(user, with_provider_ids=settings.shows_provider_ids)


def _friend_body(friend: Friend, settings: Settings) -> dict[str, Any]:
    return {
        "user": _user_body(friend.user._replace(edge_count=0), settings),  # which Nakama does not show in lists
        "state": friend.state,
        "update_time": friend.update_time,
        "metadata": friend.metadata,
    }


_UNKNOWN = "No valid ID or username was provided."

handler = application(
    "friend",
    {
        "GET /v2/friend": Route("list_friends", list_friends),
        "GET /v2/friend/friends": Route("list_friends_of_friends", list_friends_of_friends),
        "POST /v2/friend": Route("add_friends", _changing(invite, "Cannot add self as friend.", _UNKNOWN)),
        "DELETE /v2/friend": Route("delete_friends", _changing(remove, "Cannot delete self.")),
        "POST /v2/friend/block": Route("block_friends", _changing(block, "Cannot block self.", _UNKNOWN)),
        "POST /v2/friend/facebook": Route("import", import_facebook),
        "POST /v2/friend/steam": Route("import", import_steam),
    },
)
