"""Two regions with one stack each: which of them answers, and what of the one stands in the other.

At most one of the two may answer anybody: what DynamoDB promises of conditions and transactions, it promises within one
region. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
"""

import os
from dataclasses import dataclass, replace
from typing import Any

import boto3
from botocore.config import Config

from local.errors import StackError
from local.stacks.closing import functions
from local.stacks.importing import importable
from local.stacks.kept import SECRET, Kept, Known, find_stack
from local.stacks.removing import Clients
from local.template.cloudformation import load_document
from local.template.template import TEMPLATE

_OF_THE_REGION = ("DomainCertificate", "DomainName", "EdgeCertificate", "WebAcl", "KeyRotationDays")
"""Parameters that another region has others of, or has not yet."""
_HASTE = Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 2})


@dataclass(frozen=True)
class Region:
    """A region by its name, with clients for it."""

    name: str
    clients: Clients

    @classmethod
    def named(cls, name: str) -> "Region":
        """Make clients that give up soon, for a region that may be out of reach."""
        session: Any = boto3.session.Session(region_name=name)
        services = ("cloudformation", "dynamodb", "secretsmanager", "lambda")
        return cls(name, Clients(*(session.client(one, config=_HASTE) for one in services)))

    def stack(self, name: str) -> Known | None:
        """Give the stack of this name that lives here, if one does."""
        try:
            known = find_stack(self.clients.clouds, name)
        except StackError:
            return None
        return known if known.lives else None

    def answers(self, stack: str) -> bool:
        """Tell whether the stack is here and any of its functions answers, which `make switch` has not closed."""
        if not self.stack(stack):
            return False
        ask = self.clients.lambdas.get_function_concurrency
        names = functions(self.clients.clouds, stack)
        return any(ask(FunctionName=one).get("ReservedConcurrentExecutions") != 0 for one in names)


def two_regions() -> tuple[Region, Region]:
    """Give AWS's own region and that of REGION=. Raises StackError where they are one, or one is missing."""
    here, there = boto3.session.Session().region_name or "", os.environ.get("REGION", "")
    if not here:
        raise StackError("Which region is the stack in? export AWS_DEFAULT_REGION=…")
    if not there or there == here:
        raise StackError(f"Which region is the other one? REGION=eu-west-1, for example, and not {here}.")
    return Region.named(here), Region.named(there)


def lasting(known: Known) -> list[Kept]:
    """Give what of a stack outlives it, as the template has it."""
    return importable(load_document(TEMPLATE), known)


def moved(known: Known, here: str, there: str) -> Known:
    """Give what `make recover` makes the other region's stack of: the same tables, the replicas of the secrets.

    A replica's ARN is the secret's, but for the region:
    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_StopReplicationToReplica.html
    """
    kept = tuple(
        replace(one, physical_id=one.physical_id.replace(f":{here}:", f":{there}:", 1)) if one.kind == SECRET else one
        for one in lasting(known)
    )
    parameters = {name: value for name, value in known.parameters.items() if name not in _OF_THE_REGION}
    return Known(known.stack_id, known.status, parameters | {"KeyRotationDays": "0"}, kept)


def kept_file(stack: str, region: str) -> str:
    """Give the name of the file that has it."""
    return f"{stack}-{region}.json"


def is_replica(secrets: Any, arn: str, region: str) -> bool:  # noqa: ANN401 (botocore's)
    """Tell whether a secret of this region is another one's replica."""
    return bool(secrets.describe_secret(SecretId=arn).get("PrimaryRegion", region) != region)
