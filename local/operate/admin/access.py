"""The operators' API of a server or of a deployment, asked in the name of one's AWS credentials.

Requests are signed by botocore's own signer, for a server on this machine with a key pair of its file, for any other
with the credentials that the AWS CLI would take.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlencode, urlsplit

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

from local import ROOT
from local.errors import StartError
from local.gateway.iam.operators import CREDENTIALS_FILE, read_key_pairs
from local.gateway.iam.signatures import REGION, SERVICE

DEFAULT_URL = "http://127.0.0.1:7350"
TIMEOUT_SECONDS = 35
"""API Gateway waits for a function for up to 30."""

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_OF_API = re.compile(r"[a-z0-9]+\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?")
_FORBIDDEN = (
    "The request was not let through: its signature, or a policy that allows it, is missing. "
    "docs/operators.md tells how policies are attached; a local server says on its standard error what was wrong."
)


class RefusedError(Exception):
    """The API refused a request: `status` of the answer, gRPC `code` (0 where it is API Gateway's own), and why."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class Api(Protocol):
    """Whatever carries an operator's request to the API."""

    def call(self, route: str, query: Mapping[str, Any] | None = None, body: object = None) -> dict[str, Any]:
        """Send a request, `route` being method and path, and give the answer's JSON.

        Raises RefusedError, and StartError where there is no answer.
        """


@dataclass(frozen=True)
class SignedApi:
    """The API at `url`, where requests are signed with `credentials` for its `region`.

    `host` is the name that it goes by, where that is not the URL's.
    """

    url: str
    credentials: Any = field(repr=False)
    region: str = REGION
    host: str = ""

    def call(self, route: str, query: Mapping[str, Any] | None = None, body: object = None) -> dict[str, Any]:
        """Do as `Api` says."""
        method, path = route.split(" ", 1)
        asked = "?" + urlencode(query, quote_via=quote, doseq=True) if query else ""
        data = b"" if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"} if data else {}
        headers |= {"host": self.host} if self.host else {}
        request = AWSRequest(method, self.url + path + asked, headers=headers, data=data)
        try:
            SigV4Auth(self.credentials, SERVICE, self.region).add_auth(request)
            answer = self._session().send(request.prepare())
        except (BotoCoreError, HTTPClientError) as error:
            reason = " ".join(str(error).split())
            raise StartError(f"{self.url} gives no answer: {reason}") from error
        return _content(answer.status_code, answer.content)

    def _session(self) -> URLLib3Session:
        # What is on this machine, a developer's proxy has no way back to.
        proxies = {} if _is_local(self.url) else get_environ_proxies(self.url)
        return URLLib3Session(proxies=proxies, timeout=TIMEOUT_SECONDS)


def api_of(environment: Mapping[str, str], profile: str = "") -> SignedApi:
    """Give the API that STACK= or URL= names, the local server's where neither does; raises StartError.

    `profile` is one of the AWS configuration, or of the local server's file.
    """
    stack, url = environment.get("STACK", ""), environment.get("URL", "")
    if stack and url:
        raise StartError("URL and STACK name two places: give one of them.")
    if not stack and _is_local(url or DEFAULT_URL):
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


def _is_local(url: str) -> bool:
    return urlsplit(url).hostname in _LOOPBACK


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


def _content(status: int, content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content or b"{}")
    except ValueError as error:
        raise StartError(f"The answer, {status}, is no JSON: is this the URL of Symbolon?") from error
    if status == 200 and isinstance(body, dict):  # noqa: PLR2004 (done)
        return body
    if not isinstance(body, dict) or "code" not in body:
        raise RefusedError(status, 0, _FORBIDDEN if status == 403 else str(body)[:200])  # noqa: PLR2004 (forbidden)
    raise RefusedError(status, int(body["code"]), str(body["message"]))
