"""`make edge STACK=…`: another secret between CloudFront and the functions, and no request is refused meanwhile.

At each moment CloudFront shows what each function takes: the new value is taken before it is shown, and the old one is
shown no more before it counts no more. Run again after a break, it goes on where it was. docs/domain.md has the page.
"""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3

from local.errors import StackError
from local.stacks.asking import GO_ON, say, status_of, wait_for
from symbolon.api.edge import SECRET
from symbolon.settings.settings import MAX_AGE_SECONDS

TAKEN_SECONDS = MAX_AGE_SECONDS + 60
"""By then every function has read a value that was put; the minute is for a request that was being served."""
_SECONDS = 3600


@dataclass(frozen=True)
class Edge:
    """A distribution and the secret that it shows, by id and ARN, with clients of CloudFront and Secrets Manager."""

    front: Any
    secrets: Any
    distribution: str
    secret: str

    def values(self) -> tuple[str, str]:
        """Give what CloudFront is to show, and what functions take besides, "" where there is no such."""
        said = json.loads(self.secrets.get_secret_value(SecretId=self.secret)["SecretString"])
        return said["sent"], said.get("accepted", "")

    def put(self, sent: str, accepted: str) -> None:
        """Put both values where functions read them."""
        text = json.dumps({"sent": sent, "accepted": accepted})
        self.secrets.put_secret_value(SecretId=self.secret, SecretString=text)

    def age(self) -> timedelta:
        """Tell since when they are there."""
        changed: datetime = self.secrets.describe_secret(SecretId=self.secret)["LastChangedDate"]
        return datetime.now(UTC) - changed

    def shown(self) -> str:
        """Give what CloudFront shows. Raises StackError where it shows nothing."""
        return str(
            _header(self.front.get_distribution_config(Id=self.distribution)["DistributionConfig"])["HeaderValue"]
        )

    def show(self, value: str) -> None:
        """Let CloudFront show it, and wait until all of its places do. Raises StackError."""
        said = self.front.get_distribution_config(Id=self.distribution)
        _header(said["DistributionConfig"])["HeaderValue"] = value
        self.front.update_distribution(
            Id=self.distribution, IfMatch=said["ETag"], DistributionConfig=said["DistributionConfig"]
        )

    def is_everywhere(self) -> bool:
        """Tell whether all of CloudFront's places do as they were told last."""
        return bool(self.front.get_distribution(Id=self.distribution)["Distribution"]["Status"] == "Deployed")


def change(edge: Edge, taken: timedelta = timedelta(seconds=TAKEN_SECONDS)) -> None:
    """Change the secret, from wherever a former run left it. Raises StackError."""
    sent, accepted = edge.values()
    if edge.shown() not in (sent, accepted):
        edge.show(sent)
        say("CloudFront showed what functions refuse; it shows what they take again")
    if not accepted:
        accepted = edge.secrets.get_random_password(PasswordLength=64, ExcludePunctuation=True)["RandomPassword"]
        edge.put(sent, accepted)
    if edge.shown() != accepted:
        say(f"functions take a new value besides; waiting {_minutes(taken - edge.age())} until each has read it")
        wait_for(lambda: edge.age() >= taken, "Reading the new value", _SECONDS)
        edge.show(accepted)
    say("CloudFront shows the new value; waiting until all of its places do")
    wait_for(edge.is_everywhere, "CloudFront", _SECONDS)
    edge.put(accepted, "")
    say(f"the old value counts no more, within {_minutes(taken)}")


def edge_of(stack: str) -> Edge:
    """Give a stack's edge. Raises StackError where it has none."""
    [found] = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    outputs = {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", ())}
    if "EdgeSecret" not in outputs:
        raise StackError(f"{stack} has no CloudFront in front: EdgeCertificate=… makes one (docs/domain.md).")
    clients = boto3.client("cloudfront"), boto3.client("secretsmanager")
    return Edge(*clients, outputs["Distribution"], outputs["EdgeSecret"])


def _header(distribution: Mapping[str, Any]) -> dict[str, Any]:
    for origin in distribution["Origins"]["Items"]:
        for header in origin.get("CustomHeaders", {}).get("Items", ()):
            if header["HeaderName"].lower() == SECRET:
                found: dict[str, Any] = header
                return found
    raise StackError("The distribution has no header X-Symbolon-Edge: deploy the stack again.")


def _minutes(time: timedelta) -> str:
    return f"{max(0, round(time.total_seconds() / 60))} minutes"


def main() -> int:
    """Change it, and give the exit status."""
    stack = os.environ.get("STACK") or "symbolon"
    return status_of(lambda: change(edge_of(stack)), f"nobody is shut out, {GO_ON}")


if __name__ == "__main__":
    sys.exit(main())
