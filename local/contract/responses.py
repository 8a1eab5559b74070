"""The answers of an operation: what 200 brings, and each error under its status, with every message as an example."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from local.contract import common, samples
from local.contract.operation import JSON, Operation, Problem, ref

GATEWAY: Mapping[int, str] = {
    403: "Forbidden",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
"""What API Gateway answers by itself, in a form of its own, without a code: 403 to who shows no signature where a route
asks for one. Functions answer so, too, to who goes around the edge."""

_TITLES: Mapping[int, str] = {
    400: "Malformed (code 3), or not possible as things are (code 9).",
    401: "A key, token or credential is missing or wrong (code 16).",
    403: "The caller may not do this (code 7).",
    404: "It does not exist (code 5).",
    409: "It belongs to somebody else (code 6), or was changed meanwhile (code 10).",
    413: "More than 10 MB.",
    429: "A limit is reached (code 8); `Retry-After` says when it is not any more.",
    431: "The address and the headers have more than 10 KB.",
    500: "The deployment is at fault (code 13); nothing that a client sends makes this.",
    503: "Something is down or too busy (code 14); the same request may succeed after `Retry-After`.",
}
HEADERS: Mapping[str, Any] = {
    "Retry": {"description": "In how many seconds to try again.", "schema": {"type": "integer", "minimum": 1}}
}
_MAY_BE_TRIED_AGAIN = (429, 503)


def responses(said: Operation, *, is_head: bool) -> dict[str, Any]:
    """Give the responses of an operation; those to HEAD have no body."""
    answer = {
        media: {"schema": schema, **samples.answer_of(said.event, schema)} for media, schema in said.answer.items()
    }
    found: dict[str, Any] = {"200": {"description": "Done.", "content": answer}, **said.more.get("responses", {})}
    everywhere = common.EVERYWHERE if said.errors in ("Error", "RpcError") else ()
    by_status: dict[int, list[Problem]] = {}
    for problem in dict.fromkeys((*said.problems, *everywhere)):
        by_status.setdefault(problem.status, []).append(problem)
    for status in sorted({*by_status, *GATEWAY}):
        found[str(status)] = _failure(status, said.errors, by_status.get(status, []), GATEWAY.get(status, ""))
    if is_head:
        return {status: {**response, "content": {}} for status, response in found.items()}
    return found


def _failure(status: int, form: str, problems: Iterable[Problem], by_gateway: str) -> dict[str, Any]:
    known = list(problems)
    if not form and known:
        content: dict[str, Any] = {"text/html; charset=utf-8": {"schema": {"type": "string"}}}
        known = []
    else:
        content = {}
    examples: dict[str, Any] = {
        name_of(form, one): {"$ref": f"#/components/examples/{name_of(form, one)}"} for one in known
    }
    if by_gateway:
        examples["gateway"] = {"value": {"message": by_gateway}}
    forms = [_of_codes(form, known)] if known else []
    forms += [ref("GatewayError")] if by_gateway else []
    if forms:
        content[JSON] = {"schema": forms[0] if len(forms) == 1 else {"anyOf": forms}, "examples": examples}
    headers = (
        {"headers": {"retry-after": {"$ref": "#/components/headers/Retry"}}} if status in _MAY_BE_TRIED_AGAIN else {}
    )
    return {"description": _TITLES[status], **headers, "content": content}


def _of_codes(form: str, problems: Iterable[Problem]) -> Mapping[str, Any]:
    """Give the form of an error whose code is one of these."""
    name = "error" if form == "OAuthError" else "code"
    codes = sorted({problem.code for problem in problems}, key=str)
    return {"allOf": [ref(form), {"properties": {name: {"enum": codes}}}]}


def examples_of(operations: Iterable[Operation]) -> dict[str, Any]:
    """Give every error of these operations once, by the name under which responses refer to it."""
    found: dict[str, Any] = {}
    for said in operations:
        everywhere = common.EVERYWHERE if said.errors in ("Error", "RpcError") else ()
        for problem in (*said.problems, *everywhere) if said.errors else ():
            found[name_of(said.errors, problem)] = {"value": body_of(said.errors, problem)}
    return dict(sorted(found.items()))


def name_of(form: str, problem: Problem) -> str:
    """Give the name of an error: its form, code and message, in letters that a component's name may have."""
    words = re.sub(r"[^A-Za-z0-9{}]+", "-", problem.message).replace("{}", "_").strip("-")
    return f"{form}-{problem.code}-{words}"


def body_of(form: str, problem: Problem) -> dict[str, Any]:
    """Give the body of an error."""
    if form == "OAuthError":
        return {"error": problem.code, "error_description": problem.message}
    doubled = {"error": problem.message} if form == "RpcError" else {}
    return {"code": problem.code, **doubled, "message": problem.message}
