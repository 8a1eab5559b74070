"""What a call takes and answers, as tables."""

import json
from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]


def parameters(operation: Document, api: Document) -> list[str]:
    """Give a table of the query's, the path's and the body's fields; nothing where there are none."""
    rows = [
        _row(one["name"], one["schema"], one["in"], needed=one.get("required", False))
        for one in operation["parameters"]
    ]
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        where = "form" if "form" in media else "body"
        for schema in variants(content["schema"], api):
            needed = schema.get("required", [])
            rows += [
                _row(name, one, where, needed=name in needed) for name, one in schema.get("properties", {}).items()
            ]
    table = ["| Field | In | Type | |", "| --- | --- | --- | --- |", *dict.fromkeys(rows), ""]
    return table if rows else []


def answers(operation: Document, api: Document) -> list[str]:
    """Give a table of what comes back, but for what any call may answer."""
    rows = [
        f"| {status} | {_said(resolved(response, api), api)} |"
        for status, response in operation["responses"].items()
        if status not in ("413", "431", "500")
    ]
    return ["| Answer | |", "| --- | --- |", *rows, ""]


def variants(schema: Document, api: Document) -> Iterator[Document]:
    """Give each form that a body may have."""
    schema = resolved(schema, api)
    forms: list[Document] = schema.get("anyOf") or [schema]
    for one in forms:
        yield resolved(one, api)


def resolved(part: Document, api: Document) -> Document:
    """Give a part of the document itself for a reference to it."""
    while "$ref" in part:
        reference, part = part["$ref"], api
        for name in reference.removeprefix("#/").split("/"):
            part = part[name.replace("~1", "/").replace("~0", "~")]
    return part


def _row(name: str, schema: Document, where: str, *, needed: bool) -> str:
    kind = schema.get("type", "")
    kind = " or ".join(one for one in kind if one != "null") if isinstance(kind, list) else kind
    about = [schema.get("description", "")]
    about += [f"Default: `{json.dumps(schema['default'])}`."] if "default" in schema else []
    about += [f"One of {_listed(schema['enum'])}."] if "enum" in schema else []
    about += [f"{schema['x-max-bytes']} bytes at most."] if "x-max-bytes" in schema else []
    text = _cell(" ".join(part for part in about if part))
    return f"| `{name}`{' (needed)' if needed else ''} | {where} | {kind} | {text} |"


def _said(response: Document, api: Document) -> str:
    """Give what an answer means, the fields that it has, and the messages that it may have."""
    bodies = [one["schema"] for one in response.get("content", {}).values() if "schema" in one]
    fields = [name for body in bodies for one in variants(body, api) for name in one.get("properties", {})]
    is_error = not fields or "code" in fields or "error" in fields
    has = "" if is_error else "It has " + ", ".join(f"`{name}`" for name in dict.fromkeys(fields)) + "."
    return f"{response['description']} {has}{_messages(response, api)}".strip()


def _messages(response: Document, api: Document) -> str:
    """Give the messages of a response's examples, to be looked up by."""
    examples = [
        example for content in response.get("content", {}).values() for example in content.get("examples", {}).values()
    ]
    values = [resolved(example, api).get("value") for example in examples]
    messages = [value["message"] for value in values if isinstance(value, dict) and "code" in value]
    return " ".join(_cell(f"“{message}”".replace("<", "&lt;")) for message in dict.fromkeys(messages))


def _cell(text: str) -> str:
    """Give a text as a table has it; in code a bar is a bar."""
    parts = text.replace("\n", " ").split("`")
    return "`".join(part if at % 2 else part.replace("|", "\\|") for at, part in enumerate(parts))


def _listed(values: list[Any]) -> str:
    """Give the values that a field may have; null is as good as no field."""
    return ", ".join(f"`{value}`" if value != "" else '`""`' for value in values if value is not None)
