"""What the requests that were counted cost in AWS, by the table of docs/cost.md."""

from collections.abc import Mapping
from dataclasses import dataclass

from local.prices import OPERATIONS, cost

NEW, KNOWN, EMAIL = "sign-in, new account", "sign-in, account exists", "e-mail sign-in"
OTHER = "account get"
"""What stands for requests of all other kinds: as cheap as any."""

_BY_VERB = {"refresh": "refresh", "link": "link", "unlink": "link", "logout": "logout"}
_MONTH_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True)
class Bill:
    """Dollars for what was counted, by operation with how many there were, and for a month at that rate."""

    rows: list[tuple[str, int, float]]
    total: float
    month: float


def operation_of(verb: str, provider: str, *, succeeded: bool, created: bool) -> str:
    """Return the name of the operation that a request is counted as."""
    if verb == "authenticate" and succeeded:
        return NEW if created else EMAIL if provider == "email" else KNOWN
    return _BY_VERB.get(verb, OTHER) if succeeded else OTHER


def bill(operations: Mapping[str, int], seconds: int) -> Bill:
    """Return what the operations cost that came within so many seconds."""
    each = {operation.name: cost(operation).total / 1e6 for operation in OPERATIONS}
    rows = [(name, number, number * each[name]) for name, number in operations.items() if number]
    total = sum(dollars for _, _, dollars in rows)
    return Bill(sorted(rows, key=lambda row: -row[2]), total, total * _MONTH_SECONDS / seconds)
