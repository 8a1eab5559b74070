"""What game servers and partners do is tried out in full, and what fails is named."""

from collections.abc import Iterator

import boto3
import pytest

from local.errors import SmokeError
from local.gateway.settings import DEVELOPMENT
from local.operate.partner_register import Register
from local.store.store import ENDPOINT_FILE
from local.template.template import load_template
from local.trial.clients.server_side import STEPS, Backstage, walk_backstage
from local.trial.service import Service, basic
from tests.helpers.service.local_gateway import start

pytestmark = pytest.mark.long

[TABLE] = [table.name for table in load_template().tables if table.logical_id == "PartnersTable"]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Register]]:
    """Give a development server and its register of partners."""
    folder = tmp_path_factory.mktemp("server_side")
    started = start(folder)
    url = started.wait_for_url()
    store = (folder / "state" / ENDPOINT_FILE).read_text()
    client = boto3.client("dynamodb", "us-east-1", endpoint_url=store)
    yield Service(url, basic(str(DEVELOPMENT["server_key"]))), Register(client, TABLE)
    started.end()


def test_every_step_is_taken(service: tuple[Service, Register], capsys: pytest.CaptureFixture[str]) -> None:
    """Each step is reported in a line of its own, and again by others who are made up anew."""
    for _ in range(2):
        walk_backstage(Backstage(service[0], str(DEVELOPMENT["http_key"]), service[1]))

        lines = capsys.readouterr().out.splitlines()
        assert [line.partition(" (")[0] for line in lines] == [f"ok      {name}" for name in STEPS]


def test_a_wrong_key_fails(service: tuple[Service, Register]) -> None:
    """The step, the route and the status that a server was refused with are in the error, and the key is not."""
    stage = Backstage(service[0], "another&key", service[1])

    with pytest.raises(
        SmokeError, match=r"FAILED  a game server signs in by password: POST .* answered 401"
    ) as failure:
        walk_backstage(stage)

    assert "another" not in str(failure.value)
