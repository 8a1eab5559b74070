"""The operators' API of a server or of a deployment, asked in the name of one's AWS credentials.

Requests to a server on this machine are signed with a key pair of its file, those to any other with the credentials
that the AWS CLI would take.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import botocore.session
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, ClientError

from local import ROOT
from local.admin_api import SignedApi, is_loopback
from local.errors import StartError
from local.gateway.iam.operators import CREDENTIALS_FILE, read_key_pairs

DEFAULT_URL = "http://127.0.0.1:7350"

_OF_API = re.compile(r"[a-z0-9]+\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?")


def api_of(environment: Mapping[str, str], profile: str = "") -> SignedApi:
    """Give the API that STACK= or URL= names, the local server's where neither does; raises StartError.

    `profile` is one of the AWS configuration, or of the local server's file.
    """
    stack, url = environment.get("STACK", ""), environment.get("URL", "")
    if stack and url:
        raise StartError("URL and STACK name two places: give one of them.")
    if not stack and is_loopback(url or DEFAULT_URL):
        folder = environment.get("STATE_DIR") or ".symbolon"
        return SignedApi((url or DEFAULT_URL).rstrip("/"), _local_credentials(ROOT / folder, profile or "default"))
    try:
        session: Any = botocore.session.Session(profile=profile or None)
        credentials = session.get_credentials()
        if credentials is None:
            raise StartError("There are no AWS credentials here: aws configure, aws sso login, or AWS_PROFILE.")
        url = (_url_of_stack(session, stack) if stack else url).rstrip("/")
        return SignedApi(url, credentials, _region(session, url))
    except (BotoCoreError, ClientError) as error:
        raise StartError(" ".join(str(error).split())) from error


def _local_credentials(folder: Path, profile: str) -> Credentials:
    path = folder / CREDENTIALS_FILE
    if not path.exists():
        raise StartError(
            f"There is no {path}: start the server with `make serve`, or name its folder with STATE_DIR=path."
        )
    for pair in read_key_pairs(path):
        if pair.profile == profile:
            return Credentials(pair.access_key, pair.secret)
    raise StartError(f"{path} has no profile {profile!r}.")


def _url_of_stack(session: Any, stack: str) -> str:  # noqa: ANN401 (botocore has no types)
    [found] = session.create_client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", ())}
    if "OperatorAdmin" not in outputs:
        raise StartError(f"The stack {stack} has no API for operators: deploy it with OperatorsApi=true.")
    return str(outputs["ApiUrl"])


def _region(session: Any, url: str) -> str:  # noqa: ANN401 (botocore has no types)
    of_api = _OF_API.fullmatch(urlsplit(url).hostname or "")
    region = of_api[1] if of_api else session.get_config_variable("region") or os.environ.get("AWS_REGION")
    if not region:
        raise StartError("The API's region is not known: AWS_DEFAULT_REGION=…")
    return str(region)
