"""What a domain of one's own and a CloudFront take of who deploys, besides the other policy, which has no room left."""

from collections.abc import Iterator
from typing import Any

from local.template.deployer_list import Statement, is_omitted, listed, statement
from local.template.deployer_rules import DOMAIN_BESIDES, DOMAIN_SECRET, EVERYWHERE, WHERE


def domain_policy(stack: str) -> dict[str, Any]:
    """Give the policy that goes beside the other where the stack has a domain. Raises ImportError."""
    besides = [statement(one, places, stack) for one, places in DOMAIN_BESIDES.items()]
    return {"Version": "2012-10-17", "Statement": [*_listed(stack), *besides]}


def _listed(stack: str) -> Iterator[Statement]:
    actions = sorted(action for action in listed(domain=True) if not is_omitted(action))
    for service in ("apigateway", "cloudfront"):
        own = [one for one in actions if one.startswith(f"{service}:")]
        yield statement(own, WHERE[f"{service}, a domain"], stack)
    keeping = {one for one in listed() if one.startswith("secretsmanager:") and not is_omitted(one)} - {*EVERYWHERE}
    yield statement(sorted(keeping), (f"arn:aws:secretsmanager:*:*:secret:{DOMAIN_SECRET}-*",), stack)
