"""A flood of one route leaves the others alive, and floods ring."""

from typing import Any

import pytest

from local.template.roles import without_conditions
from local.template.template import load_template
from tests.helpers.service.deployment import PARAMETERS, properties

ROUTES = {f"{route.method} {route.path}" for function in load_template().functions for route in function.routes}
SETTINGS: dict[str, dict[str, Any]] = without_conditions(properties("Api")["RouteSettings"])
HASHING = {f"POST /v2/account/{path}" for path in ("authenticate/email", "link/email", "password/reset")} | {
    f"POST /{page}" for page in ("activate", "recover", "verify", "undo")
}
BUDGETS = {
    "Friend": {"POST /v2/friend", "DELETE /v2/friend", "POST /v2/friend/facebook"},
    "Rpc": {"GET /v2/rpc/{id+}", "HEAD /v2/rpc/{id+}", "POST /v2/rpc/{id+}"},
    "Oauth": {route for route in ROUTES if "/oauth2/" in route},
    "Admin": {route for route in ROUTES if "/admin/" in route},
    "Password": HASHING | {"DELETE /v2/account", "POST /v2/account/merge", "POST /v2/account/password/forgot"},
}


def test_routes_with_budgets_of_their_own_exist() -> None:
    """Each is a route of the API, and what hashes a password is among them."""
    assert HASHING <= SETTINGS.keys() <= ROUTES


@pytest.mark.parametrize("route", sorted(SETTINGS))
def test_budget_of_a_route_is_complete(route: str) -> None:
    """A route that has settings of its own takes none from the stage, so it says all of them."""
    assert SETTINGS[route].keys() == properties("Api")["DefaultRouteSettings"].keys()


@pytest.mark.parametrize("budget", BUDGETS)
def test_dear_routes_have_a_budget_that_a_studio_sets(budget: str) -> None:
    """What is dear, and all of its kind, takes as many requests a second as its parameter says, and as many at once."""
    limits = {
        (one["ThrottlingRateLimit"]["Ref"], one["ThrottlingBurstLimit"]["Ref"])
        for one in map(SETTINGS.get, BUDGETS[budget])
        if one
    }

    assert BUDGETS[budget] <= SETTINGS.keys()
    assert limits == {(f"{budget}RateLimit", f"{budget}RateLimit")}
    assert PARAMETERS[f"{budget}RateLimit"]["MinValue"] == 1


def test_routes_that_may_be_missing_have_no_budget_then() -> None:
    """API Gateway refuses a budget of a route that it does not have: operators' go with their routes."""
    raw = properties("Api")["RouteSettings"]

    assert all(raw[route]["Fn::If"][0] == "HasOperatorsApi" for route in BUDGETS["Admin"])


def test_sign_ins_with_devices_share_with_nobody_that_is_dear() -> None:
    """The route that most players use is in no other's budget."""
    assert "POST /v2/account/authenticate/device" not in SETTINGS


@pytest.mark.parametrize("flood", ["Guesses", "NewAccounts", "ProviderFailures", "Refused", "ReusedTokens"])
def test_flood_rings_at_a_threshold_that_a_studio_sets(flood: str) -> None:
    """What the log lines tell is a metric, and its alarm rings at what the parameter says, for whoever is told."""
    alarm = properties(f"{flood}FloodAlarm")
    [counted] = properties(f"{flood}Filter")["MetricTransformations"]

    assert alarm["Threshold"] == {"Ref": f"{flood}Alarm"}
    assert PARAMETERS[f"{flood}Alarm"]["Type"] == "Number"
    assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]
    assert counted["MetricName"] in str(alarm)


def test_each_provider_that_is_asked_can_ring() -> None:
    """The alarm looks at every function that asks a provider when somebody signs in."""
    watched = {
        metric["MetricStat"]["Metric"]["Dimensions"][0]["Value"]
        for metric in properties("ProviderFailuresFloodAlarm")["Metrics"]
        if "MetricStat" in metric
    }
    named = {route.rpartition("/")[2] for route in ROUTES if route.startswith("POST /v2/account/authenticate/")}

    assert watched == named - {"device", "email", "facebookinstantgame"}
