"""`sam deploy` of the whole stack to MiniStack, and what can be asked of it afterwards."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local import ROOT
from local.errors import TrialError
from local.template.plain import plain_template
from local.trial.deployed_settings import Document, overrides, parameters, put_files, put_secrets, tell_keys
from local.trial.sam import for_makefiles, run_sam

PROCEDURES = ROOT / "examples/procedures"
"""A studio's own procedures, which are built into the stack."""

STACK = "symbolon-trial"
BUCKET = "artifacts"
# For a stack that is thrown away, without CodeDeploy, which MiniStack lacks, and with room for tests in a hurry.
PARAMETERS = {"DeletionProtection": "false", "LogRetentionDays": "1", "Rollout": "AllAtOnce"}
# Without settings of the caller's: sessions that others can verify, and somebody for whom players are to be believed.
AUDIENCES: Mapping[str, Mapping[str, str]] = {"studio-api": {}, "somebody-else": {}}
_DOMAIN = "https://symbolon.invalid"

_BELIEVED = {"SessionAlgorithm": "RS256", "Audiences": json.dumps(AUDIENCES)}
MAIL_DOMAIN = "example.com"
_MAIL = {"MailSender": f"no-reply@{MAIL_DOMAIN}", "MailIdentity": MAIL_DOMAIN, "MailBaseUrl": _DOMAIN}
"""Letters, which SES takes from a sender that is verified there."""
# What no client need notice and must not be: a crash, a setting or a permission that is missing, an import not started.
_TROUBLES = ("AccessDenied", '"outcome":"crashed"', '"outcome":"Misconfigured"', '"FriendImportsFailed"')


@dataclass(frozen=True)
class Deployment:
    """A deployed stack: the host name of its API, what clients and what servers show, the table of partners.

    `policies` are those for operators, their ARNs by the outputs' names; `outputs` are all that the stack tells.
    """

    host: str
    server_key: str
    http_key: str
    partners_table: str
    policies: Mapping[str, str]
    outputs: Mapping[str, str]


def deploy(folder: Path, settings: Document, issuer: str) -> Deployment:
    """Build, package and deploy with SAM, as the documentation does it, set up with `settings`. Raises TrialError.

    Without settings sessions are made by the name `issuer`, as with a domain of one's own: they hold when the stack
    comes back elsewhere.
    """
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    packaged, plain, config = folder / "packaged.yaml", folder / "plain.json", folder / "samconfig.toml"
    config.write_text("version = 0.1\n")
    folders = {"--build-dir": str(folder / "build"), "--cache-dir": str(folder / "cache")}
    _sam("build", folders, **for_makefiles(), PROCEDURES=str(PROCEDURES))
    put_files(settings, folder / "build")
    built = {"--template-file": str(folder / "build/template.yaml"), "--s3-bucket": BUCKET}
    _sam("package", {**built, "--output-template-file": str(packaged), "--config-file": str(config)})
    plain.write_text(json.dumps(plain_template(packaged.read_text(), PARAMETERS)))
    said = parameters(settings) if settings else {"SessionIssuer": issuer} | _BELIEVED | _MAIL
    deploy_built(folder, overrides(said | PARAMETERS))
    for left_out in put_secrets(settings):
        print(f"left    {left_out} is not a setting of deployments, or has a published value", flush=True)
    return _deployment()


def deploy_built(folder: Path, parameters: str = "", bucket: str = BUCKET) -> Deployment:
    """Deploy what `deploy` has built in the folder; parameters that are not given stay. Raises TrialError."""
    config, plain = folder / "samconfig.toml", folder / "plain.json"
    set_up = {"--parameter-overrides": parameters} if parameters else {}
    place = {"--stack-name": STACK, "--capabilities": "CAPABILITY_IAM", "--config-file": str(config)}
    try:
        _sam("deploy", {"--template-file": str(plain), "--s3-bucket": bucket, **set_up, **place})
    except TrialError as error:
        raise TrialError("\n".join([str(error), *_reasons()])) from error
    return _deployment()


