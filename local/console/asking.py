"""Asking the service as a game does: with the server key and a credential."""

import json
import time
from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, HTTPClientError
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

from local.admin_api import TIMEOUT_SECONDS, is_loopback
from local.errors import StartError


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many milliseconds; a `body` that is no JSON object is {"text": …}."""

    status: int
    body: dict[str, Any]
    duration_ms: float


def ask(url: str, server_key: str, body: object) -> Answer:
    """Send a POST; raises StartError where there is no answer."""
    key = b64encode(f"{server_key}:".encode()).decode()
    headers = {"content-type": "application/json", "authorization": f"Basic {key}"}
    request = AWSRequest("POST", url, headers=headers, data=json.dumps(body).encode())
    start = time.perf_counter()
    try:
        proxies = {} if is_loopback(url) else get_environ_proxies(url)
        answer = URLLib3Session(proxies=proxies, timeout=TIMEOUT_SECONDS).send(request.prepare())
    except (BotoCoreError, HTTPClientError) as error:
        raise StartError(f"{url} gives no answer: {' '.join(str(error).split())}") from error
    return Answer(answer.status_code, _object(answer.content), (time.perf_counter() - start) * 1000)


def _object(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content or b"{}")
    except ValueError:
        body = None
    return body if isinstance(body, dict) else {"text": content.decode(errors="replace")[:2000]}
