"""Custom ids: an id from a system of the studio's own. Whoever knows it is the user, so it must be unguessable.

Credential: {"id": "…"}, 6 to 128 bytes.
"""

from symbolon.errors import InvalidArgument
from symbolon.identity import ExternalIdentity
from symbolon.links import LinkRule
from symbolon.providers import Provider, provider_app
from symbolon.request import Request
from symbolon.settings import Settings
from symbolon.validation import has_space_or_control, is_byte_length

PROVIDER = Provider(name="custom", credential=("id",), rule=LinkRule(in_use="Custom ID is already in use."))


def verify(request: Request, _settings: Settings) -> ExternalIdentity:
    """Return the identity that the custom id is; raises InvalidArgument for a bad form."""
    custom_id = request.body.text("id")
    if not custom_id:
        raise InvalidArgument("Custom ID is required.")
    if request.verb != "unlink":  # an id that could never be linked is simply not linked
        # Nakama words this differently for its two verbs.
        subject = "Invalid custom ID" if request.verb == "link" else "Custom ID invalid"
        if has_space_or_control(custom_id):
            raise InvalidArgument(f"{subject}, no spaces or control characters allowed.")
        if not is_byte_length(custom_id, 6, 128):
            raise InvalidArgument(f"{subject}, must be 6-128 bytes.")
    return ExternalIdentity(PROVIDER.name, custom_id)


handler = provider_app(PROVIDER, verify)
