"""`make recover STACK=…`: a deleted stack's tables and secrets become those of a new stack of the same name.

`make deploy` then adds the API and the functions: the same players, with the same sessions, keys, server key and
parameters. docs/lost.md is the page to follow. KEPT=file, which `make kept` wrote, takes the place of what
CloudFormation remembers for 90 days.
"""

import json
import os
import sys
import time
from typing import Any

import boto3

from local.errors import StackError
from local.stacks.asking import confirm, say, status_of, table, wait_for
from local.stacks.importing import identified, import_parameters, import_template, importable
from local.stacks.kept import SECRET, TABLE, Kept, Known, find_stack, read_kept
from local.template.cloudformation import load_document
from local.template.template import TEMPLATE

_SECONDS = 900
_MOST_BYTES = 51_200


def recover(clouds: Any, stack: str, known: Known, kinds: tuple[str, ...] = (TABLE, SECRET)) -> None:  # noqa: ANN401
    """Make a stack of what `known` left behind. Raises StackError, with nothing changed but the stack itself.

    `kinds` are the types to bring back, for a stand-in of AWS that cannot import them all.
    """
    document = load_document(TEMPLATE)
    kept = [one for one in importable(document, known) if one.kind in kinds]
    if not kept:
        raise StackError(f"{stack} left no table and no secret that this template has.")
    body = json.dumps(import_template(document, kept))
    if len(body) > _MOST_BYTES:
        raise StackError(f"The template for the import has {len(body)} bytes, and may have {_MOST_BYTES}.")
    name = f"recover-{int(time.time())}"
    clouds.create_change_set(
        StackName=stack,
        ChangeSetName=name,
        ChangeSetType="IMPORT",
        TemplateBody=body,
        Parameters=import_parameters(document, known),
        ResourcesToImport=identified(kept),
    )
    _carry_out(clouds, stack, name)


def _carry_out(clouds: Any, stack: str, name: str) -> None:  # noqa: ANN401
    def described() -> dict[str, Any]:
        found: dict[str, Any] = clouds.describe_change_set(StackName=stack, ChangeSetName=name)
        return found

    wait_for(lambda: described()["Status"] in ("CREATE_COMPLETE", "FAILED"), "The change set", _SECONDS)
    if described()["Status"] == "FAILED":
        reason = described().get("StatusReason", "no reason")
        clouds.delete_stack(StackName=stack)  # which is empty: it waits for a change set
        raise StackError(f"CloudFormation cannot import: {reason}")
    clouds.execute_change_set(StackName=stack, ChangeSetName=name)
    wait_for(lambda: not _status(clouds, stack).endswith("_IN_PROGRESS"), "The import", _SECONDS)
    if _status(clouds, stack) != "IMPORT_COMPLETE":
        raise StackError(f"The import ended as {_status(clouds, stack)}; the stack's events say why. Nothing is lost.")


def _status(clouds: Any, stack: str) -> str:  # noqa: ANN401
    return str(clouds.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])


def main() -> int:
    """Show what was found, ask, bring it back, and give the exit status."""
    return status_of(lambda: _bring_back(os.environ.get("STACK") or "symbolon"), "nothing was lost")


def _bring_back(stack: str) -> None:
    clouds = boto3.client("cloudformation")
    known = _found(clouds, stack)
    say(_shown(stack, known))
    confirm(f"{stack} becomes a stack of these again; nothing in them changes.", stack)
    recover(clouds, stack, known)
    say(f"{stack} has its tables and secrets again, and ServerKey={known.server_key}. Now run: make deploy")


def _found(clouds: Any, stack: str) -> Known:  # noqa: ANN401
    known = find_stack(clouds, stack) if not os.environ.get("KEPT") else read_kept(os.environ["KEPT"])
    if known.lives:
        raise StackError(f"{stack} is there ({known.status}). `make restore` puts a stack's tables back in time.")
    return known


def _shown(stack: str, known: Known) -> str:
    rows: list[Kept] = [*known.kept]
    if not rows:
        raise StackError(f"{stack} ({known.stack_id}) left nothing behind.")
    return table([("in the template", "in AWS"), *((one.logical_id, one.physical_id) for one in rows)])


if __name__ == "__main__":
    sys.exit(main())
