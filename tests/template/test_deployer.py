"""Who deploys: the policy has what CloudFormation lists for this template's resources and nothing that it omits."""

import json
from fnmatch import fnmatchcase
from importlib.util import find_spec
from typing import Any

import pytest

from local.template.deployer import DOMAIN_PAGE, PAGE, STACK, policy
from local.template.deployer_domain import domain_policy
from local.template.deployer_list import listed, template_resources
from local.template.deployer_rules import BESIDES, DOMAIN_BESIDES, OMITTED, UNBOUNDED, UNBOUNDING
from tests.helpers.service.deployment import RESOURCES, named

_LACKS = not (find_spec("cfnlint") and find_spec("samtranslator"))
pytestmark = [pytest.mark.long, pytest.mark.skipif(_LACKS, reason="cfn-lint, which has the list, is not installed")]

MOST_CHARACTERS = 10_240
"""Of all inline policies of a role: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html."""
MOST_CHARACTERS_MANAGED = 6_144
BOUNDARY = "arn:aws:iam::123456789012:policy/bounds"


def allowed(document: dict[str, Any]) -> set[str]:
    """Give the actions that a policy allows, whatever on."""
    actions = [statement["Action"] for statement in document["Statement"]]
    return {action for one in actions for action in ([one] if isinstance(one, str) else one)}


def test_the_page_is_the_template_s() -> None:
    """A new type of resource is in docs/deployer-policy.json; if not: python -m local.template.deployer."""
    assert json.loads(PAGE.read_text(encoding="utf-8")) == policy()
    assert json.loads(DOMAIN_PAGE.read_text(encoding="utf-8")) == domain_policy(STACK)


def test_each_listed_action_is_allowed_or_left_out_for_a_reason() -> None:
    """Nothing of CloudFormation's list is forgotten, no pattern leaves out nothing, and nothing else is allowed."""
    patterns = [pattern for of_reason in OMITTED.values() for pattern in of_reason]
    every = {*listed(), *listed(domain=True)}
    omitted = {one for one in every if any(fnmatchcase(one, pattern) for pattern in patterns)}
    besides = {action for actions in BESIDES for action in actions}

    assert allowed(policy()) - besides == set(listed()) - omitted
    assert set(listed(domain=True)) - omitted <= allowed(domain_policy(STACK))
    assert [pattern for pattern in patterns if not any(fnmatchcase(one, pattern) for one in every)] == []


def test_the_policy_is_narrow() -> None:
    """It fits into a role, has no wildcard in an action, and what is tied to nothing is written down as such."""
    statements = policy("another-game")["Statement"]
    tied = [one for one in statements if one["Resource"] != "*" and one["Resource"] != ["*"]]

    assert len(json.dumps(policy(), separators=(",", ":"))) < MOST_CHARACTERS
    assert not any("*" in action for action in allowed(policy()))
    assert len(statements) - len(tied) == 4
    assert "symbolon-" not in json.dumps(statements)


def test_a_domain_s_policy_is_narrow() -> None:
    """It fits into a managed policy, is tied to its resources, and reads no secret but the one that is shown."""
    statements = domain_policy("another-game")["Statement"]
    reading = [one["Resource"] for one in statements if "secretsmanager:GetSecretValue" in one["Action"]]

    assert len(json.dumps(domain_policy(STACK), separators=(",", ":"))) < MOST_CHARACTERS_MANAGED
    assert not any("*" in action for action in allowed(domain_policy(STACK)))
    assert all("*" not in one["Resource"] for one in statements)
    assert reading == [["arn:aws:secretsmanager:*:*:secret:EdgeSecret-*"]]
    assert {action for actions in DOMAIN_BESIDES for action in actions} <= allowed(domain_policy(STACK))


def test_a_deployer_reads_neither_players_nor_keys() -> None:
    """Who can deploy code can get at both by it, and not by accident."""
    reading = ("dynamodb:*Item", "dynamodb:Scan", "dynamodb:Query", "secretsmanager:GetSecretValue", "dynamodb:Export*")

    assert [one for one in allowed(policy()) if any(fnmatchcase(one, pattern) for pattern in reading)] == []


def test_a_bound_deployer_makes_bound_roles_alone() -> None:
    """With a boundary, what gives a role its rights asks for that boundary, and nobody takes it off."""
    statements = policy(boundary=BOUNDARY)["Statement"]
    granting = [one for one in statements if UNBOUNDED & {*one["Action"]}]

    assert [one["Condition"] for one in granting] == [{"StringEquals": {"iam:PermissionsBoundary": BOUNDARY}}]
    assert {*granting[0]["Action"]} == UNBOUNDED
    assert UNBOUNDING not in allowed(policy(boundary=BOUNDARY))


def test_every_role_has_the_boundary() -> None:
    """No role is made without it: not one of the template's, and SAM makes none of its own."""
    bound = {"Fn::If": ["HasBoundary", {"Ref": "PermissionsBoundary"}, {"Ref": "AWS::NoValue"}]}
    roles = named("AWS::IAM::Role")

    assert {name for name in roles if RESOURCES[name]["Properties"].get("PermissionsBoundary") != bound} == set()
    assert {name for name, one in template_resources().items() if one["Type"] == "AWS::IAM::Role"} == {*roles}
