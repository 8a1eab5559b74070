"""When nothing goes wrong any more: everything must get through, and show what was acknowledged."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from local.torture.judge.things import Owned
from local.torture.play.accounts import note_account
from local.torture.play.beyond.importing import import_as
from local.torture.play.beyond.matches import MATCHES, look_at
from local.torture.play.board import PARTNER_USERS, PASSWORDS, USERNAMES, Identity, Session
from local.torture.play.friends import look_at_friends
from local.torture.play.operators import lift_ban, note_entries
from local.torture.play.sessions import end_session, refresh_session
from local.torture.play.signing_in import Attempt, sign_in_with, start_session_of
from local.torture.play.turn import Turn
from local.torture.play.wire import Answer, request
from symbolon.friends.friendship import State

TRIES = 3
"""As often as a client asks: by then everything is through."""

_LIVES = 2
"""Accounts with which everything is tried once more."""

_OK, _REFUSED, _ENDED, _GONE = 200, 400, 401, 404

Look = Callable[[Turn], Answer]


@dataclass
class Referee:
    """Looks at everything in turns that `turns` gives, and notes in the history what did not get through."""

    turns: Iterator[Turn]
    _owners: dict[Identity, Session] = field(default_factory=dict)

    def inspect(self) -> None:
        """Let everybody in, look at everything, do a little of everything."""
        board = next(self.turns).board
        for user_id in board.user_ids:
            self._through(partial(lift_ban, user_id=user_id), {_OK, _REFUSED, _GONE})
            self._through(partial(note_entries, user_id=user_id))
        former, arrived = list(board.sessions), self._arrive()
        for session in former:
            self._through(partial(_look, session=session), {_OK, _ENDED, _GONE})
        for username in USERNAMES if arrived else ():
            self._through(partial(_find, session=arrived[0], username=username))
        for provider in ("steam", "facebook"):
            self._befriend([one for one in self._owners if one.provider == provider])
        for session in arrived[:_LIVES]:
            self._live(session)
        for match_id in MATCHES:
            self._through(partial(look_at, match_id=match_id), {_OK, _GONE})
        self._tell_bus()

    def _tell_bus(self) -> None:
        """Have all that was written told to the bus, each batch at the first attempt."""
        turn = next(self.turns)
        while turn.around.untold():
            if not turn.follow():
                turn.around.history.stuck.append(f"events: {turn.around.untold()} changes were not told")
                return
            turn = next(self.turns)

    def _arrive(self) -> list[Session]:
        """Sign in with everything, and return a session of each account."""
        board = next(self.turns).board
        known = len(board.sessions)
        for identity in next(self.turns).identities:
            for password in PASSWORDS if identity.provider == "email" else PASSWORDS[:1]:
                attempt = Attempt(identity, password, "", create=False)
                if self._through(partial(sign_in_with, attempt=attempt), {_OK, _ENDED, _GONE}) == _OK:
                    self._owners[identity] = board.sessions[-1]
        for user in PARTNER_USERS:
            self._through(partial(start_session_of, user=user))
        return list({session.user_id: session for session in board.sessions[known:]}.values())

    def _befriend(self, identities: Sequence[Identity]) -> None:
        """Import the friends that the first of two has at their provider: the other is one, but for a block."""
        if len({self._owners[one].user_id for one in identities}) != len(("one", "other")):
            return
        own, other = (self._owners[one] for one in identities)
        seen: list[int | None] = []
        self._through(partial(import_as, session=own, identity=identities[0]))
        for session, whom in ((own, other), (other, own)):
            answer = look_at_friends(next(self.turns), session)
            states = {entry["user"]["id"]: entry.get("state", 0) for entry in answer.body.get("friends", [])}
            if (state := states.get(whom.user_id)) == State.BLOCKED:
                return
            seen.append(state)
        if seen != [State.FRIEND, State.FRIEND]:
            next(self.turns).around.history.stuck.append(f"import of friends: they are {seen}")

    def _live(self, session: Session) -> None:
        """Do with an account what a player does."""
        device = {"id": f"device-of-{session.user_id}"}
        self._through(partial(_look, session=session))
        self._through(partial(look_at_friends, session=session))
        self._through(lambda turn: turn.ask_as(session, request("POST /v2/account/link/device", device)))
        self._through(lambda turn: turn.ask_as(session, request("POST /v2/account/unlink/device", device)))
        self._through(partial(refresh_session, session=session))
        self._through(partial(end_session, caller=session, other=session))
        self._through(lambda turn: turn.ask_as(session, request("GET /v2/account")), {_ENDED})

    def _through(self, look: Look, right: Collection[int] = (_OK,)) -> int:
        """Ask until the answer is right, and return its status."""
        answer = look(next(self.turns))
        for _ in range(TRIES - 1):
            if answer.status in right:
                return answer.status
            turn = next(self.turns)
            turn.around.wait(float(answer.headers.get("retry-after", 0)))
            answer = look(turn)
        if answer.status not in right:
            turn.around.history.stuck.append(f"{turn.operation.name}: {answer.status} {answer.message}")
        return answer.status


def _look(turn: Turn, session: Session) -> Answer:
    answer = turn.ask_as(session, request("GET /v2/account"))
    note_account(turn, answer, session.user_id)
    return answer


def _find(turn: Turn, session: Session, username: str) -> Answer:
    answer = turn.ask_as(session, request("GET /v2/user", query={"usernames": username}))
    if answer.status == _OK:
        owned, users = Owned(f"username {username}"), answer.body.get("users", [])
        turn.operation.effects.append(owned.found(users[0]["id"]) if users else owned.absent())
    return answer
