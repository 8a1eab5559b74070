"""Whom a request's doings are put on record for: the player whose session it has, or the operator who signed it."""

from symbolon.api.request import Request
from symbolon.errors import PermissionDenied
from symbolon.records.entries import OPERATOR, PLAYER, Author
from symbolon.settings.records import record_settings
from symbolon.settings.settings import Settings


def player(request: Request, settings: Settings) -> Author:
    """Return the author of what a player does to the own account."""
    return Author(PLAYER, "", request.source_ip, record_settings(settings).of_players)


def operator(request: Request, settings: Settings) -> Author:
    """Return the operator whom API Gateway knows by the request's signature; raises PermissionDenied without one."""
    if not request.operator:
        raise PermissionDenied("This route is for operators.")
    return Author(OPERATOR, request.operator, request.source_ip, record_settings(settings).term)
