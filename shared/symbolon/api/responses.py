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
    """A body that is JSON text already, or empty."""

    text: str = field(repr=False)


def success(body: Mapping[str, Any] | Json) -> dict[str, Any]:
    """Return the API Gateway answer for a request that was served."""
    return _answer(200, body if isinstance(body, Json) else _json(body))


def failure(error: SymbolonError) -> dict[str, Any]:
    """Return the API Gateway answer for an error."""
    return _refusal(error, {"code": error.code, "message": error.message})


def rpc_failure(error: SymbolonError) -> dict[str, Any]:
    """Return the API Gateway answer for an error of a procedure, whose text Nakama sends twice."""
    return _refusal(error, {"code": error.code, "error": error.message, "message": error.message})


def _refusal(error: SymbolonError, body: Mapping[str, Any]) -> dict[str, Any]:
    answer = _answer(error.status, _json({**body, **error.extra}))
    if error.retry_after:
        answer["headers"] = {**_HEADERS, "retry-after": str(error.retry_after)}
    return answer


def _json(body: Mapping[str, Any]) -> Json:
    return Json(written(body))


def _answer(status: int, body: Json) -> dict[str, Any]:
    return {"statusCode": status, "headers": _HEADERS, "body": body.text}
