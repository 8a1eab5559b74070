"""E-mail address and password; with an empty address, the username (query parameter) and password of such an account.

Credential: {"email": "…", "password": "…"}; addresses as in RFC 5322, compared in lower case, no DNS look-up.
"""

from email_validator import EmailNotValidError, validate_email

from symbolon.api.request import Request
from symbolon.api.validation import has_space_or_control, is_byte_length
from symbolon.errors import InvalidArgument
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.links import LinkRule
from symbolon.identities.names import same_name
from symbolon.identities.passwords import Password
from symbolon.providers import Provider, provider_app
from symbolon.settings.settings import Settings

PROVIDER = Provider(
    name="email",
    credential=("email",),
    rule=LinkRule(in_use="Email is already in use.", has_secret=True),
)


def verify(request: Request, _settings: Settings) -> ExternalIdentity:
    """Return the identity that the address is, with the password still to be proved; raises InvalidArgument."""
    address, password = request.body.text("email"), request.body.text("password")
    if request.verb == "unlink":  # the session has proved enough
        return ExternalIdentity(PROVIDER.name, _checked_address(address))
    if request.verb == "link" and not (address and password):
        raise InvalidArgument("Email address and password is required.")
    if address:
        subject = _checked_address(address)
        return ExternalIdentity(PROVIDER.name, subject, secret=Password.checked(password))
    secret = Password.checked(password)
    username = same_name(request.query_text("username"))
    if not username:
        raise InvalidArgument("Username is required when email address is not supplied.")
    return ExternalIdentity(PROVIDER.name, "", secret=secret, username=username)


def _checked_address(address: str) -> str:
    """Return the address in the form in which it is compared; raises InvalidArgument."""
    if has_space_or_control(address):
        raise InvalidArgument("Invalid email address, no spaces or control characters allowed.")
    if not is_byte_length(address, 10, 255):
        raise InvalidArgument("Invalid email address, must be 10-255 bytes.")
    try:
        return validate_email(address, check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise InvalidArgument("Invalid email address format.") from error


handler = provider_app(PROVIDER, verify)
