"""Links and unlinks in any order: a model of who has what agrees with the service after each step."""

import itertools
from collections.abc import Iterator

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.helpers.players.client import Answer, Client

KINDS = ("device", "custom")
SOME = st.integers(0, 3)
_runs: Iterator[int] = itertools.count()
"""Each run has players and identities of its own, so that the tables need not be emptied between."""


class Linking(RuleBasedStateMachine):
    """A few players and identities: who signs in with what, links it, and unlinks it."""

    client: Client

    def __init__(self) -> None:
        """Begin with nobody."""
        super().__init__()
        self.run = next(_runs)
        self.owners: dict[tuple[str, str], str] = {}
        self.sessions: dict[str, Answer] = {}

    @rule(kind=st.sampled_from(KINDS), number=SOME)
    def sign_in(self, kind: str, number: int) -> None:
        """Sign in with an identity: to its account, or to a new one."""
        subject = self._subject(kind, number)
        answer = self.client.authenticate(kind, id=subject)

        assert answer.status == 200
        owner = self.owners.setdefault((kind, subject), answer.user_id)
        assert answer.user_id == owner
        assert answer.body.get("created", False) == (owner not in self.sessions)
        self.sessions[owner] = answer

    @precondition(lambda self: self.sessions)
    @rule(kind=st.sampled_from(KINDS), number=SOME, who=SOME)
    def link(self, kind: str, number: int, who: int) -> None:
        """Link an identity: refused where somebody else has it, in place of the former custom id otherwise."""
        user_id, subject = self._somebody(who), self._subject(kind, number)
        owner = self.owners.get((kind, subject), user_id)
        answer = self.client.link(self.sessions[user_id], kind, id=subject)

        assert answer.status == (200 if owner == user_id else 409)
        if owner == user_id:
            for former in [one for one in self._of(user_id) if one[0] == kind == "custom"]:
                del self.owners[former]
            self.owners[kind, subject] = user_id

    @precondition(lambda self: self.sessions)
    @rule(kind=st.sampled_from(KINDS), number=SOME, who=SOME)
    def unlink(self, kind: str, number: int, who: int) -> None:
        """Unlink an identity: refused where it is the last one."""
        user_id, subject = self._somebody(who), self._subject(kind, number)
        is_own = self.owners.get((kind, subject)) == user_id
        answer = self.client.unlink(self.sessions[user_id], kind, id=subject)

        if is_own and len(self._of(user_id)) > 1:
            assert answer.body == {}
            del self.owners[kind, subject]
        elif is_own:
            assert answer.status == 403
        else:
            assert answer.status in (200, 403)

    @invariant()
    def accounts_have_what_the_model_says(self) -> None:
        """Every account shows its identities, and has at least one."""
        for user_id, session in self.sessions.items():
            shown = self.client.get_account(session).body
            found = {("device", device["id"]) for device in shown.get("devices", [])}
            found |= {("custom", shown["custom_id"])} if "custom_id" in shown else set()
            assert found == set(self._of(user_id))
            assert found

    def _subject(self, kind: str, number: int) -> str:
        return f"{kind}-of-run-{self.run}-{number}"

    def _somebody(self, number: int) -> str:
        return sorted(self.sessions)[number % len(self.sessions)]

    def _of(self, user_id: str) -> list[tuple[str, str]]:
        return [identity for identity, owner in self.owners.items() if owner == user_id]


def test_links_in_any_order(client: Client) -> None:
    """Whatever is signed in with, linked and unlinked, nobody loses the last identity, and no two share one."""
    machine: type[RuleBasedStateMachine] = type("OfThisClient", (Linking,), {"client": client})

    run_state_machine_as_test(machine, settings=settings(max_examples=12, stateful_step_count=20, deadline=None))
