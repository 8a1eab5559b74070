"""E-mail addresses as identities: what a new one must be, and the one form in which known ones are compared.

A new address is checked in full (RFC 5322 and 6531, by email-validator, without DNS). A known one is only brought into
its form and looked up, so that no update of a library, and no rule stricter than a former server's, locks anybody out.
"""

import re

from symbolon.errors import InvalidArgument

FORMAT = "Invalid email address format."

_NO_SPACE = re.compile(r"[\x00-\x20\x7f]")
_NAKAMAS = re.compile(r"[^@]+.*@.+\..+")
"""What Nakama asks of an address: https://github.com/heroiclabs/nakama/blob/master/server/api_authenticate.go."""

_PLAIN = re.compile(r"[a-z0-9_+-]+(\.[a-z0-9_+-]+)*@([a-z0-9]+(-[a-z0-9]+)*\.)+[a-z]{2,63}")
"""What the library writes as it is, in lower case; it takes longer to load than all else that a sign-in imports."""

_LEAST_BYTES, _MOST_BYTES = 10, 255


def known_address(text: str) -> str:
    """Return an address in the form in which it is looked up; raises InvalidArgument for what nobody can have."""
    _require_form(text)
    if _PLAIN.fullmatch(text.lower()):
        return text.lower()
    try:
        return _normal(text, is_mailed=False)
    except InvalidArgument:
        return text.lower()


def new_address(text: str, *, is_mailed: bool) -> str:
    """Return an address that an account may get, in the same form; raises InvalidArgument.

    Where letters are sent, names that no letter reaches (.test, .local and others of RFC 6761) are refused as well.
    """
    _require_form(text)
    return _normal(text, is_mailed=is_mailed)


def _require_form(text: str) -> None:
    if _NO_SPACE.search(text):
        raise InvalidArgument("Invalid email address, no spaces or control characters allowed.")
    if not _LEAST_BYTES <= len(text.encode()) <= _MOST_BYTES:
        raise InvalidArgument("Invalid email address, must be 10-255 bytes.")
    if not _NAKAMAS.fullmatch(text):
        raise InvalidArgument(FORMAT)


def _normal(text: str, *, is_mailed: bool) -> str:
    """Return the address as the library writes it, which judges a name of special use by what comes before its end."""
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 (25 ms)

    ending = "" if is_mailed else ".com"
    try:
        found = validate_email(text + ending, check_deliverability=False, allow_quoted_local=True)
    except EmailNotValidError as error:
        raise InvalidArgument(FORMAT) from error
    return found.normalized.lower().removesuffix(ending)
