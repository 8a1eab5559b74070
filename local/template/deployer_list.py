"""CloudFormation's list of what whoever deploys this template needs, which cfn-lint brings along.

Its registry names the actions of each type of resource, `handlers`:
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from local.template.deployer_rules import DOMAIN_TYPES, OMITTED
from local.template.plain import sam_resources
from local.template.template import TEMPLATE

Statement = dict[str, Any]


@cache
def listed(*, domain: bool = False) -> dict[str, set[str]]:
    """Give CloudFormation's list: by action, the types of this template's resources that name it.

    `domain` is for what makes a domain and a CloudFront, which are left out otherwise. Raises ImportError without
    cfn-lint or SAM's translator, which the newest Python may lack.
    """
    types = {one["Type"] for one in template_resources().values() if (one["Type"] in DOMAIN_TYPES) == domain}
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


def statement(actions: Iterable[str], places: Iterable[str], stack: str) -> Statement:
    """Give a policy's statement that allows these actions there, for a stack of this name."""
    return {"Effect": "Allow", "Action": [*actions], "Resource": [one.replace("STACK", stack) for one in places]}


def _schemas() -> Iterator[dict[str, Any]]:
    found = find_spec("cfnlint")
    if not found or not found.origin:
        raise ImportError("cfn-lint is not installed: make lint brings it")
    for file in (Path(found.origin).parent / "data/schemas/resources").glob("*.json"):
        yield json.loads(file.read_text(encoding="utf-8"))
