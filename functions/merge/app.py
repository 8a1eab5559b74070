"""Merging two accounts of one player, by the ticket that a refused link gave. docs/merge.md explains it.

Settings: none of its own
"""

from collections.abc import Mapping
from typing import Any

from symbolon.accounts import merging
from symbolon.accounts.merging import Asked
from symbolon.api.application import Route, application
from symbolon.api.request import Request
from symbolon.sessions.sessions import current_session
from symbolon.settings.settings import Settings


def show_merge(request: Request, settings: Settings) -> Mapping[str, Any]:
    """Return both accounts that the ticket is about."""
    return merging.show(Asked(current_session(request, settings), request.query_text("ticket"), request, settings))


def merge_accounts(request: Request, settings: Settings) -> Mapping[str, Any]:
    """Make one account of both."""
    session = current_session(request, settings)
    asked = Asked(session, request.body.text("ticket"), request, settings)
    return merging.merge(asked, request.body.text("keep"))


handler = application(
    "merge",
    {
        "GET /v2/account/merge": Route("show_merge", show_merge),
        "POST /v2/account/merge": Route("merge", merge_accounts),
    },
)
