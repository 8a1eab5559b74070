"""The stack's own resource "Keys": whenever it is made or changes, the rings have keys of the algorithm that it names.

CloudFormation's GenerateSecretString makes secrets and no key pairs, so that this makes the first one, within the
deployment. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes.html
"""

import json
import urllib.request
from collections.abc import Mapping
from typing import Any

from symbolon.rotation.ensuring import ensure_rings
from symbolon.settings.settings import Settings

_TIMEOUT_SECONDS = 10


def ensure(event: Mapping[str, Any], settings: Settings) -> None:
    """Make the rings what the settings say; when the resource goes, they stay."""
    if event["RequestType"] != "Delete":
        ensure_rings(settings, is_first=event["RequestType"] == "Create")


def respond(event: Mapping[str, Any], failure: str) -> None:
    """Tell CloudFormation how it went, "" is well, without which it would wait for an hour; raises OSError."""
    answer = {
        "Status": "FAILED" if failure else "SUCCESS",
        "Reason": failure,
        "PhysicalResourceId": event.get("PhysicalResourceId") or "keys",
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    # The address is CloudFormation's, and who may invoke this function may change the keys.
    body, headers = json.dumps(answer).encode(), {"content-type": ""}
    request = urllib.request.Request(event["ResponseURL"], body, headers, method="PUT")  # noqa: S310
    urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS).close()  # noqa: S310
