"""What a studio adds of its own, on the stand-in: a hook, procedures with a table, and who hears events."""

import base64
import io
import json
import time
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from local.errors import SmokeError
from local.trial.deployed_settings import overrides
from local.trial.deployment import PROCEDURES, deploy_built
from local.trial.service import Service, bearer

_STACK, _HOOK, _BUS = "our-procedures", "hook", "default"
_SECONDS = 90
_WORDS = "Not in this trial."
_HOOK_CODE = f"""
def before(event, context):
    wish = event["vars"].get("wish")
    if wish == "refusal":
        return {{"allow": False, "message": "{_WORDS}"}}
    if wish == "crash":
        raise RuntimeError
    return {{"allow": True, "vars": {{**event["vars"], "by": "hook"}}}}
"""
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def have_own(service: Service, folder: Path) -> None:
    """Give the stack that `deploy` has built a hook, procedures and a bus, and use them.

    Raises TrialError, SmokeError.
    """
    start = time.perf_counter()
    queue, outputs = _listener(), _procedures()
    said = {"HookFunction": _hook(), "EventBus": _BUS, "ProceduresPolicies": outputs["Policy"]}
    deploy_built(folder, overrides(said | {"ProceduresSettings": outputs["Settings"]}))
    print(f"ok      a hook, procedures and a bus of the studio's own ({time.perf_counter() - start:.0f} s)", flush=True)
    _walk(service, queue)
    boto3.client("dynamodb").delete_table(TableName=json.loads(outputs["Settings"])["tables"]["Scores"])


def _walk(service: Service, queue: str) -> None:
    """Be refused and let in by the hook, call procedures, and hear of it on the bus. Raises SmokeError."""
    guest = _Guest(service)
    guest.sign_in(403, "refusal", "create=true")
    guest.sign_in(404, "", "create=false")
    guest.sign_in(503, "crash", "create=true")
    session = guest.sign_in(200, "", "create=true")
    payload = json.loads(base64.urlsafe_b64decode(session["token"].split(".")[1] + "=="))
    shown = bearer(session["token"])
    service.call("POST /v2/account/link/custom", 200, {"id": "own-custom-0001"}, shown=shown)
    best = [service.call("POST /v2/rpc/scores/submit?unwrap", 200, {"score": n}, shown=shown)["best"] for n in (7, 5)]
    if payload.get("vrs", {}).get("by") != "hook" or best != [7, 7]:
        raise SmokeError(f"FAILED  the hook's vars are {payload.get('vrs')}, the best scores {best}")
    service.call("DELETE /v2/account", 200, shown=shown)
    print("ok      the hook refuses, fails and lets in; the procedures keep the best score", flush=True)
    _hear(queue, payload["uid"], ["account.created", "account.linked", "account.deleted"])
    print("ok      the bus has told of the account, in order", flush=True)


@dataclass(frozen=True)
class _Guest:
    service: Service

    def sign_in(self, status: int, wish: str, query: str) -> dict[str, Any]:
        body = {"id": "own-device-0001", "vars": {"wish": wish}}
        answer: dict[str, Any] = self.service.call(f"POST /v2/account/authenticate/device?{query}", status, body)
        if status == 403 and answer["message"] != _WORDS:  # noqa: PLR2004 (refused)
            raise SmokeError(f"FAILED  the hook's refusal says {answer['message']!r}")
        return answer


def _hook() -> str:
    """Make the hook, and return its ARN."""
    role = boto3.client("iam").create_role(RoleName="hook", AssumeRolePolicyDocument=json.dumps(_TRUST))["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("hook.py", _HOOK_CODE)
    made = boto3.client("lambda").create_function(
        FunctionName=_HOOK, Runtime="python3.13", Role=role, Handler="hook.before", Code={"ZipFile": code.getvalue()}
    )
    return str(made["FunctionArn"])


def _procedures() -> Mapping[str, str]:
    """Deploy what the example's procedures need, as docs/procedures.md has it, and return the outputs."""
    clouds = boto3.client("cloudformation")
    text = (PROCEDURES / "template.yaml").read_text(encoding="utf-8")
    clouds.create_stack(StackName=_STACK, TemplateBody=text, Capabilities=["CAPABILITY_IAM"])
    clouds.get_waiter("stack_create_complete").wait(
        StackName=_STACK, WaiterConfig={"Delay": 1, "MaxAttempts": _SECONDS}
    )
    [stack] = clouds.describe_stacks(StackName=_STACK)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _listener() -> str:
    """Have a queue hear what the bus is told by us, and return its URL."""
    queues, bus = boto3.client("sqs"), boto3.client("events")
    url = queues.create_queue(QueueName="own")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bus.put_rule(Name="own", EventPattern=json.dumps({"source": ["symbolon"]}), EventBusName=_BUS)
    bus.put_targets(Rule="own", EventBusName=_BUS, Targets=[{"Id": "own", "Arn": arn}])
    return str(url)


def _hear(queue: str, user_id: str, expected: list[str]) -> None:
    """Wait until the events of the account have come, and compare their types. Raises SmokeError."""
    until, heard = time.monotonic() + _SECONDS, dict[str, tuple[str, str]]()
    while time.monotonic() < until and len(heard) < len(expected):
        for event in _received(queue):
            if event["detail"].get("account_id") == user_id and event["detail-type"].startswith("account."):
                heard[event["detail"]["id"]] = (event["detail"]["sequence"], event["detail-type"])
    kinds = [kind for _, kind in sorted(heard.values())]
    if kinds != expected:
        raise SmokeError(f"FAILED  the bus has told {kinds} of an account")


def _received(queue: str) -> Iterator[dict[str, Any]]:
    client = boto3.client("sqs")
    answer = client.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
    for message in answer.get("Messages", []):
        yield json.loads(message["Body"])
        client.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
