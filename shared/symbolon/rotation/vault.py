"""Where a deployment's keys are: private ones in Secrets Manager, public ones in a parameter of Systems Manager.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html says what the labels of
a secret's versions mean: AWSCURRENT is in use, AWSPENDING is to be.
"""

import json
import os
import time
import uuid
from collections.abc import Mapping
from typing import Any

from symbolon.aws import signed
from symbolon.aws.signed import AwsError
from symbolon.errors import Misconfigured

CURRENT, PENDING = "AWSCURRENT", "AWSPENDING"

_NOT_FOUND = "ResourceNotFoundException"


def read_current(arn: str) -> str:
    """Return the secret's value."""
    return str(_call("GetSecretValue", arn, VersionStage=CURRENT)["SecretString"])


def read_pending(arn: str, version: str) -> str | None:
    """Return the text that the secret's version is to bring, None where nothing was put there yet."""
    try:
        return str(_ask("GetSecretValue", arn, VersionId=version, VersionStage=PENDING)["SecretString"])
    except AwsError as error:
        if error.code == _NOT_FOUND:
            return None
        raise Misconfigured(f"secret {arn}: {error.code}") from error


def put_current(arn: str, text: str) -> None:
    """Make the text the secret's value, whatever a rotation was about to make it."""
    for version, labels in _versions(arn).items():
        if PENDING in labels and CURRENT not in labels:
            _call("UpdateSecretVersionStage", arn, VersionStage=PENDING, RemoveFromVersionId=version)
    _call("PutSecretValue", arn, ClientRequestToken=str(uuid.uuid4()), SecretString=text)


def put_pending(arn: str, version: str, text: str) -> None:
    """Keep the text as the version that is to come."""
    _call("PutSecretValue", arn, ClientRequestToken=version, SecretString=text, VersionStages=[PENDING])


def promote(arn: str, version: str) -> None:
    """Make the version the secret's value; raises Misconfigured unless it is the one that is to come."""
    versions = _versions(arn)
    if CURRENT in versions.get(version, []):
        return
    if PENDING not in versions.get(version, []):
        raise Misconfigured(
            f"secret {arn}: the version is not pending any more, as somebody changed the secret meanwhile"
        )
    current = next(other for other, labels in versions.items() if CURRENT in labels)
    stages = {"VersionStage": CURRENT, "MoveToVersionId": version, "RemoveFromVersionId": current}
    _call("UpdateSecretVersionStage", arn, **stages)


def age(arn: str) -> float:
    """Return for how many seconds the secret has been there."""
    return time.time() - float(_described(arn)["CreatedDate"])


def publish(keys: Mapping[str, Any]) -> None:
    """Put the public keys where the function that publishes them reads them."""
    name = os.environ["PUBLIC_KEYS"]
    # A dozen public keys, as after as many rotations within hours, are more than a standard parameter holds.
    tier = "Intelligent-Tiering"
    content = {"Name": name, "Value": json.dumps(keys, separators=(",", ":")), "Overwrite": True, "Tier": tier}
    try:
        signed.post_json("ssm", "AmazonSSM.PutParameter", content)
    except AwsError as error:
        raise Misconfigured(f"parameter {name}: {error.code}") from error


def _versions(arn: str) -> dict[str, list[str]]:
    return dict(_described(arn).get("VersionIdsToStages", {}))


def _described(arn: str) -> dict[str, Any]:
    return _call("DescribeSecret", arn)


def _call(operation: str, arn: str, **arguments: object) -> dict[str, Any]:
    try:
        return _ask(operation, arn, **arguments)
    except AwsError as error:
        raise Misconfigured(f"secret {arn}: {operation}: {error.code}") from error


def _ask(operation: str, arn: str, **arguments: object) -> dict[str, Any]:
    return signed.post_json("secretsmanager", f"secretsmanager.{operation}", {"SecretId": arn, **arguments})
