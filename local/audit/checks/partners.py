"""Each partner and each server with keys of its own has what signing in takes."""

from collections.abc import Iterator, Sequence

from local.audit.findings import Check, Finding
from symbolon.aws.dynamodb import Item, key

_WHOLE = {"name": str, "enabled": bool, "secrets": list}


def look(items: Sequence[Item]) -> Iterator[Finding]:
    """Yield those of these items of partners that break the promise."""
    for item in items:
        if lacking := [name for name, kind in _WHOLE.items() if not isinstance(item.get(name), kind)]:
            yield Finding(
                key("PARTNERS_TABLE", client_id=item["client_id"]),
                "",
                f"the partner {item['client_id']} lacks {', '.join(lacking)}",
                "None of its users gets a session.",
                by_hand="add it anew: make partner ARGS='add …'",
            )


CHECK = Check("Each partner has what signing in takes.", "PARTNERS_TABLE", look)
