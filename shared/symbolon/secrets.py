"""Reads secrets from AWS Secrets Manager."""

from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from symbolon.errors import Misconfigured, Unavailable

_CONFIG = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 3})
_FINAL = frozenset({"AccessDeniedException", "ResourceNotFoundException", "DecryptionFailure"})


def read_secret(arn: str) -> str:
    """Return the text of a secret's current version.

    Raises Misconfigured when the secret is missing or refused, Unavailable when Secrets Manager does not answer.
    """
    try:
        answer = _client().get_secret_value(SecretId=arn)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _FINAL:
            raise Misconfigured(f"secret {arn}: {code}") from error
        raise Unavailable("The secret store is not available.") from error
    except BotoCoreError as error:
        raise Unavailable("The secret store is not available.") from error
    return str(answer["SecretString"])


@cache
def _client() -> Any:  # noqa: ANN401 (botocore makes its clients at run time)
    return botocore.session.get_session().create_client("secretsmanager", config=_CONFIG)
