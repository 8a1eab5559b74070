"""The table of costs follows from its figures, and its figures from the code."""

import pytest

from local import ROOT
from local.operate.cost import table
from local.operate.hostile import HOSTILE
from local.prices import OPERATIONS, US_EAST_1, Operation, Prices, cost
from local.template.template import load_template
from tests.helpers.service.deployment import PARAMETERS, deployed, properties

FREE = Prices(0, 0, 0, 0, 0, 0, 0)
OPERATION = Operation(
    "one", cpu_ms=10, round_trips=2, read_units=2, write_units=4, log_bytes=970, answer_bytes=500, access_log_bytes=30
)


def test_time_follows_from_the_share_of_a_processor() -> None:
    """A function waits longer for the same work with less memory, and no less with more than a processor's."""
    whole = Operation("hash", 56, 0, 0, 0, 0, memory_mb=1769)

    assert OPERATION.duration_ms == 45
    assert whole.duration_ms == 56
    assert Operation("hash", 56, 0, 0, 0, 0, memory_mb=3538).duration_ms == 56


@pytest.mark.parametrize(
    ("price", "dollars"),
    [
        ("api_requests", 1),
        ("invocations", 1),
        ("gb_seconds", 0.0225),
        ("read_units", 2),
        ("write_units", 4),
        ("log_gb", 1),
        ("transfer_gb", 0.5),
    ],
)
def test_each_price_counts(price: str, dollars: float) -> None:
    """A million operations take a million of what one takes, and a thousand bytes of each are a GB."""
    prices = Prices(**{**vars(FREE), price: 1})

    assert cost(OPERATION, prices).total == pytest.approx(dollars)


def test_memory_is_that_of_the_template() -> None:
    """Operations have the memory of the function that serves them."""
    memory = {function.name: function.memory_mb for function in load_template().functions}

    assert {one.name: one.memory_mb for one in OPERATIONS} == {
        "sign-in, account exists": memory["DeviceFunction"],
        "sign-in, new account": memory["DeviceFunction"],
        "e-mail sign-in": memory["EmailFunction"],
        "refresh": memory["SessionFunction"],
        "account get": memory["AccountFunction"],
        "link": memory["CustomFunction"],
        "logout": memory["SessionFunction"],
    }


def test_the_documentation_has_the_table() -> None:
    """docs/cost.md shows what the command prints."""
    assert table() in (ROOT / "docs/cost.md").read_text(encoding="utf-8")


def test_the_dashboard_has_the_prices() -> None:
    """The dashboard's cost counts with the same prices."""
    body = deployed(properties("Dashboard")["DashboardBody"])

    assert f"requests * {US_EAST_1.api_requests + US_EAST_1.invocations}" in body
    assert f"/ 1024000 * {US_EAST_1.gb_seconds}" in body
    assert f"reads * {US_EAST_1.read_units} + writes * {US_EAST_1.write_units}" in body
    assert f"bytes / 1000 * {US_EAST_1.log_gb}" in body


FLOODS = {
    "| one route that players sign in by |": ("sign-in, account exists", "ThrottlingRateLimit"),
    "| the same, each a new account;": ("new account", "ThrottlingRateLimit"),
    "| wrong passwords,": ("wrong password", "PasswordRateLimit"),
    "| 20 invites a request,": ("20 invites", "FriendRateLimit"),
    "| the same from fewer accounts, refused": ("20 invites beyond the limit", "FriendRateLimit"),
    "| 98 users by username,": ("98 users by username", "ThrottlingRateLimit"),
    "| an RPC function with a wrong key,": ("wrong key of a game server", "RpcRateLimit"),
}
DAY = 86_400


@pytest.mark.parametrize("flood", FLOODS)
def test_an_attack_costs_what_the_documentation_says(flood: str) -> None:
    """A day's flood is as many requests as the parameter lets through, at what a million of them cost."""
    name, limit = FLOODS[flood]
    [row] = [line for line in (ROOT / "docs/capacity.md").read_text().splitlines() if line.startswith(flood)]
    _, rate, _, dollars = (cell.strip().replace(",", "") for cell in row.rstrip("|").rsplit("|", 3))
    [operation] = [one for one in (*OPERATIONS, *HOSTILE) if one.name == name]

    assert rate == str(PARAMETERS[limit]["Default"])
    assert float(dollars) == pytest.approx(cost(operation).total * float(rate) * DAY / 1e6, rel=0.05)
