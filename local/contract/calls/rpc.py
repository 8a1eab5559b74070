"""Remote procedure calls: one route, and a path for each procedure that stands behind it."""

from collections.abc import Mapping
from dataclasses import dataclass

from local.contract import common
from local.contract.fields import shown
from local.contract.operation import (
    JSON,
    Operation,
    Problem,
    Schema,
    forbidden,
    invalid,
    missing,
    ref,
    refused,
)
from local.contract.schemas import TEXT
from symbolon.rpc import Caller

ROUTE = "/v2/rpc/{id+}"
QUERY: Mapping[str, Schema] = {
    "http_key": {"type": "string", "description": "The http key, for servers; or as Basic user name."},
    "unwrap": {
        "type": "string",
        "description": "With any value, or none: the body is the payload, and the answer the result.",
    },
    "payload": {"type": "string", "description": "The payload, in place of a body."},
}
KEYS = (
    *refused("Auth token or HTTP key required"),
    *common.HTTP_KEY,
    *forbidden("Game server disabled."),
    *common.SESSION,
    *common.QUERY,
    *common.BODY,
    *invalid("Request body must be a JSON string, or the query must have unwrap."),
)
SECURITY = {
    Caller.SESSION: ("session",),
    Caller.SERVER: ("httpKey", "httpKeyBasic"),
    Caller.ANY: ("session", "httpKey", "httpKeyBasic"),
}
_WRONG_CALLER = {
    Caller.SESSION: forbidden("This function is for users, it needs a session."),
    Caller.SERVER: forbidden("This function is for servers, it needs the HTTP key."),
    Caller.ANY: (),
}


@dataclass(frozen=True)
class Procedure:
    """A procedure: who may call it, its payload, its result, its own errors, and its sample event."""

    summary: str
    caller: Caller
    payload: Schema
    result: Schema
    problems: tuple[Problem, ...] = ()
    event: str = ""


def called(procedure: Procedure) -> Operation:
    """Give the operation that calls a procedure by POST."""
    wrapped = {"type": "string", "description": "Without `unwrap`: the payload as a JSON text in a JSON string."}
    payload = shown({"payload": {**TEXT, "description": "Without `unwrap`: the result as a JSON text."}}, "payload")
    return Operation(
        "rpc",
        procedure.summary,
        SECURITY[procedure.caller],
        (*KEYS, *_WRONG_CALLER[procedure.caller], *procedure.problems),
        query=QUERY,
        body={JSON: {"anyOf": [procedure.payload, wrapped]}},
        answer={JSON: {"anyOf": [procedure.result, payload]}},
        event=procedure.event,
        errors="RpcError",
    )


def _any(method: str) -> Operation:
    about = "Call the procedure `id`: a path below has each. An id may have slashes, and stands in any case."
    return Operation(
        "rpc",
        about,
        SECURITY[Caller.ANY],
        (*KEYS, *missing("RPC function not found"), *(problem for one in _WRONG_CALLER.values() for problem in one)),
        query=QUERY,
        body={} if method == "GET" else {JSON: {"description": "The payload."}},
        answer={JSON: ref("Procedure")},
        errors="RpcError",
    )


OPERATIONS: Mapping[str, Operation] = {f"{method} {ROUTE}": _any(method) for method in ("GET", "POST")}
