"""The template as the simulation reads it: what is new in it must be set up there, or left out."""

from local.torture.judge.verdict import BROKEN
from local.torture.plan import Plan
from local.torture.run import Run


def test_functions_answer_in_the_simulation() -> None:
    """In a run of all operations, in which nothing goes wrong, no function is misconfigured."""
    outcome = Run(Plan.drawn("template/20")).outcome()

    assert [violation.says for violation in outcome.violations if violation.kind == BROKEN] == []
    assert any(operation.status == 200 for operation in outcome.history.operations)
