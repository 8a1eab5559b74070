"""E-mail address and password; with an empty address, the username (query parameter) and password of such an account.

Credential: {"email": "…", "password": "…"}; new addresses as in RFC 5322, compared in lower case, no DNS look-up.
"""

from symbolon.api.request import Request
from symbolon.errors import InvalidArgument
from symbolon.identities.addresses import known_address, new_address
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.links import LinkRule
from symbolon.identities.names import same_name
from symbolon.identities.passwords import Password
from symbolon.providers import Provider, provider_app
from symbolon.settings.mail import requires_verified_address
from symbolon.settings.settings import Settings

PROVIDER = Provider(
    name="email",
    credential=("email",),
    rule=LinkRule(in_use="Email is already in use.", has_secret=True),
)


def verify(request: Request, settings: Settings) -> ExternalIdentity:
    """Return the identity that the address is, with the password still to be proved; raises InvalidArgument."""
    address, password = request.body.text("email"), request.body.text("password")
    if request.verb == "unlink":  # the session has proved enough
        return ExternalIdentity(PROVIDER.name, known_address(address))
    if request.verb == "link" and not (address and password):
        raise InvalidArgument("Email address and password is required.")
    if address:
        secret = Password.checked(password)
        return ExternalIdentity(
            PROVIDER.name,
            known_address(address),
            secret=secret,
            objection=lambda: _objection(address, settings),
            must_be_verified=requires_verified_address(settings),
            former_secret=Password(request.body.text("current") or password),
        )
    secret = Password.checked(password)
    username = same_name(request.query_text("username"))
    if not username:
        raise InvalidArgument("Username is required when email address is not supplied.")
    return ExternalIdentity(PROVIDER.name, "", secret=secret, username=username)


def _objection(address: str, settings: Settings) -> str:
    """Return why no account may get the address, "" when one may."""
    try:
        new_address(address, is_mailed=bool(settings.document.get("mail")) and not settings.is_local)
    except InvalidArgument as error:
        return error.message
    return ""


handler = provider_app(PROVIDER, verify)
