"""The copies of a stack's tables, looked at together before they take over."""

import os
from collections.abc import Mapping

from local.audit.__main__ import told
from local.audit.audit import Pace, audit
from local.errors import StackError, StartError
from local.moving.target import target_of
from local.stacks.asking import say
from symbolon.errors import SymbolonError

_SHOWN = 20
_SEGMENTS = 4


def audit_copies(stack: str, copies: Mapping[str, str]) -> None:
    """Ask the rules of `make audit` of the copies, which go by the tables' names. Raises StackError.

    AUDIT=0 in the environment leaves it out, for who has seen what it finds and takes it.
    """
    if os.environ.get("AUDIT") == "0":
        say("not audited: you said AUDIT=0")
        return
    former = dict(os.environ)
    try:
        with target_of({"STACK": stack}) as target:
            os.environ.update({name: copies[table] for name, table in os.environ.items() if table in copies})
            found = [*audit(Pace(_SEGMENTS, seen=lambda _items: target.renew()))]
    except (StartError, SymbolonError) as error:
        raise StackError(f"The copies cannot be audited: {getattr(error, 'detail', '') or error}") from error
    finally:
        os.environ.clear()
        os.environ.update(former)
    for violation in found[:_SHOWN]:
        say("\n".join(told(violation)))
    if found:
        raise StackError(
            f"{len(found)} violations in the copies. Nothing was changed: take another second, or AUDIT=0."
        )
    say("audited: the copies agree with one another")