def take_along(folder: Path, region: str) -> tuple[Path, str]:
    """Put what `deploy` has built where another region can have it; give the folder and the bucket to deploy from.

    Lambda takes code from a bucket of its own region, such as `sam deploy` makes in each.
    """
    bucket, own = f"{BUCKET}-{region}", folder / region
    client = boto3.client("s3", region_name=region)
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})
    for one in boto3.resource("s3").Bucket(BUCKET).objects.all():
        client.copy_object(Bucket=bucket, Key=one.key, CopySource={"Bucket": BUCKET, "Key": one.key})
    own.mkdir()
    for name in ("plain.json", "samconfig.toml"):
        (own / name).write_text((folder / name).read_text().replace(f'"{BUCKET}"', f'"{bucket}"'))
    return own, bucket


def troubles() -> list[str]:
    """Return what the functions' logs say of crashes, of settings that are missing, and of what a role forbade."""
    return [f"{group}: {line}" for group, line in _log_lines() if any(sign in line for sign in _TROUBLES)]


def deploy_beside(name: str, source: Path, folder: Path, values: Mapping[str, str]) -> str:
    """Build and deploy another application beside the stack, as its README has it, with these parameters.

    `source` is its template. Returns the host name of its API; raises TrialError.
    """
    before = {api["ApiId"] for api in boto3.client("apigatewayv2").get_apis()["Items"]}
    own = folder / name
    packaged, plain, config = own / "packaged.yaml", own / "plain.json", own / "samconfig.toml"
    own.mkdir()
    config.write_text("version = 0.1\n")
    folders = {"--build-dir": str(own / "build"), "--cache-dir": str(own / "cache")}
    common = {"--s3-bucket": BUCKET, "--config-file": str(config)}
    run_sam("build", {"--template-file": str(source), **folders}, **for_makefiles())
    built = {"--template-file": str(own / "build/template.yaml"), "--output-template-file": str(packaged)}
    run_sam("package", {**built, **common})
    plain.write_text(json.dumps(plain_template(packaged.read_text(), {})))
    place = {"--template-file": str(plain), "--stack-name": name, "--capabilities": "CAPABILITY_IAM"}
    run_sam("deploy", {**place, **common, "--parameter-overrides": overrides(values)})
    [api] = [api for api in boto3.client("apigatewayv2").get_apis()["Items"] if api["ApiId"] not in before]
    return f"{api['ApiId']}.execute-api.localhost"


def rotated_http_key(deployment: Deployment) -> str:
    """Have the http key rotated and give the new one. Raises TrialError.

    It has no colon: the one that MiniStack makes may have some, which HTTP Basic cannot carry.
    """
    tell_keys({"action": "rotate", "ring": "http"})
    text = boto3.client("secretsmanager").get_secret_value(SecretId=deployment.outputs["HttpKey"])["SecretString"]
    return str(json.loads(text)[0])


def _sam(command: str, options: Mapping[str, str], **variables: str) -> None:
    start = time.perf_counter()
    run_sam(command, options, **variables)
    print(f"ok      sam {command} ({time.perf_counter() - start:.0f} s)", flush=True)


def _reasons() -> Iterator[str]:
    """Give why resources could not be made; in what SAM prints, it is in columns and long gone by."""
    try:
        for page in boto3.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=STACK):
            for event in page["StackEvents"]:
                if event["ResourceStatus"].endswith("_FAILED"):
                    yield f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
    except (BotoCoreError, ClientError):
        yield "The stack tells no reasons."


def first_key(text: str) -> str:
    """Give the key to show of a ring's text: the first of a list, or a bare text, which may begin as a list does."""
    try:
        keys = json.loads(text)
    except ValueError:
        return text
    return str(keys[0]) if isinstance(keys, list) else text


def _deployment() -> Deployment:
    [stack] = boto3.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    text = boto3.client("secretsmanager").get_secret_value(SecretId=outputs["HttpKey"])["SecretString"]
    http_key = first_key(text)
    api, _, _ = outputs["ApiUrl"].partition("://")[2].partition(".")
    host = f"{api}.execute-api.localhost"
    policies = {name: arn for name, arn in outputs.items() if name.startswith("Operator")}
    return Deployment(host, outputs["ServerKey"], http_key, outputs["PartnersTable"], policies, outputs)


def _log_lines() -> Iterator[tuple[str, str]]:
    client = boto3.client("logs")
    for page in client.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            for lines in client.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
                yield from ((group["logGroupName"], event["message"]) for event in lines["events"])
