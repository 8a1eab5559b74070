"""E-mail addresses as identities: what a new one must be, and the one form in which known ones are compared.

A new address is checked in full (RFC 5322 and 6531, by email-validator, without DNS). A known one is only brought into
its form and looked up, so that no update of a library, and no rule stricter than a former server's, locks anybody out.
"""

import re

from email_validator import EmailNotValidError, validate_email

from symbolon.errors import InvalidArgument

FORMAT = "Invalid email address format."

_NO_SPACE = re.compile(r"[\x00-\x20\x7f]")
_NAKAMAS = re.compile(r"[^@]+.*@.+\..+")
"""What Nakama asks of an address: https://github.com/heroiclabs/nakama/blob/master/server/api_authenticate.go."""

_LEAST_BYTES, _MOST_BYTES = 10, 255


def known_address(text: str) -> str:
    """Return an address in the form in which it is looked up; raises InvalidArgument for what nobody can have."""
    _require_form(text)
    try:
        return _normal(text, is_mailed=False)
    except EmailNotValidError:
        return text.lower()


def new_address(text: str, *, is_mailed: bool) -> str:
    """Return an address that an account may get, in the same form; raises InvalidArgument.

    Where letters are sent, names that no letter reaches (.test, .local and others of RFC 6761) are refused as well.
    """
    _require_form(text)
    try:
        return _normal(text, is_mailed=is_mailed)
    except EmailNotValidError as error:
        raise InvalidArgument(FORMAT) from error


def _require_form(text: str) -> None:
    if _NO_SPACE.search(text):
        raise InvalidArgument("Invalid email address, no spaces or control characters allowed.")
    if not _LEAST_BYTES <= len(text.encode()) <= _MOST_BYTES:
        raise InvalidArgument("Invalid email address, must be 10-255 bytes.")
    if not _NAKAMAS.fullmatch(text):
        raise InvalidArgument(FORMAT)


def _normal(text: str, *, is_mailed: bool) -> str:
    """Return the address as the library writes it, which judges a name of special use by what comes before its end."""
    ending = "" if is_mailed else ".com"
    found = validate_email(text + ending, check_deliverability=False, allow_quoted_local=True)
    return found.normalized.lower().removesuffix(ending)
