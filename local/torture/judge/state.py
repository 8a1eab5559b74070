"""What the tables look like at the end: as the audit has it, which mends what it finds."""

from collections.abc import Iterator
from http import HTTPStatus

from local.audit.audit import Pace, audit
from local.audit.findings import Finding
from local.torture.judge.history import History
from local.torture.judge.verdict import DOUBLE, LOST, Violation

_PACE = Pace(pause_seconds=0)


def disagreements(history: History) -> Iterator[Violation]:
    """Yield where tables disagree; what an interruption leaves may be there, but must be mended."""
    interrupted = {one.goes for one in history.operations if one.goes and one.status != HTTPStatus.OK}
    is_unknown = any(one.may_delete and one.status != HTTPStatus.OK for one in history.operations)
    found = list(audit(_PACE))
    for violation in found:
        finding = violation.finding
        is_explained = is_unknown or _is_unheard_of(finding, history) or _is_about(finding, interrupted)
        if not (finding.is_residue and is_explained):
            says = f"{violation.check.promise} Account {finding.who}: {finding.says}"
            yield Violation(DOUBLE if finding.is_double else LOST, says)
    if found:
        left = [one for one in audit(_PACE, repair=True) if one.finding.mend and not one.is_mended]
        yield from (Violation(LOST, f"The audit did not mend {one.finding.says}") for one in left)


def _is_about(finding: Finding, accounts: set[str]) -> bool:
    return any(user_id in finding.who + finding.says for user_id in accounts)


def _is_unheard_of(finding: Finding, history: History) -> bool:
    """Tell whether it is a username that was claimed for an account of which no answer has ever told."""
    told = (effect.thing + effect.says for one in history.operations for effect in one.effects if effect.certain)
    return finding.at.table == "USERNAMES_TABLE" and not any(finding.who in text for text in told)
