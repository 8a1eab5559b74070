"""The least that who deploys this template must be allowed, from CloudFormation's own list of actions.

`python -m local.template.deployer` writes docs/deployer-policy.json, for a stack of the name `symbolon`;
`make deployer STACK=name BOUNDARY=arn` prints it for a stack of yours, whose roles must have that boundary.
With DOMAIN=1 it is docs/deployer-domain-policy.json, what a domain takes besides.

`deployer_list` has that list. What it needs for properties that this template does not use is left out, by name:
`deployer_rules` has the reasons.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from local import ROOT
from local.template.deployer_domain import domain_policy
from local.template.deployer_list import Statement, is_omitted, listed, statement, template_resources
from local.template.deployer_rules import (
    BESIDES,
    DOMAIN_SECRET,
    EVERYWHERE,
    PASSED_TO,
    SERVICE_LINKED,
    UNBOUNDED,
    UNBOUNDING,
    WHERE,
)

PAGE, DOMAIN_PAGE = ROOT / "docs/deployer-policy.json", ROOT / "docs/deployer-domain-policy.json"
STACK = "symbolon"


def policy(stack: str = STACK, boundary: str = "") -> dict[str, Any]:
    """Give the policy for a stack's deployer; with a boundary, it makes no role without that. Raises ImportError."""
    actions = {action for action in listed() if not is_omitted(action)}
    special = {"iam:PassRole", "iam:CreateServiceLinkedRole"}
    bounded = UNBOUNDED | {UNBOUNDING} if boundary else frozenset()
    statements = [
        *_by_place(actions - special - bounded, stack),
        *_about_roles(stack),
        *(_bounded(boundary, stack) if boundary else ()),
        *(statement(one, places, stack) for one, places in BESIDES.items()),
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def _by_place(actions: set[str], stack: str) -> Iterator[Statement]:
    placeless = {one for one in actions if any(fnmatchcase(one, pattern) for pattern in EVERYWHERE)}
    yield {"Effect": "Allow", "Action": sorted(placeless), "Resource": "*"}
    names = sorted({one.partition(":")[0] for one in actions - placeless})
    for service in names:
        own = sorted(one for one in actions - placeless if one.startswith(f"{service}:"))
        yield {"Effect": "Allow", "Action": own, "Resource": _places(service, stack)}


def _places(service: str, stack: str) -> list[str]:
    resources = template_resources()
    named = {
        "layer": [one["Properties"]["LayerName"] for one in resources.values() if one["Type"].endswith("LayerVersion")],
        "secret": [*_secrets(resources)],
    }
    places = [place.replace("STACK", stack) for place in WHERE.get(service, ("*",))]
    return [place.replace("NAME", name) for place in places for name in (_names(place, named) or [""])]


def _secrets(resources: Mapping[str, Any]) -> Iterator[str]:
    for name, one in resources.items():
        if one["Type"] == "AWS::SecretsManager::Secret" and name != DOMAIN_SECRET:
            yield name


def _names(place: str, named: Mapping[str, list[str]]) -> list[str]:
    return [name for kind, names in named.items() if f":{kind}:NAME" in place for name in names]


def _about_roles(stack: str) -> Iterator[Statement]:
    role = f"arn:aws:iam::*:role/{stack}-*"
    passed = {"StringEquals": {"iam:PassedToService": list(PASSED_TO)}}
    yield {"Effect": "Allow", "Action": "iam:PassRole", "Resource": role, "Condition": passed}
    linked = {"StringEquals": {"iam:AWSServiceName": list(SERVICE_LINKED)}}
    yield {"Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "Resource": "*", "Condition": linked}


def _bounded(boundary: str, stack: str) -> Iterator[Statement]:
    yield {
        "Effect": "Allow",
        "Action": sorted(UNBOUNDED),
        "Resource": f"arn:aws:iam::*:role/{stack}-*",
        "Condition": {"StringEquals": {"iam:PermissionsBoundary": boundary}},
    }


def main() -> int:
    """Write the pages, or with STACK in the environment print the policy for that stack; give the exit status."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")  # which SAM's translator asks for
    if stack := os.environ.get("STACK", ""):
        has_domain = os.environ.get("DOMAIN") == "1"
        print(_text(domain_policy(stack) if has_domain else policy(stack, os.environ.get("BOUNDARY", ""))), end="")
        return 0
    for page, document in ((PAGE, policy()), (DOMAIN_PAGE, domain_policy(STACK))):
        page.write_text(_text(document), encoding="utf-8")
    return 0


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=1) + "\n"


if __name__ == "__main__":
    sys.exit(main())
