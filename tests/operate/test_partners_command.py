"""The command for partners: against the development server's store, and against a deployment's table."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from local import ROOT
from local.store.store import ENDPOINT_FILE
from local.template.template import load_template
from tests.helpers.players.client import Client
from tests.helpers.players.matchmaking import Matchmaking
from tests.helpers.players.matchmaking import over_http as over_rpc
from tests.helpers.players.partner_command import Done, inherited
from tests.helpers.players.partner_server import NAME, PartnerServer, differences, documented_call, over_http
from tests.helpers.service.local_gateway import Started, start

[TABLE] = [table.name for table in load_template().tables if table.logical_id == "PartnersTable"]
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": "us-east-1"}
STACK = """<DescribeStacksResponse><DescribeStacksResult><Stacks><member>
<StackName>symbolon</StackName><CreationTime>2026-03-10T05:16:23Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>
<Outputs><member><OutputKey>{key}</OutputKey><OutputValue>{value}</OutputValue></member></Outputs>
</member></Stacks></DescribeStacksResult></DescribeStacksResponse>"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the development server."""
    return tmp_path_factory.mktemp("partners")


@pytest.fixture(scope="module")
def gateway(folder: Path) -> Iterator[Started]:
    """Give a development server."""
    started = start(folder)
    started.wait_for_url()
    yield started
    started.end()


@pytest.fixture
def state(folder: Path, gateway: Started) -> str:
    """Give the folder of the running server's data."""
    assert gateway.process.poll() is None
    return str(folder / "state")


@pytest.fixture
def server(gateway: Started, state: str) -> PartnerServer:
    """Give the server of a partner that the command added."""
    return PartnerServer(over_http(gateway.wait_for_url()), Done.by("add", NAME, STATE_DIR=state).keys)


@pytest.fixture
def deployment(folder: Path, gateway: Started) -> dict[str, str]:
    """Give the variables with which the command takes the running store for a deployment's."""
    assert gateway.process.poll() is None
    return CREDENTIALS | {"AWS_ENDPOINT_URL_DYNAMODB": (folder / "state" / ENDPOINT_FILE).read_text()}


@pytest.fixture
def stacks() -> Iterator[dict[str, str]]:
    """Give the variables of a CloudFormation that knows a stack with one output: `key` and `value`."""
    output = {"key": "PartnersTable", "value": TABLE}

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(STACK.format(**output).encode())

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        output["url"] = f"http://127.0.0.1:{server.server_port}"
        yield output
        server.shutdown()


def complaint(done: Done) -> str:
    """Give the one line that a command which cannot do its work has to say."""
    [line] = done.complained.splitlines()
    assert (done.status, done.printed) == (1, "")
    return line


@pytest.mark.long
def test_documented_request_over_http(server: PartnerServer) -> None:
    """The documented request is answered as documented with the keys that the command printed."""
    first, second = (server.send(documented_call(server.keys)) for _ in range(2))

    # The development settings have no wallet seed.
    assert list(differences(second.body, first.body, server.keys)) == ["wallet_address: ''"]


def test_program(server: PartnerServer, state: str) -> None:
    """As a program of its own it writes to its standard output and its exit status tells success."""
    command = [sys.executable, "-m", "local.operate.partners", "disable", server.keys.client_id]

    printed = subprocess.check_output(command, cwd=ROOT, env=inherited() | {"STATE_DIR": state}, text=True)

    assert printed == f"{server.keys.client_id} starts no more sessions; those that its users have go on.\n"
    assert server.start().status == 403


def test_list_shows_partners_and_no_secret(server: PartnerServer, state: str) -> None:
    """The list has id, state, age of secrets and name of a partner, and neither its secret nor a hash."""
    [line] = [one for one in Done.by("list", STATE_DIR=state).printed.splitlines() if server.keys.client_id in one]

    client_id, enabled, *_, name = line.split()
    assert (client_id, enabled, name) == (server.keys.client_id, "enabled", NAME)
    assert len(line) < 100
    assert server.keys.secret not in line


def test_rotation_and_retirement(server: PartnerServer, state: str) -> None:
    """After `rotate` both secrets are good, after `retire` the new one alone."""
    new = PartnerServer(server.send, Done.by("rotate", server.keys.client_id, STATE_DIR=state).keys)
    both = server.start().status, new.start().status

    assert Done.by("retire", server.keys.client_id, STATE_DIR=state).status == 0

    assert new.keys.client_id == server.keys.client_id
    assert (both, server.start().status, new.start().status) == ((200, 200), 401, 200)


def test_disabling_and_enabling(server: PartnerServer, state: str) -> None:
    """`disable` holds from the next request on, `enable` lifts it."""
    Done.by("disable", server.keys.client_id, STATE_DIR=state)
    disabled = server.start().status
    Done.by("enable", server.keys.client_id, STATE_DIR=state)

    assert (disabled, server.start().status) == (403, 200)


def test_secret_shows_once(server: PartnerServer, folder: Path, gateway: Started) -> None:
    """A secret that was used is in no file of the server and in none of its lines."""
    server.start()

    written = gateway.printed() + gateway.complained()
    written += "".join(file.read_text(errors="replace") for file in folder.rglob("*") if file.is_file())
    assert server.keys.secret not in written


