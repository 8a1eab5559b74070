"""One run: players do their operations at once while things go wrong; then nothing does, and all must get through."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count, islice
from random import Random

from local.template.cloudformation import STACK_NAME
from local.torture.judge.events import first_told, untold
from local.torture.judge.history import History, Operation
from local.torture.judge.state import disagreements
from local.torture.judge.verdict import Violation, violations
from local.torture.later import follow, serve
from local.torture.plan import Plan, Script
from local.torture.play.board import IDENTITIES, Board
from local.torture.play.proving import provided
from local.torture.play.referee import Referee
from local.torture.play.surroundings import Letter, Surroundings
from local.torture.play.turn import Turn, perform
from local.torture.play.wire import UNANSWERED, Answer, Call
from local.torture.world.ambient import inside
from local.torture.world.deployment import PARAMETERS, deployment
from local.torture.world.faults import DrawnFaults, Place, ScriptedFaults
from local.torture.world.frontdoor import HttpRequest, pass_on
from local.torture.world.scheduler import Drawn, Scripted
from local.torture.world.services import SECRETS
from local.torture.world.world import World, silent
from symbolon.aws.attributes import dump
from symbolon.partners.partners import hash_secret

PARTNER = ("1234567890", "the-secret-of-the-partner")
REFEREE = 9
"""The number of the player who looks at the end whether all is well."""


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    history: History
    faults: int
    events: int
    violations: tuple[Violation, ...]
    script: Script


class Run:
    """One run of a plan, by chance or, with a script, as it was before."""

    def __init__(self, plan: Plan, script: Script | None = None, tell: Callable[[str], None] = silent) -> None:
        self.plan = plan
        self._script = script
        self._tell = tell
        chooser = Scripted(script.turns) if script else Drawn(Random(f"turns of {plan.seed}"), plan.patience)
        self._faults = ScriptedFaults(script.faults) if script else DrawnFaults(plan.seed, plan.rates)
        self.world = World(plan.seed, chooser, self._faults, plan.call_seconds, tell)
        self.history = History()
        self._done: list[tuple[int, int]] = []
        self._progress = [0] * plan.players

    def outcome(self) -> Outcome:
        """Make the run, and judge it."""
        with inside(self.world):
            self._found_partner()
            around = self._surroundings()
            self.world.run([partial(self._play, number, around) for number in range(self.plan.players)])
            self.world.faults = ScriptedFaults({})
            self.world.fleet.set_clocks_right()
            self.world.run([Referee(self._turns(REFEREE, around)).inspect])
            self.world.begin(REFEREE, 0)
            told = first_told(self.world.told)
            rows = {row["user_id"]["S"]: row for row in self.world.rows("UsersTable")}
            found = (
                *violations(self.history),
                *untold(self.history, told, rows),
                *disagreements(self.history),
            )
        script = Script(tuple(self._done), tuple(self.world.scheduler.script), dict(self._faults.script))
        return Outcome(self.history, len(self._faults.script), len(told), found, script)

    def _play(self, player: int, around: Surroundings) -> None:
        for turn in islice(self._turns(player, around), self.plan.length):
            place = (player, turn.operation.number)
            self._meet(player)
            if self._script is None or place in self._script.operations:
                self._done.append(place)
                perform(turn.operation.name, turn)
            self._progress[player] += 1

    def _meet(self, player: int) -> None:
        """Wait until the other players have come as far, where the plan says so."""
        if self.plan.meets:
            self.world.scheduler.wait(lambda: min(self._progress) == self._progress[player])

    def _turns(self, player: int, around: Surroundings) -> Iterator[Turn]:
        for number in count(1):
            name = "inspect" if player == REFEREE else self.plan.kind_of(player, number)
            self.world.begin(player, number)
            yield Turn(Operation(player, number, name), self.plan.chance(player, number), around)

    def _send(self, turn: Turn, call: Call) -> Answer:
        place = Place(turn.operation.player, turn.operation.number, 0)
        method, _, path = call.route.partition(" ")
        source = f"198.51.{place.player}.{place.operation % 200}"
        self._tell(f"player {place.player} asks {call.route} {call.query}")
        given, faults = pass_on(
            self.world, HttpRequest(method, path, call.query, call.headers, call.body, source, call.is_signed), place
        )
        if given is None:
            return Answer(UNANSWERED, faults=tuple(faults))
        text = given.get("body") or ""
        self._tell(f"player {place.player} is answered {given['statusCode']} {text[:200]}")
        body = json.loads(text) if text.startswith("{") else {}
        headers = {name.lower(): value for name, value in given["headers"].items()}
        return Answer(given["statusCode"], body, headers, tuple(faults))

    def _surroundings(self) -> Surroundings:
        routes = tuple(
            f"{route.method} {route.path}" for function in deployment().template.functions for route in function.routes
        )
        return Surroundings(
            send=self._send,
            board=Board(),
            history=self.history,
            server_key=PARAMETERS["ServerKey"],
            http_key=SECRETS["HttpKey"],
            partner=PARTNER,
            routes=routes,
            focus=self.plan.focus,
            now=lambda: self.world.clock.now,
            wait=self.world.sleep,
            identities=(*IDENTITIES, *provided(Random(f"providers of {self.plan.seed}"))),
            letters=lambda: [Letter(one.address, one.subject, one.code) for one in self.world.letters],
            waiting=lambda: tuple(self.world.waiting),
            serve=partial(serve, self.world),
            follow=partial(follow, self.world),
            untold=lambda: self.world.lanes.waiting,
        )

    def _found_partner(self) -> None:
        """Register the partner, as an operator's command does."""
        client_id, secret = PARTNER
        secrets = [{"hash": hash_secret(secret), "created": ""}]
        item = {"client_id": client_id, "name": "A partner", "enabled": True, "secrets": secrets}
        self.world.engine.call("PutItem", {"TableName": f"{STACK_NAME}-PartnersTable", "Item": dump(item)})
