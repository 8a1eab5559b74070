"""A player signs in another device, which shows a code: in the game, or on the page /activate. docs/devices.md has all.

Settings: mail.require_verified, session.device_grant
"""

from collections.abc import Mapping
from typing import Any

from symbolon.activation import actions, forms
from symbolon.api.application import Route, application
from symbolon.api.request import Request
from symbolon.recovery.forms import failure
from symbolon.sessions.sessions import current_session
from symbolon.settings.settings import Settings


def approve_device(request: Request, settings: Settings) -> Mapping[str, Any]:
    """Let the device with the code sign in to the caller's account."""
    session = current_session(request, settings)
    return actions.approve_device(request.body, session, request, settings)


handler = application(
    "activate",
    {
        "POST /v2/account/device/approve": Route("approve_device", approve_device),
        "GET /activate": Route("activate_page", forms.show, failure),
        "POST /activate": Route("activate_page", forms.activate, failure),
    },
)
