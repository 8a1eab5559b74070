"""Answers as Nakama writes them: proto3's JSON, in which a field with its zero value is left out.

https://protobuf.dev/programming-guides/json/
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from symbolon.api.jsontext import written
from symbolon.errors import SymbolonError

_HEADERS = {"content-type": "application/json", "cache-control": "no-store"}


@dataclass(frozen=True)
class Json:
    """A body that is JSON text already, or empty; `headers` are beside the usual ones, or in their place."""

    text: str = field(repr=False)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


def success(body: Mapping[str, Any] | Json) -> dict[str, Any]:
    """Return the API Gateway answer for a request that was served."""
    return _answer(body if isinstance(body, Json) else Json(written(body)))


def failure(error: SymbolonError) -> dict[str, Any]:
    """Return the API Gateway answer for an error."""
    return refusal(error, {"code": error.code, "message": error.message})


def rpc_failure(error: SymbolonError) -> dict[str, Any]:
    """Return the API Gateway answer for an error of a procedure, whose text Nakama sends twice."""
    return refusal(error, {"code": error.code, "error": error.message, "message": error.message})


def refusal(error: SymbolonError, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the API Gateway answer for an error that a protocol words in its own way."""
    retry = {"retry-after": str(error.retry_after)} if error.retry_after else {}
    return _answer(Json(written({**body, **error.extra}), error.status, {**retry, **(headers or {})}))


def _answer(body: Json) -> dict[str, Any]:
    return {"statusCode": body.status, "headers": {**_HEADERS, **body.headers}, "body": body.text}
