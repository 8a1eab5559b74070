"""What is to be revoked at a provider is revoked before long."""

import time
from collections.abc import Iterator, Sequence

from local.audit.findings import Check, Finding
from symbolon.accounts.revocations import TABLE, revocation_key
from symbolon.aws.dynamodb import Item

_LONG_SECONDS = 3 * 24 * 3600
"""It is tried every hour: after this time it is no outage of the provider's any more."""


def look(items: Sequence[Item]) -> Iterator[Finding]:
    """Yield those of these items of revocations that break the promise."""
    for item in items:
        if item["since"] <= time.time() - _LONG_SECONDS:
            yield Finding(
                revocation_key(item["revocation"]),
                "",
                f"a token of {item['client_id']} was to be revoked more than three days ago",
                "Somebody who deleted the account still finds the game among those that Apple lets in.",
                by_hand="read the log of the function revocation: as a rule Apple's key in the settings is wrong",
            )


CHECK = Check("What is to be revoked at a provider is revoked before long.", TABLE, look)
