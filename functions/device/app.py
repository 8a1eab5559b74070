"""Device ids: a long random string that the game makes on the device and keeps there. Whoever has it is the user.

Credential: {"id": "…"}, 10 to 128 bytes. An account can have several; unlinking one needs its id. What many devices
report for want of an id is none: they would share one account, and who deletes it would delete it for all.
"""

import re

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

_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_NO_IDS = re.compile(
    r"(0x?)*|f+|(undefined|null|nil|none|nan|na|unknown|unsupported|unavailable|default|empty)+"
    r"|9774d56d682e549c"  # Android 2.2's emulator, and devices that took it over
    r"|020000000000|0f607264fc6318a92b9e13c65db7cd3c"  # what Android and iOS tell of all network cards; its MD5
    r"|cd9e459ea708a948d5c2f5a6ca8838cf"  # Unity on Android where there is no address: MD5 of 32 zeros
    r"|d41d8cd98f00b204e9800998ecf8427e|da39a3ee5e6b4b0d3255bfef95601890afd80709"  # MD5 and SHA-1 of nothing
    r"|0123456789abcdef|03000200040005000006000700080009"  # what boards have that nobody gave a serial number
)
"""What is left, without punctuation and in lower case, of an id that is none."""


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
        if _NO_IDS.fullmatch(_PUNCTUATION.sub("", device_id).lower()):
            raise InvalidArgument("Device ID invalid, many devices report this one: make a random one and keep it.")
    return ExternalIdentity(PROVIDER.name, device_id)


handler = provider_app(PROVIDER, verify)
