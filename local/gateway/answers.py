"""Lambda to HTTP: what a function may answer to an API Gateway event of payload format 2.0."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any


class MalformedAnswerError(TypeError):
    """A function answered something that API Gateway cannot send."""


@dataclass(frozen=True)
class Answer:
    """An HTTP response."""

    status: int
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)


def read_answer(result: Any) -> Answer:  # noqa: ANN401 - a function returns what it likes, this is where it is checked
    """Give the response for a function's result; one without a statusCode is the JSON body of a 200.

    Raises MalformedAnswerError for what API Gateway answers with a 500.
    """
    if not isinstance(result, dict) or "statusCode" not in result:
        return Answer(200, json.dumps(result).encode(), [("content-type", "application/json")])
    text = result.get("body", "")
    if not isinstance(text, str):
        raise MalformedAnswerError(f"body must be a string, not {type(text).__name__}")
    headers = {str(name).lower(): str(value) for name, value in result.get("headers", {}).items()}
    headers.setdefault("content-type", "text/plain;charset=UTF-8")
    cookies = [("set-cookie", cookie) for cookie in result.get("cookies", [])]
    body = base64.b64decode(text) if result.get("isBase64Encoded") else text.encode()
    return Answer(int(result["statusCode"]), body, [*headers.items(), *cookies])
