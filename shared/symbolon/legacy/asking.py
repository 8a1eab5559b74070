"""The question that a sign-in asks: does the old server know an identity that is unknown here? See docs/moving.md.

The function `legacy` asks it and brings the player; the sign-in waits for it, and has neither the old server's key nor
what asking takes. This is loaded only where the settings have a section `legacy`.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from symbolon.api.request import Request
from symbolon.aws import invocations
from symbolon.errors import Banned, Unauthenticated, Unavailable
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.signin import Gate
from symbolon.legacy.accounts import BANNED, CAME, PLACES, UNKNOWN, WRONG
from symbolon.limits.counters import Counter
from symbolon.limits.networks import network_of
from symbolon.settings.legacy import CREATE, when_down
from symbolon.settings.limits import Limits
from symbolon.settings.settings import Settings

FUNCTION = "LEGACY_FUNCTION"
PATIENCE_SECONDS = 6.0
"""For the function to start, and for it to give up on the old server."""

UNANSWERED = "LegacyUnanswered"

_DOWN = "Players who have not moved yet cannot sign in at the moment."


@dataclass(frozen=True)
class Question:
    """A sign-in's question about what it has verified; `credential` is what the client sent, and so what is asked.

    `creates` says that who is unknown gets an account.
    """

    credential: Mapping[str, Any] = field(repr=False)
    request: Request
    settings: Settings
    gate: Callable[[], Gate]
    creates: bool

    def ask(self, identity: ExternalIdentity) -> bool:
        """Tell whether the identity's account is here now, and was not before.

        What the old server cannot be asked about it does not know: codes that were exchanged already, and providers
        that are new here. A password is a guess like any other, and counted here, known or not. Raises Unauthenticated
        for a wrong one, Banned, ResourceExhausted, and Unavailable where the settings want nobody to begin anew
        meanwhile.
        """
        if identity.provider not in PLACES or (identity.proof and identity.proof.is_exchanged):
            return False
        self._count()
        permit = self.gate().guess(None, identity.username or identity.key) if identity.secret else None
        outcome = self._answer(identity)
        if permit and outcome == WRONG:
            permit.failed()
            raise Unauthenticated("Invalid credentials.")
        if permit and (outcome == CAME or (outcome == UNKNOWN and self.creates and not identity.username)):
            permit.succeeded()
        elif permit:
            permit.failed()
        if outcome == BANNED:
            raise Banned("")
        return outcome == CAME

    def _answer(self, identity: ExternalIdentity) -> str:
        event = {
            "identity": [identity.provider, identity.subject],
            "username": identity.username,
            "credential": dict(self.credential),
            "password_hash": identity.secret.rehash() if identity.secret else "",
        }
        try:
            answer = invocations.ask(FUNCTION, event, PATIENCE_SECONDS)
        except Unavailable:
            answer = {}
        if answer.get("outcome") in (CAME, UNKNOWN, WRONG, BANNED):
            return str(answer["outcome"])
        self.request.trace.events.append(UNANSWERED)
        if when_down(self.settings) == CREATE:
            return ""
        pause = answer.get("retry_after", 0)
        raise Unavailable(_DOWN, "legacy", pause if isinstance(pause, int) else 0)

    def _count(self) -> None:
        """Count the question as what it may lead to, a new account; raises ResourceExhausted."""
        network, most = network_of(self.request.source_ip), Limits.of(self.settings.document).network_accounts_per_hour
        with suppress(Unavailable):
            Counter("legacy", network, most, "Too many new accounts from this network.").count()
