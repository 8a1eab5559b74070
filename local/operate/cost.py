"""`python -m local.operate.cost`: what a million of each operation, and of each attack, cost, as tables.

docs/cost.md has them, says where each figure comes from, and what would change it.
"""

import sys
from collections.abc import Iterable

from local.operate.hostile import HOSTILE
from local.prices import OPERATIONS, Operation, cost


def table(operations: Iterable[Operation] = OPERATIONS) -> str:
    """Return a table of docs/cost.md."""
    lines = [
        "| A million of | ms | API | Lambda | DynamoDB | Logs | Transfer | Dollars |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for one in operations:
        paid = cost(one)
        parts = [paid.api, paid.function, paid.database, paid.logs, paid.transfer, paid.total]
        lines.append(f"| {one.name} | {one.duration_ms} | " + " | ".join(f"{part:.2f}" for part in parts) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(f"{table()}\n\n{table(HOSTILE)}\n")
