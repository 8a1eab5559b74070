"""What callbacks answer in other words than the API's: security events' errors, and the page about a deletion."""

from typing import Any

import jwt

from symbolon.api import responses
from symbolon.api.jsontext import written
from symbolon.api.responses import Json, Page, page_answer
from symbolon.duties.deletion import ACCOUNT, IDENTITY, Deletion
from symbolon.errors import FailedPrecondition, InvalidArgument, SymbolonError, Unauthenticated
from symbolon.recovery.pages import words
from symbolon.verification.keysets import UnknownKeyId

_BAD_REQUEST = 400
_ERRORS: tuple[tuple[type[Exception], str], ...] = (
    (jwt.InvalidIssuerError, "invalid_issuer"),
    (jwt.InvalidAudienceError, "invalid_audience"),
    (UnknownKeyId, "invalid_key"),
    (jwt.InvalidSignatureError, "invalid_key"),
    (FailedPrecondition, "access_denied"),
)
"""https://www.rfc-editor.org/rfc/rfc8935#section-2.4; whatever else is wrong is an invalid_request."""

_TOLD = {
    ACCOUNT: "Your account and all that belonged to it was deleted.",
    IDENTITY: "Your connection with Facebook, and what Facebook had told us of you, was deleted. Your account goes on, "
    "since you have another way to sign in: to delete all of it, use the game's own button.",
}


def event_failure(error: SymbolonError) -> dict[str, Any]:
    """Return the answer for a security event token that is refused, or for which the time has not come."""
    if not isinstance(error, InvalidArgument | Unauthenticated | FailedPrecondition):
        return responses.failure(error)
    kinds = (code for kind, code in _ERRORS if isinstance(error, kind) or isinstance(error.__cause__, kind))
    said = {"err": next(kinds, "invalid_request"), "description": error.message}
    return responses.success(Json(written(said), _BAD_REQUEST))


def deletion_page(deletion: Deletion) -> Page:
    """Return the page for who asks how a deletion went."""
    told = _TOLD.get(deletion.outcome, "We had nothing of you that came from Facebook, so there was nothing to delete.")
    return words("Your data from Facebook", f"{told} This was on {deletion.time[:10]}.")


def page_failure(error: SymbolonError) -> dict[str, Any]:
    """Return the page for an error."""
    is_ours = error.status >= SymbolonError.status
    text = "Something went wrong here. Please try again later." if is_ours else error.message
    return page_answer(words("That did not work", text, error))
