"""A deployed stack as the console shows it: what CloudFormation knows of it, and whom to ask for the rest."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.admin_api import SignedApi
from local.console.providers import SECRETS
from local.console.service import Service, Setting
from local.operate.admin.access import api_of
from local.operate.console.clients import telling
from local.operate.console.logs import Logs
from local.operate.console.metrics import Metrics
from local.prices import ALARM_MONTH, SECRET_MONTH
from local.template.cloudformation import load_document
from local.template.parameters import parameters_by_place
from local.template.template import TEMPLATE

_NOTHING = {"", "{}", "[]", "false"}
_CLIENTS = ("cloudformation", "cloudwatch", "logs", "secretsmanager", "sts")
_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 3})


def stack_service(environment: Mapping[str, str]) -> Service:
    """Give the stack that STACK names to the console; raises StartError."""
    stack, api = environment["STACK"], api_of(environment)
    session: Any = botocore.session.Session()
    with telling(f"the stack {stack}", "cloudformation:DescribeStacks"):
        clients = {name: session.create_client(name, config=_CONFIG) for name in _CLIENTS}
        [found] = clients["cloudformation"].describe_stacks(StackName=stack)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", ())}
    parameters = {one["ParameterKey"]: one.get("ParameterValue", "") for one in found.get("Parameters", ())}
    api_id = (urlsplit(api.url).hostname or "").partition(".")[0]
    return Service(
        name=stack,
        url=api.url,
        is_local=False,
        facts=_facts(clients, found, api),
        api=api,
        counts=Metrics(clients["cloudwatch"], f"Symbolon/{stack}", api_id).counts,
        requests=Logs(clients["logs"], f"/aws/vendedlogs/symbolon/{stack}/api", f"/symbolon/{stack}/functions"),
        setup=StackSetup(clients["cloudformation"], clients["secretsmanager"], stack, parameters),
        server_key=outputs.get("ServerKey", ""),
    )


@dataclass(frozen=True)
class StackSetup:
    """What a stack's parameters and secrets say; of secrets, only whether something was put into them.

    `clouds` and `secrets` are botocore's clients for CloudFormation and Secrets Manager.
    """

    clouds: Any
    secrets: Any
    stack: str
    parameters: Mapping[str, str]

    def state(self, place: str) -> str:
        """Say whether the setting at the place has a value, as far as these credentials can see."""
        if place in SECRETS:
            return self._secret(SECRETS[place])
        return "missing" if self.parameters.get(_places().get(place, ""), "") in _NOTHING else "set"

    def settings(self) -> list[Setting]:
        """Give the parameters, in the template's order, with what it says of them."""
        told = load_document(TEMPLATE)["Parameters"]
        names = [name for name in told if name in self.parameters]
        names += sorted(self.parameters.keys() - told.keys())
        return [Setting(name, self.parameters[name], told.get(name, {}).get("Description", "")) for name in names]

    def _secret(self, name: str) -> str:
        """Say whether anything was put into a secret, which is made empty; there is none where its provider is off."""
        try:
            found = self.clouds.describe_stack_resource(StackName=self.stack, LogicalResourceId=name)
            told = self.secrets.describe_secret(SecretId=found["StackResourceDetail"]["PhysicalResourceId"])
        except ClientError as error:
            return "missing" if error.response.get("Error", {}).get("Code") == "ValidationError" else "unknown"
        except BotoCoreError:
            return "unknown"
        return "set" if len(told.get("VersionIdsToStages", {})) > 1 else "missing"


@cache
def _places() -> dict[str, str]:
    return parameters_by_place(load_document(TEMPLATE))


def _facts(clients: Mapping[str, Any], found: Mapping[str, Any], api: SignedApi) -> dict[str, str]:
    changed = found.get("LastUpdatedTime") or found["CreationTime"]
    return {
        "Address": api.url,
        "Region": api.region,
        "You": _identity(clients["sts"]),
        "Stack": f"{found['StackName']}, {found['StackStatus']}",
        "Deployed": f"{changed:%Y-%m-%d %H:%M} UTC",
        "Costs while nobody plays": _standing_costs(clients["cloudformation"], found["StackName"]),
    }


def _identity(client: Any) -> str:  # noqa: ANN401 (botocore has no types)
    """Return who asks, as AWS knows it; who may not know it, may still ask."""
    try:
        return str(client.get_caller_identity()["Arn"])
    except (BotoCoreError, ClientError):
        return "unknown"


def _standing_costs(client: Any, stack: str) -> str:  # noqa: ANN401 (as above)
    """Return what the stack's secrets and alarms cost a month."""
    try:
        pages = client.get_paginator("list_stack_resources").paginate(StackName=stack)
        kinds = Counter(one["ResourceType"] for page in pages for one in page["StackResourceSummaries"])
    except (BotoCoreError, ClientError):
        return "unknown: cloudformation:ListStackResources is missing"
    secrets, alarms = kinds["AWS::SecretsManager::Secret"], kinds["AWS::CloudWatch::Alarm"]
    month = secrets * SECRET_MONTH + alarms * ALARM_MONTH
    return f"${month:.2f} a month for {secrets} secrets and {alarms} alarms; storage, backups and metrics besides"
