"""A deployed stack as the console shows it: what CloudFormation knows of it, and whom to ask for the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.console.providers import SECRETS
from local.console.service import Service, Setting
from local.operate.admin.access import api_of
from local.operate.console.clients import telling
from local.operate.console.logs import Logs
from local.operate.console.metrics import Metrics
from local.template.cloudformation import load_document
from local.template.parameters import parameters_by_place
from local.template.template import TEMPLATE

_NOTHING = {"", "{}", "[]", "false"}
_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 3})


def stack_service(environment: Mapping[str, str]) -> Service:
    """Give the stack that STACK names to the console; raises StartError."""
    stack, api = environment["STACK"], api_of(environment)
    session: Any = botocore.session.Session()
    with telling(f"the stack {stack}", "cloudformation:DescribeStacks"):
        [found] = session.create_client("cloudformation", config=_CONFIG).describe_stacks(StackName=stack)["Stacks"]
        clients = {name: session.create_client(name, config=_CONFIG) for name in ("cloudwatch", "logs")}
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", ())}
    parameters = {one["ParameterKey"]: one.get("ParameterValue", "") for one in found.get("Parameters", ())}
    api_id = (urlsplit(api.url).hostname or "").partition(".")[0]
    return Service(
        name=stack,
        url=api.url,
        is_local=False,
        facts=_facts(session, found, api.url),
        api=api,
        counts=Metrics(clients["cloudwatch"], f"Symbolon/{stack}", api_id).counts,
        requests=Logs(clients["logs"], f"/aws/vendedlogs/symbolon/{stack}/api", f"/symbolon/{stack}/functions"),
        setup=StackSetup(session, stack, parameters),
        server_key=outputs.get("ServerKey", ""),
    )


@dataclass(frozen=True)
class StackSetup:
    """What a stack's parameters and secrets say; of secrets, only whether something was put into them."""

    session: Any
    stack: str
    parameters: Mapping[str, str]

    def state(self, place: str) -> str:
        """Say whether the setting at the place has a value, as far as these credentials can see."""
        if place in SECRETS:
            return self._secret(SECRETS[place])
        parameter = parameters_by_place(load_document(TEMPLATE)).get(place, "")
        return "missing" if self.parameters.get(parameter, "") in _NOTHING else "set"

    def settings(self) -> list[Setting]:
        """Give the parameters, in the template's order, with what it says of them."""
        told = load_document(TEMPLATE)["Parameters"]
        names = [name for name in told if name in self.parameters]
        names += sorted(self.parameters.keys() - told.keys())
        return [Setting(name, self.parameters[name], told.get(name, {}).get("Description", "")) for name in names]

    def _secret(self, name: str) -> str:
        """Say whether anything was put into a secret, which is made empty; there is none where its provider is off."""
        try:
            clouds = self.session.create_client("cloudformation", config=_CONFIG)
            found = clouds.describe_stack_resource(StackName=self.stack, LogicalResourceId=name)
            secrets = self.session.create_client("secretsmanager", config=_CONFIG)
            told = secrets.describe_secret(SecretId=found["StackResourceDetail"]["PhysicalResourceId"])
        except ClientError as error:
            return "missing" if error.response.get("Error", {}).get("Code") == "ValidationError" else "unknown"
        except BotoCoreError:
            return "unknown"
        return "set" if len(told.get("VersionIdsToStages", {})) > 1 else "missing"


def _facts(session: Any, found: Mapping[str, Any], url: str) -> dict[str, str]:  # noqa: ANN401 (botocore has no types)
    changed = found.get("LastUpdatedTime") or found["CreationTime"]
    return {
        "Address": url,
        "Region": str(session.get_config_variable("region") or found["StackId"].split(":")[3]),
        "You": _identity(session),
        "Stack": f"{found['StackName']}, {found['StackStatus']}",
        "Deployed": f"{changed:%Y-%m-%d %H:%M} UTC",
    }


def _identity(session: Any) -> str:  # noqa: ANN401 (botocore has no types)
    """Return who asks, as AWS knows it; who may not know it, may still ask."""
    try:
        return str(session.create_client("sts", config=_CONFIG).get_caller_identity()["Arn"])
    except (BotoCoreError, ClientError):
        return "unknown"
