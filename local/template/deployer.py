"""The least that who deploys this template must be allowed, from CloudFormation's own list of actions.

`python -m local.template.deployer` writes docs/deployer-policy.json, for a stack of the name `symbolon`;
`make deployer STACK=name BOUNDARY=arn` prints it for a stack of yours, whose roles must have that boundary.

CloudFormation's registry names the actions of each type of resource, which cfn-lint brings along
(https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html, `handlers`). What they need
for properties that this template does not use is left out, by name: `deployer_rules` has the reasons.
"""

import json
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from local import ROOT
from local.template.deployer_rules import (
    BESIDES,
    EVERYWHERE,
    OMITTED,
    PASSED_TO,
    SERVICE_LINKED,
    UNBOUNDED,
    UNBOUNDING,
    WHERE,
)
from local.template.plain import sam_resources
from local.template.template import TEMPLATE

PAGE = ROOT / "docs/deployer-policy.json"
STACK = "symbolon"
Statement = dict[str, Any]


@cache
def listed() -> dict[str, set[str]]:
    """Give CloudFormation's list: by action, the types of this template's resources that name it.

    Raises ImportError without cfn-lint or SAM's translator, which the newest Python may lack.
    """
    types = {resource["Type"] for resource in template_resources().values()}
    found: dict[str, set[str]] = defaultdict(set)
    for schema in _schemas():
        if schema["typeName"] in types:
            for name, handler in schema.get("handlers", {}).items():
                for action in handler.get("permissions", ()) if name != "list" else ():
                    found[action].add(schema["typeName"])
    return found


@cache
def template_resources() -> dict[str, Any]:
    """Give the resources that SAM makes of the template, whatever its conditions."""
    text = re.sub(r"CodeUri: functions/(\w+)/", r"CodeUri: s3://artifacts/\1", TEMPLATE.read_text(encoding="utf-8"))
    return sam_resources(text.replace("ContentUri: shared/", "ContentUri: s3://artifacts/layer"))


def is_omitted(action: str) -> bool:
    """Tell whether the template has no use for an action of the list."""
    return any(fnmatchcase(action, pattern) for patterns in OMITTED.values() for pattern in patterns)


def policy(stack: str = STACK, boundary: str = "") -> dict[str, Any]:
    """Give the policy for a stack's deployer; with a boundary, it makes no role without that. Raises ImportError."""
    actions = {action for action in listed() if not is_omitted(action)}
    special = {"iam:PassRole", "iam:CreateServiceLinkedRole"}
    bounded = UNBOUNDED | {UNBOUNDING} if boundary else frozenset()
    statements = [
        *_by_place(actions - special - bounded, stack),
        *_about_roles(stack),
        *(_bounded(boundary, stack) if boundary else ()),
        *(_statement(one, places, stack) for one, places in BESIDES.items()),
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
        "secret": [name for name, one in resources.items() if one["Type"] == "AWS::SecretsManager::Secret"],
    }
    places = [place.replace("STACK", stack) for place in WHERE.get(service, ("*",))]
    return [place.replace("NAME", name) for place in places for name in (_names(place, named) or [""])]


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


def _statement(actions: tuple[str, ...], places: tuple[str, ...], stack: str) -> Statement:
    return {"Effect": "Allow", "Action": list(actions), "Resource": [one.replace("STACK", stack) for one in places]}


def _schemas() -> Iterator[dict[str, Any]]:
    found = find_spec("cfnlint")
    if not found or not found.origin:
        raise ImportError("cfn-lint is not installed: make lint brings it")
    for file in (Path(found.origin).parent / "data/schemas/resources").glob("*.json"):
        yield json.loads(file.read_text(encoding="utf-8"))


def main() -> int:
    """Write the page, or with STACK in the environment print the policy for that stack; give the exit status."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")  # which SAM's translator asks for
    stack = os.environ.get("STACK", "")
    text = json.dumps(policy(stack or STACK, os.environ.get("BOUNDARY", "")), indent=1) + "\n"
    if stack:
        print(text, end="")
    else:
        PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