@pytest.mark.long
def test_game_server(gateway: Started, state: str) -> None:
    """A game server is added with its operator, shown its key, changed like a partner, and listed as what it is."""
    operator = "08152ad4-51a1-4d38-a8d2-7ba8c7d4a9f1"
    added = Done.by("add-server", "eu-1", "--operator", operator, STATE_DIR=state)
    key = added.printed.split()[2]

    server = Matchmaking(Client(over_rpc(gateway.wait_for_url())), key)
    assert server.register().body["label"]["broadcaster"]["oper"] == operator
    rotated = Done.by("rotate", key.partition(".")[0], STATE_DIR=state).printed.split()[2]
    assert Matchmaking(server.client, rotated).register().status == 200
    told = Done.by("disable", key.partition(".")[0], STATE_DIR=state).printed
    assert told == f"{key.partition('.')[0]} is let in no more; its matches end when their time is up.\n"
    assert server.register().status == 403
    assert "eu-1 (game server)" in Done.by("list", STATE_DIR=state).printed


def test_operator_that_is_no_user(state: str) -> None:
    """What is no user's id is no operator."""
    done = Done.by("add-server", "eu-1", "--operator", "anna", STATE_DIR=state)

    assert complaint(done) == "An operator is named by the id of a user."


@pytest.mark.parametrize("command", ["rotate", "retire", "disable", "enable"])
@pytest.mark.parametrize("client_id", ["1234567890", "x"])
def test_unknown_partner(state: str, command: str, client_id: str) -> None:
    """A client id that nobody has is said so."""
    done = Done.by(command, client_id, STATE_DIR=state)

    assert complaint(done) == f"There is no partner with the client id '{client_id}'."


@pytest.mark.parametrize("name", ["", "x" * 129, "two\nlines"])
def test_bad_name(state: str, name: str) -> None:
    """A partner's name is one line of at most 128 bytes."""
    done = Done.by("add", name, STATE_DIR=state)

    assert complaint(done) == "A partner's name has 1 to 128 bytes and no control characters."


def test_without_a_server(tmp_path: Path) -> None:
    """Without a running server the command says how to get one."""
    done = Done.by("list", STATE_DIR=str(tmp_path))

    assert complaint(done).startswith(f"No server with its data in {tmp_path} is running: start it with `make serve`")


def test_server_that_was_killed(tmp_path: Path) -> None:
    """The address that a killed server left behind is found out."""
    (tmp_path / ENDPOINT_FILE).write_text("http://127.0.0.1:9")

    done = Done.by("list", STATE_DIR=str(tmp_path))

    assert complaint(done).startswith("The table of partners is out of reach: Could not connect")


@pytest.mark.long
def test_address_goes_with_the_server(tmp_path: Path) -> None:
    """A server that ends takes its address along."""
    started = start(tmp_path)
    started.wait_for_url()
    address = tmp_path / "state" / ENDPOINT_FILE
    there = address.exists()

    started.end()

    assert (there, address.exists()) == (True, False)


def test_table_of_a_deployment(server: PartnerServer, deployment: dict[str, str]) -> None:
    """With --table the command uses that table with the operator's own credentials and region."""
    added = Done.by("--table", TABLE, "add", "Deployed", **deployment)

    assert PartnerServer(server.send, added.keys).start().body["third_party_client_name"] == "Deployed"


def test_table_of_a_stack(deployment: dict[str, str], stacks: dict[str, str]) -> None:
    """With --stack the table is the one that the stack's output names."""
    done = Done.by("--stack", "symbolon", "list", AWS_ENDPOINT_URL_CLOUDFORMATION=stacks["url"], **deployment)

    assert (done.status, done.complained) == (0, "")


def test_table_of_a_stack_by_variable(deployment: dict[str, str], stacks: dict[str, str]) -> None:
    """STACK= names the stack, too, as it does for every other command."""
    done = Done.by("list", STACK="symbolon", AWS_ENDPOINT_URL_CLOUDFORMATION=stacks["url"], **deployment)

    assert done.status == 0, done.complained


def test_stack_without_partners(deployment: dict[str, str], stacks: dict[str, str]) -> None:
    """A stack of an older version is said to be one."""
    stacks["key"] = "UsersTable"

    done = Done.by("--stack", "symbolon", "list", AWS_ENDPOINT_URL_CLOUDFORMATION=stacks["url"], **deployment)

    assert complaint(done) == "The stack symbolon has no output PartnersTable: deploy this version of it first."


def test_table_that_is_not_there(deployment: dict[str, str]) -> None:
    """A wrong table's name is one line, in AWS's words."""
    done = Done.by("--table", "nowhere", "list", **deployment)

    assert "ResourceNotFoundException" in complaint(done)


def test_without_credentials(tmp_path: Path) -> None:
    """Without credentials for AWS nothing is tried."""
    files = {"AWS_CONFIG_FILE": str(tmp_path / "none"), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none")}

    done = Done.by("--table", "some", "--region", "eu-central-1", "list", **files)

    assert complaint(done) == "The table of partners is out of reach: Unable to locate credentials"


@pytest.mark.parametrize("arguments", [[], ["add"], ["drop", "1"], ["--stack", "a", "--table", "b", "list"]])
def test_wrong_usage(arguments: list[str]) -> None:
    """A command line that makes no sense is answered with how it should be."""
    done = Done.by(*arguments)

    assert (done.status, done.printed) == (2, "")
    assert done.complained.startswith("usage: make partner")
