"""Device ids: a long random string that the game makes on the device and keeps there. Whoever has it is the user.

Credential: {"id": "…"}, 10 to 128 bytes. An account can have several; unlinking one needs its id.
"""

from symbolon.api.request import Request
from symbolon.api.validation import has_space_or_control, is_byte_length
from symbolon.errors import InvalidArgument
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.links import LinkRule
from symbolon.providers import Provider, provider_app
from symbolon.settings.settings import Settings

PROVIDER = Provider(
    name="device",
    credential=("id",),
    rule=LinkRule(in_use="Device ID already in use.", many=True),
    unlink_requires="A device ID must be supplied.",
)


def verify(request: Request, _settings: Settings) -> ExternalIdentity:
    """Return the identity that the device id is; raises InvalidArgument for a bad form."""
    device_id = request.body.text("id")
    if not device_id:
        raise InvalidArgument("Device ID is required.")
    if request.verb != "unlink":  # an id that could never be linked is simply not linked
        if has_space_or_control(device_id):
            raise InvalidArgument("Device ID invalid, no spaces or control characters allowed.")
        if not is_byte_length(device_id, 10, 128):
            raise InvalidArgument("Device ID invalid, must be 10-128 bytes.")
    return ExternalIdentity(PROVIDER.name, device_id)


handler = provider_app(PROVIDER, verify)
