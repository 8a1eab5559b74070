"""Who came through the edge, a CloudFront in front of the API, and from where: told before a request is looked at.

CloudFront puts its secret in place of what a client sent under the same name, and says whom it saw:
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html
Without the secret the second header is anybody's word, and not believed.
"""

import hmac
import socket

from symbolon.api.request import Request
from symbolon.errors import WentAround
from symbolon.settings.edge import EdgeSettings
from symbolon.settings.settings import SETTINGS, Settings

SECRET = "x-symbolon-edge"  # noqa: S105 (a header's name)
VIEWER = "cloudfront-viewer-address"


def admit(request: Request, settings: Settings) -> None:
    """Give the request the client's own address, which its log line has from here on.

    Raises WentAround for one that went around the edge, unless the settings let it, as from where it came.
    """
    edge = EdgeSettings.of(settings.document)
    shown = request.headers.get(SECRET, "").encode()
    if not _is_known(shown, edge):  # or its value is newer than what this instance has read
        edge = EdgeSettings.of(SETTINGS.renewed().document)
        if not _is_known(shown, edge):
            if edge.only:
                raise WentAround("Forbidden")
            return
    address = viewer_address(request.headers.get(VIEWER, "")) or request.source_ip
    request.source_ip = request.trace.details["ip"] = address


def _is_known(shown: bytes, edge: EdgeSettings) -> bool:
    return any([hmac.compare_digest(shown, secret.encode()) for secret in edge.secrets])  # noqa: C419 (all of them)


def viewer_address(text: str) -> str:
    """Return the IP address of "192.0.2.1:46532" or "2001:db8::1:46532", address and port; "" where there is none."""
    address = text.rpartition(":")[0].strip("[]")
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            return socket.inet_ntop(family, socket.inet_pton(family, address))
        except (OSError, ValueError):
            continue
    return ""
