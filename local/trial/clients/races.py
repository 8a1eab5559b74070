"""Requests at the same moment to a stack that is thrown away: what loses a race takes ways that nothing else takes.

On them, too, each function needs what its role allows. Nobody may be told of a fault of ours. Nothing is cleaned up.
"""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from threading import Barrier
from typing import Any

from local.errors import SmokeError
from local.trial.service import Service, bearer

Call = Callable[[], Any]
Session = Mapping[str, str]

_DONE = (200,)
_RENAMES, _ACCOUNTS = 5, 8
_PLAYERS = 8


@dataclass
class Racetrack:
    """A service, and players who are made up anew for each race."""

    service: Service
    mark: str = field(default_factory=lambda: secrets.token_hex(8))

    def sign_in(self, name: str, expected: tuple[int, ...] = _DONE) -> Session:
        """Give a session of the player, whose device it is that signs in, and who has this name from the start."""
        route = f"POST /v2/account/authenticate/device?username={self.named(name)}"
        session: Session = self.service.call(route, expected, self.device(name))
        return session

    def ask(self, session: Session, route: str, body: Mapping[str, str], expected: tuple[int, ...] = _DONE) -> Any:  # noqa: ANN401 (JSON)
        """Ask for something in a player's name."""
        return self.service.call(route, expected, body or None, bearer(session["token"]))

    def device(self, name: str) -> dict[str, str]:
        """Give the credential of a player's device."""
        return {"id": f"race-device-{name}-{self.mark}"}

    def custom(self, name: str) -> dict[str, str]:
        """Give the credential of a player's second way in."""
        return {"id": f"race-custom-{name}-{self.mark}"}

    def named(self, name: str) -> str:
        """Give a player's username."""
        return f"{name}-{self.mark}"


def at_once(calls: Sequence[Call]) -> list[Any]:
    """Make all calls at the same moment and give their answers. Raises SmokeError for the first that failed."""
    barrier = Barrier(len(calls))

    def start(call: Call) -> Any:  # noqa: ANN401 (whatever the call gives)
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(start, calls))


def _first_sign_ins(track: Racetrack) -> None:
    answers = at_once([partial(track.sign_in, "newcomer")] * _PLAYERS)
    if sum(bool(answer.get("created")) for answer in answers) != 1:
        raise SmokeError("of first sign-ins with one device not exactly one made the account")


def _renames(track: Racetrack) -> None:
    for number in range(_ACCOUNTS):
        session = track.sign_in(f"renamed{number}")
        names = [{"username": track.named(f"name{number}{at}")} for at in range(_RENAMES)]
        renames = [partial(track.ask, session, "PUT /v2/account", name) for name in names]
        link = partial(track.ask, session, "POST /v2/account/link/custom", track.custom(f"renamed{number}"))
        at_once([*renames, link])
        account = track.ask(session, "GET /v2/account", {})
        if not account.get("custom_id") or {"username": account["user"]["username"]} not in names:
            raise SmokeError("an account has not what its racing renames and links were told")


def _one_name(track: Racetrack) -> None:
    players = [track.sign_in(f"rival{number}") for number in range(_PLAYERS)]
    wanted = {"username": track.named("wanted")}
    at_once([partial(track.ask, player, "PUT /v2/account", wanted, (200, 409)) for player in players])
    accounts = [track.ask(player, "GET /v2/account", {}) for player in players]
    if [account["user"]["username"] for account in accounts].count(wanted["username"]) != 1:
        raise SmokeError("of the players who wanted one name not exactly one has it")


def _last_link(track: Racetrack) -> None:
    session = track.sign_in("leaver")
    track.ask(session, "POST /v2/account/link/custom", track.custom("leaver"))
    ways = {"device": track.device("leaver"), "custom": track.custom("leaver")}
    at_once(
        [
            partial(track.ask, session, f"POST /v2/account/unlink/{way}", credential, (200, 403))
            for way, credential in ways.items()
        ]
    )
    account = track.ask(session, "GET /v2/account", {})
    if bool(account.get("devices")) == bool(account.get("custom_id")):
        raise SmokeError("two unlinks at once left an account both of its identities, or none")


def _deletion(track: Racetrack) -> None:
    session, friend = track.sign_in("goner"), track.sign_in("stayer")
    add = f"POST /v2/friend?usernames={track.named('goner')}"
    changes = [
        ("PUT /v2/account", {"username": track.named("gone")}),
        ("POST /v2/account/link/custom", track.custom("goner")),
    ]
    at_once(
        [
            partial(track.ask, session, "DELETE /v2/account", {}),
            *(partial(track.ask, session, route, body, (200, 401, 404)) for route, body in changes),
            partial(track.ask, friend, add, {}, (200, 400, 404)),
        ]
    )
    if track.ask(friend, "GET /v2/friend", {}).get("friends"):
        raise SmokeError("a deleted account is still somebody's friend")


def _refreshes(track: Racetrack) -> None:
    session = track.sign_in("refresher")
    token = {"token": session["refresh_token"]}
    answers = at_once([partial(track.service.call, "POST /v2/account/session/refresh", 200, token)] * _RENAMES)
    if len({answer["refresh_token"] for answer in answers}) != 1:
        raise SmokeError("refreshes of one token at once gave several successors")


RACES: Mapping[str, Callable[[Racetrack], None]] = {
    "first sign-ins with one device": _first_sign_ins,
    "renames of one account, and a link": _renames,
    "renames to one name": _one_name,
    "unlinks that would leave nothing": _last_link,
    "a deletion, changes and an invite": _deletion,
    "refreshes of one token": _refreshes,
}


def race(track: Racetrack) -> None:
    """Run every race and print a line for each, up to the first that fails. Raises SmokeError, which names it."""
    for name, run in RACES.items():
        start = time.perf_counter()
        try:
            run(track)
        except (SmokeError, LookupError, TypeError) as error:
            raise SmokeError(f"FAILED  at once, {name}: {error}") from error
        print(f"ok      at once, {name} ({(time.perf_counter() - start) * 1000:.0f} ms)", flush=True)
