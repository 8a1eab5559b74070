"""Reads secrets from AWS Secrets Manager."""

from symbolon.aws import signed
from symbolon.aws.signed import AwsError
from symbolon.errors import Misconfigured


def read_secret(arn: str) -> str:
    """Return the text of a secret's current version.

    Raises Misconfigured when the secret is missing or refused, Unavailable when Secrets Manager does not answer.
    """
    try:
        answer = signed.post_json("secretsmanager", "secretsmanager.GetSecretValue", {"SecretId": arn})
    except AwsError as error:
        raise Misconfigured(f"secret {arn}: {error.code}") from error
    return str(answer["SecretString"])
