"""`make deploy`: `sam deploy`, after a look at the account; a first deployment that fails leaves nothing behind.

CONFIG_ENV=staging names a part of samconfig.toml, PARAMETERS="AlarmEmail=… LogRetentionDays=90" parameters. Where a
stack was not there before, its tables have no players yet: if SAM could not make it, they are unprotected, which
CloudFormation's own rollback does not do, and deleted with the rest.
"""

import os
import subprocess
import sys
import tomllib

from botocore.exceptions import BotoCoreError, ClientError

from local import ROOT
from local.errors import StackError
from local.operate.room import room
from local.stacks.asking import say
from local.stacks.kept import Known, find_stack
from local.stacks.removing import Clients, remove_all

_FAILED = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED")


def main() -> int:
    """Deploy, tidy up after a first deployment that failed, and give the exit status."""
    part, parameters = os.environ.get("CONFIG_ENV") or "default", os.environ.get("PARAMETERS", "")
    try:
        stack, clients = stack_name(part), Clients.made()
        is_first = not _known(clients, stack).lives
        say(room())
        status = sam_deploy(part, parameters)
        if status and is_first:
            tidy_up(clients, stack)
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"AWS is out of reach, or refuses: {error}", file=sys.stderr)
        return 1
    return status


def stack_name(part: str) -> str:
    """Give the name that samconfig.toml has for a part of it. Raises StackError."""
    with (ROOT / "samconfig.toml").open("rb") as file:
        parts = tomllib.load(file)
    found = parts.get(part, {}).get("global", {}).get("parameters", {}).get("stack_name")
    if not found:
        raise StackError(f"samconfig.toml has no stack_name for {part}.")
    return str(found)


def sam_deploy(part: str, parameters: str) -> int:
    """Run `sam deploy` and give its exit status."""
    program = os.environ.get("SAM") or "sam"
    overrides = ["--parameter-overrides", parameters] if parameters else []
    return subprocess.run([program, "deploy", "--config-env", part, *overrides], cwd=ROOT, check=False).returncode


def tidy_up(clients: Clients, stack: str) -> None:
    """Take away what a first deployment left that failed. Raises StackError."""
    known = _known(clients, stack)
    if known.status in _FAILED:
        say(f"The first deployment of {stack} failed ({known.status}), for the reason above; taking away what it made.")
        remove_all(clients, stack, known, never_used=True)


def _known(clients: Clients, stack: str) -> Known:
    try:
        return find_stack(clients.clouds, stack)
    except StackError:
        return Known("", "DELETE_COMPLETE")


if __name__ == "__main__":
    sys.exit(main())
