"""`python -m local.operate.partners`, or `make partner ARGS=…`: add, rotate, retire, disable, enable and list partners.

Game servers with keys of their own are kept beside them: `add-server` adds one, and all else is the same.

Without --stack (or STACK=) or --table it changes the store of the development server that runs here; with one of them a
deployment, with the AWS credentials of whoever runs it.
"""

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local import ROOT
from local.errors import StartError
from local.gateway.handlers import use_environment
from local.operate.partner_register import Entry, Issued, Register
from local.store.store import ENDPOINT_FILE
from local.template.template import load_template

_LOGICAL_ID = "PartnersTable"
_CONFIG = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2})


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks for and give the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        print(_COMMANDS[asked.command](_register(asked), asked))
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"The table of partners is out of reach: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="make partner", description="Partners, whose game servers start sessions.")
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--stack", help="the CloudFormation stack of a deployment (or STACK=)")
    place.add_argument("--table", help="the table of a deployment")
    parser.add_argument("--region", help="the deployment's AWS region, where your AWS configuration has another")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("add", help="add a partner and show its secret").add_argument("name")
    server = commands.add_parser("add-server", help="add a game server and show its key")
    server.add_argument("name")
    server.add_argument("--operator", action="append", default=[], help="a user for whom it may register; repeatable")
    for name, explanation in _CHANGES.items():
        commands.add_parser(name, help=explanation).add_argument("client_id")
    commands.add_parser("list", help="list all partners and servers")
    return parser


def _stack(asked: Namespace) -> str:
    """Give the stack's name, "" where another place is named, or none."""
    return str(asked.stack or ("" if asked.table else os.environ.get("STACK", "")))


def _register(asked: Namespace) -> Register:
    if not (_stack(asked) or asked.table):
        use_environment({"AWS_ENDPOINT_URL_DYNAMODB": _local_endpoint()})
        [table] = [table.name for table in load_template().tables if table.logical_id == _LOGICAL_ID]
        return Register(_client("dynamodb", None), table)
    return Register(_client("dynamodb", asked.region), asked.table or _table_of_stack(asked))


def _local_endpoint() -> str:
    folder = os.environ.get("STATE_DIR") or ".symbolon"
    try:
        return os.environ.get("DYNAMODB_ENDPOINT") or (ROOT / folder / ENDPOINT_FILE).read_text()
    except FileNotFoundError:
        raise StartError(
            f"No server with its data in {folder} is running: start it with `make serve`, or name a stack with --stack."
        ) from None


def _table_of_stack(asked: Namespace) -> str:
    [stack] = _client("cloudformation", asked.region).describe_stacks(StackName=_stack(asked))["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", ())}
    if _LOGICAL_ID not in outputs:
        raise StartError(f"The stack {_stack(asked)} has no output {_LOGICAL_ID}: deploy this version of it first.")
    return str(outputs[_LOGICAL_ID])


def _client(service: str, region: str | None) -> Any:  # noqa: ANN401 (of one service or the other)
    session: Any = botocore.session.get_session()
    return session.create_client(service, region_name=region, config=_CONFIG)


def _add(register: Register, asked: Namespace) -> str:
    return _shown(register.add(asked.name))


def _add_server(register: Register, asked: Namespace) -> str:
    return _shown(register.add_server(asked.name, asked.operator))


def _rotate(register: Register, asked: Namespace) -> str:
    return _shown(register.rotate(asked.client_id)) + "\nThe former secret stays good until you retire it."


def _retire(register: Register, asked: Namespace) -> str:
    register.retire(asked.client_id)
    return f"{asked.client_id} has its newest secret alone."


def _disable(register: Register, asked: Namespace) -> str:
    if register.set_enabled(asked.client_id, enabled=False):
        return f"{asked.client_id} is let in no more; its matches end when their time is up."
    return f"{asked.client_id} starts no more sessions; those that its users have go on."


def _enable(register: Register, asked: Namespace) -> str:
    is_server = register.set_enabled(asked.client_id, enabled=True)
    return f"{asked.client_id} {'is let in' if is_server else 'starts sessions'}."


def _list(register: Register, _asked: Namespace) -> str:
    return "\n".join(map(_line, register.entries())) or "There are no partners."


def _shown(issued: Issued) -> str:
    if issued.is_server:
        return f"http key  {issued.key}\nThis is the only time that the key is shown."
    return (
        f"client id      {issued.client_id}\n"
        f"client secret  {issued.secret}\n"
        "This is the only time that the secret is shown."
    )


def _line(entry: Entry) -> str:
    state = "enabled " if entry.partner.enabled else "disabled"
    name = entry.partner.name + (" (game server)" if entry.partner.is_server else "")
    return f"{entry.partner.client_id}  {state}  secrets of {', '.join(entry.created)}  {name}"


_CHANGES = {
    "rotate": "give a partner a new secret, beside the newest of its former ones",
    "retire": "make a partner's newest secret its only one",
    "disable": "let a partner start no more sessions",
    "enable": "let a partner start sessions again",
}
_COMMANDS: dict[str, Callable[[Register, Namespace], str]] = {
    "add": _add,
    "add-server": _add_server,
    "rotate": _rotate,
    "retire": _retire,
    "disable": _disable,
    "enable": _enable,
    "list": _list,
}

if __name__ == "__main__":
    sys.exit(main())
