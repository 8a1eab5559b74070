"""Whom a request's doings are put on record for: the player whose session it has, or the operator who signed it."""

from symbolon.api.request import Request
from symbolon.api.validation import has_control, is_byte_length
from symbolon.errors import InvalidArgument, PermissionDenied
from symbolon.records.entries import OPERATOR, PLAYER, Author, new_moment
from symbolon.settings.records import record_settings
from symbolon.settings.settings import Settings

MAX_REASON_BYTES = 1000


def player(request: Request, settings: Settings) -> Author:
    """Return the author of what a player does to the own account."""
    return Author(PLAYER, "", request.source_ip, record_settings(settings).of_players)


def operator(request: Request, settings: Settings) -> Author:
    """Return the operator whom API Gateway knows by the request's signature, with the `reason` that the request gives.

    Raises PermissionDenied without a signature: the template makes API Gateway ask for one.
    """
    require_operator(request)
    term = record_settings(settings).term
    return Author(OPERATOR, request.operator, request.source_ip, term, _reason(request), new_moment())


def require_operator(request: Request) -> None:
    """Raise PermissionDenied where API Gateway has checked no signature."""
    if not request.operator:
        raise PermissionDenied("This route is for operators.")


def _reason(request: Request) -> str:
    reason = request.body.text("reason") or request.query_text("reason")
    if has_control(reason) or not is_byte_length(reason, 0, MAX_REASON_BYTES):
        raise InvalidArgument(f"Reason invalid, must be at most {MAX_REASON_BYTES} bytes, no control characters.")
    return reason
