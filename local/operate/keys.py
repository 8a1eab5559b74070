"""`python -m local.operate.keys`, or `make keys ARGS=…`: see, rotate and retire keys. docs/keys.md explains them.

Without a stack the keys are those that `make serve` keeps in STATE_DIR. Of a stack, the function `keys` does what is
asked for, so that no key leaves it; who asks needs the permission to invoke it, and nothing else.
"""

import json
import os
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local import ROOT
from local.errors import StartError
from local.gateway.keys import LIFETIMES, read_ring, ring_file, write_ring
from symbolon.errors import Misconfigured
from symbolon.settings.keyring import KeyRing
from symbolon.settings.succession import Succession, listed

Keys = list[dict[str, Any]]

_KEEPER = "KeysFunction"
_CONFIG = Config(connect_timeout=5, read_timeout=70, retries={"total_max_attempts": 1})
_TIMES = ("signs_from", "accepted_until")
_RINGS = ("session", "refresh", "http")


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks for and give the exit status."""
    asked = _parser().parse_args(_with_plain_id(sys.argv[1:] if arguments is None else arguments))
    stack = asked.stack or os.environ.get("STACK")
    try:
        keys = _of_stack(stack, asked) if stack else _here(asked)
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"The stack {stack} is out of reach: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    print(json.dumps(keys, indent=1) if asked.json else _table(keys))
    return 0


def _with_plain_id(arguments: list[str]) -> list[str]:
    """Return the arguments with a mark before a key's id that begins with a hyphen, as one id of 64 does."""
    at = arguments.index("retire") + 2 if "retire" in arguments else len(arguments)
    is_id = at < len(arguments) and arguments[at].startswith("-") and len(arguments[at]) > len("--help")
    return [*arguments[:at], "--", *arguments[at:]] if is_id else arguments


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="make keys", description="The keys of session tokens, refresh tokens and servers.")
    parser.add_argument("--stack", help="the CloudFormation stack of a deployment (or STACK=)")
    parser.add_argument("--region", help="its AWS region, where your AWS configuration has another")
    parser.add_argument("--json", action="store_true", help="print JSON")
    commands = parser.add_subparsers(dest="action", required=True)
    commands.add_parser("list", help="which keys there are, and when they sign")
    commands.add_parser("ensure", help="take over keys that were put into a stack's secret by hand")
    commands.add_parser("rotate", help="let a new key follow").add_argument("ring", choices=_RINGS)
    retire = commands.add_parser("retire", help="take out a key that has leaked, at once")
    retire.add_argument("ring", choices=_RINGS)
    retire.add_argument("kid", help="its id, as list shows it")
    return parser


def _of_stack(stack: str, asked: Namespace) -> Keys:
    clouds = _client("cloudformation", asked.region)
    found = clouds.describe_stack_resource(StackName=stack, LogicalResourceId=_KEEPER)["StackResourceDetail"]
    wanted = {name: value for name, value in vars(asked).items() if name in ("action", "ring", "kid") and value}
    answer = _client("lambda", asked.region).invoke(
        FunctionName=found["PhysicalResourceId"], Payload=json.dumps(wanted).encode()
    )
    said = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise StartError(f"Not done: {said.get('errorMessage', said)}")
    keys: Keys = said
    return keys


def _client(service: str, region: str | None) -> Any:  # noqa: ANN401 (botocore makes its clients from data)
    return botocore.session.get_session().create_client(service, region_name=region, config=_CONFIG)


def _here(asked: Namespace) -> Keys:
    if asked.action == "list":
        return [key for ring in LIFETIMES for key in _listed(ring)]
    if asked.action == "ensure" or asked.ring not in LIFETIMES:
        raise StartError("The development server keeps session and refresh keys alone; http_key is a setting of yours.")
    path = ring_file(ROOT / _state(), asked.ring)
    ring = read_ring(path)
    if not ring:
        raise StartError(f"There are no keys in {path}: start the server once with `make serve`.")
    algorithm = KeyRing.parse("the ring", ring, allow_weak=True).keys[0].algorithm
    succession = Succession(algorithm, LIFETIMES[asked.ring])
    try:
        changed = succession.rotated(ring) if asked.action == "rotate" else succession.retired(ring, asked.kid)
    except LookupError as error:
        raise StartError(f"The ring {asked.ring} has no key {asked.kid}.") from error
    write_ring(path, changed)
    return _listed(asked.ring)


def _listed(name: str) -> Keys:
    ring = read_ring(ring_file(ROOT / _state(), name))
    try:
        return [{"ring": name, **key} for key in listed(ring)] if ring else []
    except Misconfigured as error:
        raise StartError(f"The keys of the ring {name} cannot be read: {error.detail}") from error


def _state() -> str:
    return os.environ.get("STATE_DIR") or ".symbolon"


def _table(keys: Sequence[dict[str, Any]]) -> str:
    rows = [("ring", "key", "for", "signs from", "accepted until")]
    rows += [(key["ring"], key["kid"], key["alg"], *(_moment(key.get(name, 0)) for name in _TIMES)) for key in keys]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _moment(seconds: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(seconds)) if seconds else "-"


if __name__ == "__main__":
    sys.exit(main())
