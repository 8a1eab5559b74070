"""Device ids: a long random string that the game makes on the device and keeps there. Whoever has it is the user.

Credential: {"id": "…"}, 10 to 128 bytes. An account can have several; unlinking one needs its id. What many devices
report for want of an id is none: they would share one account, and who deletes it would delete it for all.
"""

from symbolon.api.device_ids import DEVICE, RULE, check_device_id
from symbolon.api.request import Request
from symbolon.errors import InvalidArgument
from symbolon.identities.identity import ExternalIdentity
from symbolon.providers import Provider, provider_app
from symbolon.settings.settings import Settings

PROVIDER = Provider(
    name=DEVICE,
    credential=("id",),
    rule=RULE,
    unlink_requires="A device ID must be supplied.",
)


def verify(request: Request, _settings: Settings) -> ExternalIdentity:
    """Return the identity that the device id is; raises InvalidArgument for a bad form."""
    device_id = request.body.text("id")
    if not device_id:
        raise InvalidArgument("Device ID is required.")
    if request.verb != "unlink":  # an id that could never be linked is simply not linked
        check_device_id(device_id)
    return ExternalIdentity(PROVIDER.name, device_id)


handler = provider_app(PROVIDER, verify)
