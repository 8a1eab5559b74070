"""Device ids: what one must be, and how it is linked."""

import re

from symbolon.api.validation import has_space_or_control
from symbolon.errors import InvalidArgument
from symbolon.identities.links import LinkRule

DEVICE = "device"
RULE = LinkRule(in_use="Device ID already in use.", many=True)
ID_BYTES = range(10, 129)

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


def check_device_id(device_id: str) -> None:
    """Raise InvalidArgument for what is no id of one device."""
    if has_space_or_control(device_id):
        raise InvalidArgument("Device ID invalid, no spaces or control characters allowed.")
    if len(device_id.encode()) not in ID_BYTES:
        raise InvalidArgument("Device ID invalid, must be 10-128 bytes.")
    if _NO_IDS.fullmatch(_PUNCTUATION.sub("", device_id).lower()):
        raise InvalidArgument("Device ID invalid, many devices report this one: make a random one and keep it.")
