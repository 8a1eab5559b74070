"""A player answers a device that asks to be signed in: the code that it shows, and yes or no.

Guesses at codes are counted by account and by network. https://www.rfc-editor.org/rfc/rfc8628#section-5
"""

from dataclasses import dataclass

from symbolon.accounts import notices
from symbolon.api import authors
from symbolon.api.request import Request
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import TransactionRefused
from symbolon.errors import NotFound
from symbolon.identities.links import reload
from symbolon.identities.presence import still_there
from symbolon.identities.users import User
from symbolon.limits.gate import guess_counter
from symbolon.limits.guesses import Attempt, admit, of_named
from symbolon.limits.networks import network_of
from symbolon.oauth.device_codes import APPROVED, DENIED, Waiting
from symbolon.records.entries import Deed, record
from symbolon.settings.limits import Limits
from symbolon.settings.settings import Settings

WRONG_CODE = "Code invalid or expired."

_SCOPE = "device codes"


@dataclass(frozen=True)
class Approver:
    """Who answers: the account, and the session, "" on our page, where the player has just shown the password."""

    user: User
    session_id: str
    generation: int
    request: Request
    settings: Settings

    def find(self, user_code: str) -> Waiting:
        """Return what waits for the code; raises NotFound when nothing does, ResourceExhausted after many guesses."""
        network, limits = network_of(self.request.source_ip), Limits.of(self.settings.document)
        counter, events = guess_counter(_SCOPE, network, limits), self.request.trace.events
        permit = admit(Attempt(of_named(_SCOPE, self.user.user_id), network, limits, counter, events=events))
        waiting = Waiting.by_user_code(user_code)
        if waiting is None or (waiting.answer and not self._has_answered(waiting)):
            permit.failed()
            raise NotFound(WRONG_CODE)
        permit.succeeded()
        return waiting

    def answer(self, waiting: Waiting, *, is_yes: bool) -> None:
        """Let the device sign in to the account, or refuse; raises NotFound where another one has answered.

        So it does where the account is gone by now: it signs in nobody, and gets no entry.
        """
        answer = APPROVED if is_yes else DENIED
        if waiting.answer:
            if waiting.answer != answer:
                raise NotFound(WRONG_CODE)
            return
        by = {"user_id": self.user.user_id, "session_id": self.session_id, "generation": self.generation}
        told: dict[str, str] = {
            name: waiting.item[name] for name in ("device_name", "device_id") if name in waiting.item
        }
        deed = Deed("approve_device" if is_yes else "refuse_device", after=told)
        entry = record(authors.player(self.request, self.settings), self.user.user_id, deed)
        try:
            dynamodb.transact([waiting.answering(answer, by), still_there(self.user.user_id), *entry])
        except TransactionRefused as refused:
            reload(self.user)
            raise NotFound(WRONG_CODE) from refused
        if is_yes:
            notices.tell(notices.APPROVED, self.user, device=waiting.device_name or "—")

    def _has_answered(self, waiting: Waiting) -> bool:
        return bool(waiting.item["answered_by"]["user_id"] == self.user.user_id)
