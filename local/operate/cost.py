"""`python -m local.operate.cost`: what a million of each operation costs, as a table.

docs/cost.md has it, says where each figure comes from, and what would change it.
"""

import sys

from local.prices import OPERATIONS, cost


def table() -> str:
    """Return the table of docs/cost.md."""
    lines = [
        "| A million of | ms | API | Lambda | DynamoDB | Logs | Transfer | Dollars |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for one in OPERATIONS:
        paid = cost(one)
        parts = [paid.api, paid.function, paid.database, paid.logs, paid.transfer, paid.total]
        lines.append(f"| {one.name} | {one.duration_ms} | " + " | ".join(f"{part:.1f}" for part in parts) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
