"""Reads secrets from AWS Secrets Manager, and what is none from Systems Manager's parameters, which cost nothing."""

from symbolon.aws import signed
from symbolon.aws.signed import AwsError
from symbolon.errors import Misconfigured


def read_secret(arn: str) -> str:
    """Return the text of the secret's current version, or the parameter's value.

    Raises Misconfigured when it is missing or refused, Unavailable when the service does not answer.
    """
    try:
        if ":parameter/" in arn:  # whose name starts with the slash
            name = arn.rpartition(":parameter")[2]
            return str(signed.post_json("ssm", "AmazonSSM.GetParameter", {"Name": name})["Parameter"]["Value"])
        wanted = {"SecretId": arn, "VersionStage": "AWSCURRENT"}
        return str(signed.post_json("secretsmanager", "secretsmanager.GetSecretValue", wanted)["SecretString"])
    except AwsError as error:
        raise Misconfigured(f"secret {arn}: {error.code}") from error
