"""Answers in the simulation, amid faults and races: each is one that docs/openapi.json has."""

import json
from typing import Any

import pytest

from local.torture import run
from local.torture.plan import Plan
from local.torture.run import Run
from local.torture.world.deployment import deployment
from local.torture.world.faults import Place
from local.torture.world.frontdoor import HttpRequest, pass_on
from local.torture.world.world import World
from tests.helpers.players.client import Answer
from tests.helpers.watch import contract

SCHEDULES = 30


def compared(world: World, request: HttpRequest, place: Place) -> tuple[dict[str, Any] | None, list[str]]:
    """Pass a request on, and compare its answer with the contract."""
    given, faults = pass_on(world, request, place)
    match = deployment().router.match(request.method, request.path)
    if given is not None and match is not None and given["headers"]:
        text = given.get("body") or ""
        headers = {name.lower(): value for name, value in given["headers"].items()}
        answer = Answer(given["statusCode"], headers, json.loads(text) if text.startswith("{") else {}, text)
        contract.compare({"routeKey": match.route.key, "pathParameters": dict(match.parameters)}, answer)
    return given, faults


@pytest.mark.long
def test_every_answer_is_in_the_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong, a client is told one of the things that the contract tells of."""
    monkeypatch.setattr(run, "pass_on", compared)

    for number in range(SCHEDULES):
        Run(Plan.drawn(f"answers/{number}")).outcome()

    assert sorted(set(contract.BREACHES)) == []


def test_an_answer_that_the_contract_lacks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """With an empty contract of a route its answers are noted."""
    monkeypatch.setattr(run, "pass_on", compared)
    monkeypatch.setattr(contract, "_patterns", lambda _key, _status: {5: []})

    Run(Plan.drawn("answers/0")).outcome()

    assert any("User account not found." in breach for breach in contract.BREACHES)
    contract.BREACHES.clear()
