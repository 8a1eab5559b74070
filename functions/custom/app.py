"""Custom ids: an id from a system of the studio's own, or a token of an OpenID Connect issuer.

Of an id of the studio's own, whoever knows it is the user: it must be unguessable. A token is verified
(`symbolon.verification.oidc`); its user is another identity than any custom id, so that no custom id can ever pass for
one.

Settings: {"<name>": {"issuer": "https://…", …}, …} under `oidc`, all optional
Credential: {"id": "…"}, 6 to 128 bytes; or {"id": "<name>|<token>"}, up to 16 KB. To unlink, "<name>|" will do.
"""

from symbolon.api.request import Request
from symbolon.api.validation import has_space_or_control
from symbolon.errors import InvalidArgument
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.links import LinkRule
from symbolon.providers import Provider, provider_app
from symbolon.settings.idtokens import Demands
from symbolon.settings.settings import Settings
from symbolon.verification.issuers import find_issuer

ID_BYTES = range(6, 129)

PROVIDER = Provider(name="custom", credential=("id",), rule=LinkRule(in_use="Custom ID is already in use."))


def verify(request: Request, settings: Settings) -> ExternalIdentity:
    """Return the identity that the custom id is, or that the token in it states."""
    custom_id = request.body.text("id")
    if not custom_id:
        raise InvalidArgument("Custom ID is required.")
    name, bar, token = custom_id.partition("|")
    name = name.lower()
    section = find_issuer(name, settings) if bar else None
    if section is None:
        return _opaque(custom_id, request.verb)
    request.trace.provider = f"oidc:{name}"
    if request.verb == "unlink" and not token:
        return ExternalIdentity(request.trace.provider, "")
    from symbolon.verification import oidc  # noqa: PLC0415 (HTTP and cryptography, which other custom ids start faster without)

    demands = Demands.of(settings.document, request.trace.provider, request.body.variables().get("nonce", ""))
    return oidc.verify(name, token, section, demands)


def _opaque(custom_id: str, verb: str) -> ExternalIdentity:
    """Return the identity that a custom id of the studio's own is; raises InvalidArgument for a bad form."""
    if verb != "unlink":  # an id that could never be linked is simply not linked
        # Nakama words this differently for its two verbs.
        subject = "Invalid custom ID" if verb == "link" else "Custom ID invalid"
        if has_space_or_control(custom_id):
            raise InvalidArgument(f"{subject}, no spaces or control characters allowed.")
        if len(custom_id.encode()) not in ID_BYTES:
            raise InvalidArgument(f"{subject}, must be 6-128 bytes.")
    return ExternalIdentity(PROVIDER.name, custom_id)


handler = provider_app(PROVIDER, verify)
