"""Which routes the template's policies open to operators: those that ask for AWS's signatures.

Such a policy allows `execute-api:Invoke` on ARNs of the API's stage, with wildcards as IAM has them
(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html).
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from local.template.roles import listed

_STAGE = "/$default/"


def operator_policies(document: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Give, by logical id, the policies for operators: patterns of method and path, such as "GET/admin/v1/users"."""
    found = {
        name: _patterns(resource["Properties"]["PolicyDocument"]["Statement"])
        for name, resource in document["Resources"].items()
        if resource["Type"] == "AWS::IAM::ManagedPolicy"
    }
    return {name: patterns for name, patterns in found.items() if patterns}


def may_invoke(patterns: tuple[str, ...], method: str, path: str) -> bool:
    """Tell whether one of the patterns allows a request."""
    return any(fnmatchcase(f"{method}{path}", pattern) for pattern in patterns)


def _patterns(statements: list[Mapping[str, Any]]) -> tuple[str, ...]:
    invoking = [statement for statement in statements if statement.get("Action") == "execute-api:Invoke"]
    arns = [str(resource["Fn::Sub"]) for statement in invoking for resource in listed(statement["Resource"])]
    return tuple(arn.partition(_STAGE)[2] for arn in arns)
