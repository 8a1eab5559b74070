"""Answers as Nakama writes them: proto3's JSON, in which a field with its zero value is left out.

https://protobuf.dev/programming-guides/json/
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from symbolon.api.jsontext import written
from symbolon.errors import SymbolonError
from symbolon.values import NOTHING, concealing

_HEADERS = {"content-type": "application/json", "cache-control": "no-store"}

_PAGE_HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_POLICY = "default-src 'none'; style-src '{style}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


class Json(NamedTuple):
    """A body that is JSON text already, or empty; `headers` are beside the usual ones, or in their place."""

    text: str
    status: int = 200
    headers: Mapping[str, str] = NOTHING

    def __repr__(self) -> str:
        """Show what is no secret."""
        return concealing(self, "text", "headers")


class Page(NamedTuple):
    """A page of HTML for people; `style` is its style sheet's hash as a CSP source, `error` what the page tells of."""

    html: str
    style: str
    error: SymbolonError | None = None

    def __repr__(self) -> str:
        """Show what is no secret."""
        return concealing(self, "html")


def success(body: Mapping[str, Any] | Json | Page) -> dict[str, Any]:
    """Return the API Gateway answer for a request that was served."""
    if isinstance(body, Page):
        return page_answer(body)
    return _answer(body if isinstance(body, Json) else Json(written(body)))


def failure(error: SymbolonError) -> dict[str, Any]:
    """Return the API Gateway answer for an error."""
    return refusal(error, {"code": error.code, "message": error.message})


def outside_failure(error: SymbolonError) -> dict[str, Any]:
    """Return the API Gateway answer for who is not let in, whatever the route: in the form of API Gateway's own."""
    return refusal(error, {"message": error.message})


def rpc_failure(error: SymbolonError) -> dict[str, Any]:
    """Return the API Gateway answer for an error of a procedure, whose text Nakama sends twice."""
    return refusal(error, {"code": error.code, "error": error.message, "message": error.message})


def page_answer(page: Page) -> dict[str, Any]:
    """Return the API Gateway answer with a page: no script, nothing from elsewhere, in no frame, and no referrer."""
    status = page.error.status if page.error else 200
    headers = _PAGE_HEADERS | {"content-security-policy": _POLICY.format(style=page.style)}
    if page.error and page.error.retry_after:
        headers["retry-after"] = str(page.error.retry_after)
    return {"statusCode": status, "headers": headers, "body": page.html}


def refusal(error: SymbolonError, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the API Gateway answer for an error that a protocol words in its own way."""
    retry = {"retry-after": str(error.retry_after)} if error.retry_after else {}
    return _answer(Json(written({**body, **error.extra}), error.status, {**retry, **(headers or {})}))


def _answer(body: Json) -> dict[str, Any]:
    return {"statusCode": body.status, "headers": {**_HEADERS, **body.headers}, "body": body.text}
