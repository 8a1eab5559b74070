"""What the template lets each function do with the tables, and what DynamoDB asks for when a request is made.

A function's role is read as a deployment makes it: policies of its own, policies of the template that are attached to
it, intrinsic functions resolved, every condition true.
"""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from local.template.cloudformation import UnresolvedError

_NOTHING = {"Ref": "AWS::NoValue"}
# A transaction has no permission of its own: each of its parts asks for that of the plain operation.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
_TRANSACTIONS = ("TransactWriteItems", "TransactGetItems")
_OF_THE_STUDIO = ("arn:${AWS::Partition}:ses:", "arn:${AWS::Partition}:events:")  # an identity, a bus
_BATCHES = ("BatchGetItem", "BatchWriteItem")


class Permission(NamedTuple):
    """An action such as `dynamodb:GetItem` on a table's logical id, with `/index/<name>` behind it for an index."""

    action: str
    resource: str


def permissions_of(document: Mapping[str, Any], function: str) -> frozenset[Permission]:
    """Give what the role of the function with this logical id allows; names in it may be patterns with `*`.

    Raises LookupError for a role, a policy or a resource that this template does not define.
    """
    statements = [*_statements(document, function)]
    if denied := [statement for statement in statements if statement["Effect"] != "Allow"]:
        raise UnresolvedError(f"a statement of {function} that allows nothing: {denied[0]}")
    return frozenset(
        Permission(action, resource_named(resource))
        for statement in statements
        for action in listed(statement["Action"])
        for resource in listed(without_conditions(statement["Resource"]))
    )


def needed(operation: str, arguments: Mapping[str, Any]) -> frozenset[Permission]:
    """Give the permissions that a request to DynamoDB takes.

    A table's name must end with a hyphen and its logical id, as `cloudformation.table_name` has it.
    """
    if operation in _TRANSACTIONS:
        parts = [part for item in arguments["TransactItems"] for part in item.items()]
        return frozenset(Permission(_action(f"{kind}Item"), _table(one["TableName"])) for kind, one in parts)
    if operation in _BATCHES:
        return frozenset(Permission(_action(operation), _table(name)) for name in arguments["RequestItems"])
    index = f"/index/{arguments['IndexName']}" if "IndexName" in arguments else ""
    return frozenset({Permission(_action(operation), _table(arguments["TableName"]) + index)})


class Roles:
    """The roles of all functions of a template, asked as DynamoDB asks before it does anything."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        """Take the template, see `cloudformation.load_document`."""
        functions = [
            name for name, found in document["Resources"].items() if found["Type"] == "AWS::Serverless::Function"
        ]
        self._allowed = {function: permissions_of(document, function) for function in functions}

    def __contains__(self, function: str) -> bool:
        """Tell whether the template has a function with this logical id."""
        return function in self._allowed

    def missing(self, function: str, operation: str, arguments: Mapping[str, Any]) -> frozenset[Permission]:
        """Give what a function's role lacks for a request: AWS refuses it with AccessDeniedException when there is any.

        Raises KeyError for a function that the template does not have.
        """
        return self.lacks(function, needed(operation, arguments))

    def lacks(self, function: str, wanted: frozenset[Permission]) -> frozenset[Permission]:
        """Give those of the permissions that a function's role does not have; raises as `missing` does."""
        allowed = self._allowed[function]
        return frozenset(one for one in wanted if not any(_covers(held, one) for held in allowed))


def without_conditions(value: Any) -> Any:  # noqa: ANN401 - YAML in, YAML out
    """Give a part of the template with every `Fn::If` decided as true, and without what is no value then."""
    if isinstance(value, list):
        return [without_conditions(item) for item in value if _chosen(item) != _NOTHING]
    if isinstance(value, dict) and "Fn::If" in value:
        return without_conditions(_chosen(value))
    if isinstance(value, dict):
        return {name: without_conditions(item) for name, item in value.items() if _chosen(item) != _NOTHING}
    return value


def listed(value: object) -> list[Any]:
    """Give a list, where IAM takes one thing or a list of things."""
    return value if isinstance(value, list) else [value]


def resource_named(resource: Mapping[str, Any] | str) -> str:
    """Give the logical id that a policy's resource names, followed by what follows its ARN, as an index does."""
    match resource:
        case str():
            return resource
        case {"Fn::GetAtt": [name, *_]}:
            return str(name)
        case {"Ref": name}:
            return str(name)
        case {"Fn::Sub": str(text)} if text.startswith("${") and "}" in text:
            reference, _, rest = text[2:].partition("}")
            return reference.partition(".")[0] + rest
        case {"Fn::Sub": str(text)} if ":parameter${" in text:  # which no attribute of a parameter gives
            return text.rpartition(":parameter${")[2].removesuffix("}")
        case {"Fn::Sub": str(text)} if text.startswith(_OF_THE_STUDIO):
            return text
    raise UnresolvedError(f"a policy's resource: {resource}")


def _statements(document: Mapping[str, Any], function: str) -> Iterator[Mapping[str, Any]]:
    own = without_conditions(document["Resources"][function]["Properties"])
    roles = [_properties(document, resource_named(own["Role"]))] if "Role" in own else []
    for holder in [own, *roles]:
        for policy in [*listed(holder.get("Policies", [])), *holder.get("ManagedPolicyArns", [])]:
            policy_document = policy.get("PolicyDocument", policy) if isinstance(policy, dict) else {}
            if "Ref" in policy_document:
                policy_document = _properties(document, policy_document["Ref"])["PolicyDocument"]
            if "Statement" not in policy_document:
                raise UnresolvedError(f"a policy of {function}: {policy}")
            yield from listed(policy_document["Statement"])


def _properties(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = without_conditions(document["Resources"][name]["Properties"])
    return found


def _chosen(value: Any) -> Any:  # noqa: ANN401 - YAML in, YAML out
    return _chosen(value["Fn::If"][1]) if isinstance(value, dict) and "Fn::If" in value else value


def _covers(held: Permission, wanted: Permission) -> bool:
    return fnmatchcase(wanted.action, held.action) and fnmatchcase(wanted.resource, held.resource)


def _action(operation: str) -> str:
    return f"dynamodb:{operation}"


def _table(name: str) -> str:
    return name.rpartition("-")[2]
