"""Whose fault a provider's answer is: the table of docs/providers/faults.md, row by row."""

import pytest

from local import ROOT
from symbolon.errors import Misconfigured, SymbolonError, Unauthenticated, Unavailable
from tests.conftest import Log
from tests.helpers.answers.answered import LATER, OURS, PLAYERS
from tests.helpers.answers.faults import ROWS, Row
from tests.helpers.players.client import Answer, Client
from tests.helpers.providers import issuer
from tests.helpers.providers.internet import Internet
from tests.helpers.providers.replies import Reply
from tests.helpers.providers.ways import WAYS

TABLE = ROOT / "docs/providers/faults.md"
OUTCOMES: dict[str, type[SymbolonError]] = {PLAYERS: Unauthenticated, LATER: Unavailable, OURS: Misconfigured}


@pytest.fixture
def _studio(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    issuer.settle(internet, monkeypatch)


def sign_in(client: Client, internet: Internet, row: Row) -> Answer:
    """Sign in by the row's way, when all is as ever but for its place."""
    if row.way == "oidc":
        internet.announce(row.place, row.answered.reply)
        return client.authenticate("custom", id=f"studio|{issuer.token()}")
    way = WAYS[row.way]
    way.announce(internet)
    internet.announce(row.place, row.answered.reply)
    return client.authenticate(way.provider, **way.credential())


@pytest.mark.usefixtures("_studio")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.place}: {row.answered.said}")
def test_row(client: Client, internet: Internet, log: Log, row: Row) -> None:
    """The answer leads to the status of its kind, to the outcome and detail in the log, and to when to come back."""
    answer = sign_in(client, internet, row)

    [line] = log()
    outcome = OUTCOMES[row.answered.kind]
    pause = str(row.answered.pause or 5) if row.answered.kind == LATER else None
    assert (answer.status, answer.body["code"], line["outcome"]) == (outcome.status, outcome.code, outcome.__name__)
    assert line.get("detail", "") == row.answered.detail
    assert answer.headers.get("retry-after") == pause


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("9", "9"), ("3600", "3600"), ("86400", "3600"), ("0", "5"), ("-1", "5"), ("1.5", "5"), ("soon", "5"), ("", "5")],
)
def test_pause_of_an_outage(client: Client, internet: Internet, said: str, seconds: str) -> None:
    """A provider's own Retry-After is passed on where it is a number of seconds, and an hour at most."""
    way = WAYS["steam"]
    internet.fail(way.host, Reply(503, b"", {"Retry-After": said}))

    assert client.authenticate("steam", **way.credential()).headers["retry-after"] == seconds


def test_page_has_the_rows() -> None:
    """The page has each row that is tried, in order, and no other."""
    lines = TABLE.read_text().splitlines()

    table = [line for line in lines if line.startswith("| `")]
    assert table == [row.line for row in ROWS]
