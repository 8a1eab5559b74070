"""What no update of a stack may replace, or make anew: tables, secrets, the API, and by which properties it would.

`python -m local.template.lasting` prints it of this template, to be kept with a release in tests/template/released.
Which property replaces its resource, CloudFormation's reference says under "Update requires":
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
"""

import json
from collections.abc import Mapping
from typing import Any

from local.template.cloudformation import load_document
from local.template.template import TEMPLATE

FROZEN: Mapping[str, tuple[str, ...]] = {
    "AWS::DynamoDB::Table": ("TableName", "KeySchema", "LocalSecondaryIndexes"),
    # The last two make a new value, which is not a replacement and as bad.
    "AWS::SecretsManager::Secret": ("Name", "GenerateSecretString", "SecretString"),
    "AWS::Serverless::HttpApi": ("Name", "StageName"),
    "AWS::SSM::Parameter": ("Name",),
}
"""By type, the properties that may never change."""

_CHANGING = ("AttributeDefinitions", "GlobalSecondaryIndexes", "TimeToLiveSpecification")
"""Those that may, within DynamoDB's rules for one update."""


def lasting(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Give the resources that last, by logical id: their type and the properties that decide over them."""
    return {
        name: {"Type": one["Type"], **_decisive(one)}
        for name, one in document["Resources"].items()
        if one["Type"] in FROZEN
    }


def _decisive(resource: Mapping[str, Any]) -> dict[str, Any]:
    properties = resource.get("Properties", {})
    return {name: properties[name] for name in (*FROZEN[resource["Type"]], *_CHANGING) if name in properties}


if __name__ == "__main__":
    print(json.dumps(lasting(load_document(TEMPLATE)), indent=1, sort_keys=True))
