"""One call of the API, as a sample shows it: read from its operation in docs/openapi.json."""

from dataclasses import dataclass, field
from typing import Any

FORM = "application/x-www-form-urlencoded"

WAYS = ("session", "serverKey", "httpKeyBasic", "httpKey", "partnerId", "partnerBasic", "sigv4")
"""Ways to prove oneself; a sample shows the first of these that the operation takes."""


@dataclass(frozen=True)
class Call:
    """A request: the path with its query, how it proves itself ("" for not at all), its body as JSON or as a form."""

    operation_id: str
    method: str
    path: str
    way: str = ""
    body: Any = None
    form: dict[str, str] = field(default_factory=dict)


def call_of(method: str, path: str, operation: dict[str, Any]) -> Call:
    """Give the call that an operation's samples show."""
    content: dict[str, Any] = operation.get("requestBody", {}).get("content", {})
    media, about = next(iter(content.items())) if content else ("", {})
    example = about.get("example", _made_up(about.get("schema", {})))
    query = "&".join([*_needed(operation), *(["unwrap"] if path.startswith("/v2/rpc/") else [])])
    return Call(
        operation["operationId"],
        method.upper(),
        _filled(path, operation) + (f"?{query}" if query else ""),
        _way(operation),
        example if media == "application/json" else None,
        {name: str(value) for name, value in (example or {}).items()} if media == FORM else {},
    )


def _way(operation: dict[str, Any]) -> str:
    offered = {name for scheme in operation.get("security", []) for name in scheme}
    return next((way for way in WAYS if way in offered), "")


def _filled(path: str, operation: dict[str, Any]) -> str:
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", _EXAMPLES.get(parameter["name"], "something"))
    return path


def _needed(operation: dict[str, Any]) -> list[str]:
    shown = [one for one in operation.get("parameters", []) if one["in"] == "query"]
    return [f"{one['name']}={_EXAMPLES[one['name']]}" for one in shown if one["name"] in _SHOWN]


def _made_up(schema: dict[str, Any]) -> Any:  # noqa: ANN401 (JSON)
    """Give a body with a value for each field that is required."""
    schema = next(iter(schema.get("anyOf", [schema])))
    properties = schema.get("properties", {})
    return {name: _value(name, properties.get(name, {})) for name in schema.get("required", [])}


def _value(name: str, schema: dict[str, Any]) -> Any:  # noqa: ANN401 (JSON)
    kind = schema.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    by_kind = {"object": {}, "array": [], "integer": schema.get("minimum", 1), "number": 1, "boolean": True}
    return by_kind.get(kind, schema.get("enum", [_EXAMPLES.get(name, f"a-{name.replace('_', '-')}")])[0])


_SHOWN = ("ids", "email", "code", "ticket", "query")
_EXAMPLES = {
    "code": "123456",
    "email": "anna@example.com",
    "entry": "0123456789abcdef0123456789abcdef01234567",
    "id": "2a5b6c7d-0e1f-4a2b-8c3d-4e5f6a7b8c9d",
    "ids": "2a5b6c7d-0e1f-4a2b-8c3d-4e5f6a7b8c9d",
    "password": "a-long-one-of-yours",
    "proxy": "anything",
    "query": "anna",
    "reason": "why it is done",
    "sid": "2a5b6c7d-0e1f-4a2b-8c3d-4e5f6a7b8c9d",
    "ticket": "a-ticket",
    "username": "anna",
}
