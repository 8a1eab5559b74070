"""docs/openapi.json is what the template and the functions say, and OpenAPI."""

import json
from typing import Any

import pytest

from local.contract import parts
from local.contract.__main__ import main
from local.contract.calls import procedures
from local.contract.document import OPERATIONS, PATH, complaints, written
from local.contract.responses import body_of, name_of
from local.gateway.routing import Router
from local.template.template import DEFAULT, Route
from local.trial.samples import ANSWERS, EVENTS
from symbolon import rpc
from symbolon.errors import SymbolonError
from tests.helpers.players.client import Answer
from tests.helpers.service import lambdas
from tests.helpers.watch import contract

DOCUMENT: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
ROUTES = {route for function in lambdas.TEMPLATE.functions for route in function.routes if route != DEFAULT}


def test_the_file_is_fresh() -> None:
    """The file is what the command writes today."""
    assert main(["--check"]) == 0, "docs/openapi.json is stale: make openapi"


def test_a_stale_file_is_found(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A change that is not in the file fails the check, which says what to do."""
    monkeypatch.setitem(parts.INFO["info"], "title", "Another")

    assert main(["--check"]) == 1
    assert "make openapi" in capsys.readouterr().err


@pytest.mark.long
def test_the_document_is_openapi() -> None:
    """Every part of it is as OpenAPI 3.1 has it."""
    validator = pytest.importorskip("openapi_spec_validator", reason="OpenAPI's validator is not there for this Python")

    validator.validate(DOCUMENT)


def test_every_route_is_described() -> None:
    """The template's routes, HEAD too, are the document's operations; procedures have a path each besides."""
    shown = {f"{method.upper()} {path}" for path, item in DOCUMENT["paths"].items() for method in item}
    expected = {route.key.replace("+}", "}") for route in ROUTES}

    assert shown - expected == set(procedures.OPERATIONS)
    assert expected <= shown


def test_a_new_route_is_missed() -> None:
    """Who adds a route is told where to describe it; a description without a route is told of, too."""
    added, taken = Route("POST", "/v2/account/dance"), Route("GET", "/v2/account")

    lacking, idle = complaints({*ROUTES - {taken, Route("HEAD", taken.path)}, added})

    assert lacking.startswith("POST /v2/account/dance: say in a file of local/contract/operations")
    assert idle.startswith("GET /v2/account: described in local/contract/operations, but no route")


def test_every_procedure_is_described() -> None:
    """Each procedure that is registered has a path of its own, with the keys that its callers need."""
    lambdas.handlers()

    registered = {name: entry.caller for name, entry in rpc._registry.items()}  # noqa: SLF001 (what there is)
    described = {name: said.caller for name, said in procedures.PROCEDURES.items()}

    assert described == registered, "describe procedures in a file of local/contract/calls, then make openapi"


def test_procedures_take_the_route_that_all_share() -> None:
    """The path of a procedure is one that API Gateway gives to the function of procedures."""
    router = Router([(route, route.key) for route in ROUTES])

    for name in procedures.PROCEDURES:
        match = router.match("POST", f"/v2/rpc/{name}")
        assert match is not None
        assert match.target == "POST /v2/rpc/{id+}"


def test_operations_have_names_of_their_own() -> None:
    """No two operations are called alike, since generated clients name methods after them."""
    names = [said["operationId"] for item in DOCUMENT["paths"].values() for said in item.values()]

    assert len(names) == len(set(names))


def test_every_scheme_is_explained() -> None:
    """What operations ask for is among the security schemes; only operators' routes ask for AWS's signature."""
    schemes = DOCUMENT["components"]["securitySchemes"]

    for path, item in DOCUMENT["paths"].items():
        asked = {name for said in item.values() for way in said["security"] for name in way}
        assert asked <= schemes.keys()
        assert ("sigv4" in asked) == path.startswith("/admin/")


def test_signed_routes_are_the_templates() -> None:
    """The routes for which the template asks for a signature are those of which the document says so."""
    for route in ROUTES:
        said = OPERATIONS[route.key.replace("HEAD ", "GET ")]
        assert ("sigv4" in said.security) == route.is_signed


@pytest.mark.parametrize("event", sorted({said.event for said in OPERATIONS.values() if said.event}))
def test_examples_are_sample_events(event: str) -> None:
    """An operation's example is an event of its own route, one that the samples play."""
    [key] = {key for key, said in OPERATIONS.items() if said.event == event and _is_of(event, key)} or {""}

    assert event in ANSWERS
    assert key, f"{event} is an example of another route than its own"


def _is_of(event: str, key: str) -> bool:
    sample = json.loads((EVENTS / f"{event}.json").read_text())
    return str(sample["routeKey"]) == key


def test_examples_fit_their_schemas() -> None:
    """Each example of a body, and each error, is valid by the schema that stands beside it."""
    jsonschema = pytest.importorskip("jsonschema", reason="JSON Schema's validator is not there for this Python")

    checked = 0
    for item in DOCUMENT["paths"].values():
        for said in item.values():
            for content in [said.get("requestBody", {}), *map(contract.resolved, said["responses"].values())]:
                for shown in content.get("content", {}).values():
                    examples = [contract.resolved(one)["value"] for one in shown.get("examples", {}).values()]
                    schema = {**shown["schema"], "components": DOCUMENT["components"]}
                    for example in [*examples, *([shown["example"]] if "example" in shown else [])]:
                        jsonschema.Draft202012Validator(schema).validate(example)
                        checked += 1

    assert checked > 500


def test_the_status_of_a_code_is_the_errors() -> None:
    """Each described error has the status that its gRPC code has in `symbolon.errors`."""
    kinds = {kind.code: kind.status for kind in SymbolonError.__subclasses__() if "oauth" not in kind.__module__}

    for said in [*OPERATIONS.values(), *procedures.OPERATIONS.values()]:
        for problem in said.problems:
            if said.errors in ("Error", "RpcError"):
                assert kinds.get(int(problem.code), 500) == problem.status, problem


def test_an_answer_that_is_not_described_is_noted() -> None:
    """What a test gets and the document does not have is noted, with what to do, by which the test fails."""
    event = {"routeKey": "GET /v2/account"}
    strange = Answer(418, {}, {"code": 3, "message": "I am a teapot"})
    wordy = Answer(401, {}, {"code": 16, "message": "Go away"})
    larger = Answer(200, {}, {"wallet": "{}", "gold": 3}, '{"wallet": "{}", "gold": 3}')

    for answer in (strange, wordy, larger):
        contract.compare(event, answer)
    noted, contract.BREACHES[:] = list(contract.BREACHES), []

    assert ["I am a teapot" in noted[0], "Go away" in noted[1]] == [True, True]
    assert "make openapi" in noted[1]
    assert not contract.HAS_SCHEMAS or "its schema does not have" in noted[2]


def test_errors_have_names_of_their_own() -> None:
    """No two errors of a form share the name under which responses refer to them."""
    said = [*OPERATIONS.values(), *procedures.OPERATIONS.values()]
    errors = {(one.errors, problem) for one in said for problem in one.problems if one.errors}
    named = {name_of(*error): body_of(*error) for error in errors}

    assert len(named) == len(errors)
    assert written().count('"openapi": "3.1.0"') == 1


def test_long_headers_are_described() -> None:
    """As `make fuzz` found: an address and headers of more than 10 KB are refused before any route is looked at."""
    for item in DOCUMENT["paths"].values():
        for said in item.values():
            assert "431" in said["responses"]
