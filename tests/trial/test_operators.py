"""What operators do is tried out in full, with keys that a running server made, and what fails is named."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from botocore.credentials import Credentials

from local.admin_api import SignedApi
from local.console.console import Console
from local.errors import SmokeError
from local.gateway.iam.operators import CREDENTIALS_FILE, read_key_pairs
from local.gateway.settings import DEVELOPMENT
from local.trial.clients.console import walk_console
from local.trial.clients.operators import STEPS, Office, Staff, walk_office
from local.trial.service import Service, basic
from tests.helpers.console.visitor import SERVICE
from tests.helpers.service.local_gateway import start

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Give a development server with its staff."""
    folder = tmp_path_factory.mktemp("operators")
    started = start(folder)
    url = started.wait_for_url()
    pairs = {pair.profile: pair for pair in read_key_pairs(folder / "state" / CREDENTIALS_FILE)}
    admin, support = (SignedApi(url, Credentials(pairs[name].access_key, pairs[name].secret)) for name in pairs)
    nobody, stranger = (SignedApi(url, Credentials(name, "a-secret")) for name in ("NOBODY", "STRANGER"))
    yield Office(Service(url, basic(str(DEVELOPMENT["server_key"]))), Staff(admin, support, nobody, stranger))
    started.end()


def test_every_step_is_taken(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """Each step is reported in a line of its own."""
    walk_office(office)

    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(" (")[0] for line in lines] == [f"ok      {name}" for name in STEPS]


def test_console_is_walked_through(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """The console's pages open, and a ban by its button holds."""
    console = Console(replace(SERVICE, api=office.staff.admin))

    walk_console(console, office.service, office.staff.admin)

    assert capsys.readouterr().out.startswith("ok      the console shows the stack")


def test_console_that_does_nothing_is_noticed(office: Office) -> None:
    """Were a button refused, the trial would say so."""
    console = Console(replace(SERVICE, api=office.staff.stranger))

    with pytest.raises(SmokeError, match="FAILED  the console answers /records with 403"):
        walk_console(console, office.service, office.staff.admin)


def test_what_is_let_through_is_noticed(office: Office) -> None:
    """Were support let through where only admins may go, the trial would say so."""
    careless = replace(office, mark="0" * 16, staff=replace(office.staff, support=office.staff.admin))

    with pytest.raises(SmokeError, match=r"FAILED  .* an entry does not say who it was"):
        walk_office(careless)
    with pytest.raises(SmokeError, match=r"was let through|was refused with 400"):
        STEPS["operators are kept out of what they may not"](careless)
