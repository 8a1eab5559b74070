"""What the pages /recover, /verify and /undo do with what is typed into them.

A page is shown by GET, which changes nothing: mail programs and their scanners open links. A form posts to the page's
own address; whoever posts it from elsewhere needs the code, so there is nothing to forge.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from symbolon.api.body import Body
from symbolon.api.request import Request
from symbolon.api.responses import Page, page_answer
from symbolon.errors import InvalidArgument, SymbolonError
from symbolon.recovery import actions, pages
from symbolon.recovery.actions import Asked
from symbolon.settings.settings import Settings

_MAX_FIELDS = 10
_SERVER_ERROR = 500

_RECOVER, _VERIFY, _UNDO = "Choose a new password", "Confirm your address", "Take back the change of address"
_SENT = "A code is on its way, if somebody signs in with this address"


def show_recover(request: Request, settings: Settings) -> Page:
    """Show the first step, or the second where the link has a code."""
    Asked(Body({}), request, settings)
    email, code = request.query_text("email"), request.query_text("code")
    form = pages.RECOVER_FINISH if code else pages.RECOVER_START
    return pages.page(_RECOVER, form, {"email": email, "code": code})


def recover(request: Request, settings: Settings) -> Page:
    """Have a code mailed, or set the new password."""
    asked = _asked(request, settings)
    email, code = asked.fields.text("email"), asked.fields.text("code")
    if asked.fields.text("step") != "finish":
        refused = _again(lambda: actions.forgot_password(asked), _RECOVER, pages.RECOVER_START, email=email)
        return refused or pages.page(_SENT, pages.RECOVER_FINISH, {"email": email, "code": ""})
    refused = _again(lambda: actions.reset_password(asked), _RECOVER, pages.RECOVER_FINISH, email=email, code=code)
    return refused or pages.words("Your password is changed", "Sign in with it in the game. All others are signed out.")


def show_verify(request: Request, settings: Settings) -> Page:
    """Show the form with the link's address and code in it."""
    return _show(request, settings, _VERIFY, page="verify", button="This address is mine")


def verify(request: Request, settings: Settings) -> Page:
    """Do what the code is for."""
    asked = _asked(request, settings)
    refused = _with_code(asked, actions.verify_address, _VERIFY, page="verify", button="This address is mine")
    return refused or pages.words("Thank you", "Your address is confirmed. You can go back to the game.")


def show_undo(request: Request, settings: Settings) -> Page:
    """Show the form that takes a change of address back."""
    return _show(request, settings, _UNDO, page="undo", button="Give me my account back")


def undo(request: Request, settings: Settings) -> Page:
    """Take the change back."""
    asked = _asked(request, settings)
    refused = _with_code(asked, actions.undo_change, _UNDO, page="undo", button="Give me my account back")
    return refused or pages.words(
        "Your account is yours again", "All sessions have ended. A code for a new password is on its way."
    )


def failure(error: SymbolonError) -> dict[str, Any]:
    """Return the page for an error for which a form has no place."""
    text = error.message if error.status < _SERVER_ERROR else "Something went wrong here. Please try again later."
    return page_answer(pages.words("That did not work", text, error))


def _show(request: Request, settings: Settings, title: str, **values: str) -> Page:
    Asked(Body({}), request, settings)
    shown = {"email": request.query_text("email"), "code": request.query_text("code")}
    return pages.page(title, pages.CODE_FORM, shown | values)


def _with_code(asked: Asked, action: Callable[[Asked], object], title: str, **values: str) -> Page | None:
    shown = {"email": asked.fields.text("email"), "code": asked.fields.text("code")}
    return _again(lambda: action(asked), title, pages.CODE_FORM, **shown, **values)


def _again(action: Callable[[], object], title: str, form: str, **values: str) -> Page | None:
    """Do it; where that is refused, return the form again with the reason, and what was typed but for the password."""
    try:
        action()
    except SymbolonError as error:
        if error.status >= _SERVER_ERROR:
            raise
        return pages.page(title, form, values, error)
    return None


def _asked(request: Request, settings: Settings) -> Asked:
    fields: dict[str, Any] = fields_of(request)
    return Asked(Body({**fields, "unlink_others": bool(fields.get("unlink_others"))}), request, settings)


def fields_of(request: Request) -> dict[str, str]:
    """Read a form (application/x-www-form-urlencoded); raises InvalidArgument."""
    try:
        pairs = parse_qsl(request.text, keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise InvalidArgument("The form could not be read.") from error
    return dict(pairs)
