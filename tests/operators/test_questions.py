"""What operators may ask in vain: refused with what is wrong, or answered with nobody."""

import pytest

from tests.helpers.players.operator import Operator
from tests.helpers.service.lambdas import TEMPLATE
from tests.helpers.service.store import Store

SIGN_IN = "/v2/account/authenticate/"


@pytest.fixture
def operator(store: Store) -> Operator:
    """Give an operator of a studio without players."""
    assert store.rows("UsersTable") == []
    return Operator()


@pytest.mark.parametrize(
    "query",
    [{}, {"query": ""}, {"query": "a\n"}, {"query": "x" * 513}, {"query": "a", "limit": "0"}]
    + [{"query": "a", "limit": limit} for limit in ("101", "-1", "ten")]
    + [{"query": "a", "cursor": "nonsense"}, {"query": ["a", "b"]}],
)
def test_bad_questions(operator: Operator, query: dict[str, str]) -> None:
    """A question that cannot be answered is refused with what is wrong about it."""
    answer = operator.call("GET /admin/v1/users", query=query)

    assert (answer.status, answer.body["code"]) == (400, 3)


def test_odd_texts(operator: Operator) -> None:
    """Whatever somebody types is answered, with nobody."""
    for text in (
        "#",
        ":",
        "google:",
        "\U0001d504" * 128,
        "ΐ" * 250,
        "ß" * 250,
        "%",
        '"',
        "\U0010ffff",
        "oidc:corp",
        "é" * 256,
    ):
        assert operator.found(text) == []


def test_all_providers_are_looked_up() -> None:
    """Each provider of the API is among those whose subjects are looked up."""
    paths = [route.path for function in TEMPLATE.functions for route in function.routes]
    providers = [path.removeprefix(SIGN_IN) for path in paths if path.startswith(SIGN_IN)]

    [admin] = [function for function in TEMPLATE.functions if function.name == "AdminFunction"]
    assert sorted(admin.environment["PROVIDERS"].split()) == sorted({*providers, "partner"})
