"""The copies of a stack's tables, looked at together before they take over."""

import importlib
import importlib.util
import os
from collections.abc import Mapping

from local.errors import StackError, StartError
from local.moving.target import TABLES, target_of
from local.stacks.asking import say

_AUDIT = "local.audit.audit"
_SHOWN = 5


def audit(stack: str, copies: Mapping[str, str]) -> None:
    """Ask `make audit`'s rules of the copies, which go by the tables' logical ids. Raises StackError.

    Where this version has no audit, that is said, and nothing is looked at.
    """
    if os.environ.get("AUDIT") == "0":
        say("not audited: you said AUDIT=0")
        return
    if not importlib.util.find_spec(_AUDIT.rpartition(".")[0]):
        say("not audited: this version has no audit")
        return
    rules = importlib.import_module(_AUDIT)
    former = dict(os.environ)
    try:
        with target_of({"STACK": stack}):
            os.environ.update({name: copies[table] for name, table in TABLES.items() if table in copies})
            found = [violation.finding.says for violation in rules.audit(rules.Pace(), repair=False)]
    except StartError as error:
        raise StackError(str(error)) from error
    finally:
        os.environ.clear()
        os.environ.update(former)
    for line in found[:_SHOWN]:
        say(f"found   {line}")
    if found:
        raise StackError(f"{len(found)} findings in the copies; nothing was changed: another second, or AUDIT=0.")
    say("audited: the copies agree with one another")
