"""The contract beside what the functions answer: docs/openapi.json must have every answer that any test gets."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from local.contract.calls import procedures
from local.contract.document import OPERATIONS, PATH
from local.contract.operation import Operation
from tests.helpers.players.client import Answer

try:  # not every Python has it
    import jsonschema
except ImportError:
    jsonschema = None

HAS_SCHEMAS = jsonschema is not None
BREACHES: list[str] = []
"""What this test has seen that the contract does not have."""

_RPC = "/v2/rpc/{id+}"
_seen: set[tuple[str, int, str]] = set()


def compare(event: Mapping[str, Any], answer: Answer) -> None:
    """Note where an answer is none that the contract has for the route of the event."""
    key, said = _described(event)
    if said is None or not _is_written(key):  # which the contract's own test tells of
        return
    if answer.status >= 400 and said.errors:
        _compare_error(key, answer)
    elif answer.status == 200 and answer.text.startswith("{"):
        _compare_body(key, answer)
    elif str(answer.status) not in _statuses(key):
        BREACHES.append(f"{key} answered {answer.status}, which is not among its responses")


def _described(event: Mapping[str, Any]) -> tuple[str, Operation | None]:
    key = event["routeKey"].replace("HEAD ", "GET ")
    if key.endswith(_RPC):
        name = f"POST /v2/rpc/{event.get('pathParameters', {}).get('id', '').lower()}"
        if name in procedures.OPERATIONS:
            return name, procedures.OPERATIONS[name]
    return key, OPERATIONS.get(key)


def _compare_error(key: str, answer: Answer) -> None:
    code = answer.body.get("code", answer.body.get("error"))  # the latter is OAuth's
    text = answer.body.get("message", answer.body.get("error_description", ""))
    if not _patterns(key, answer.status) and str(answer.status) in _statuses(key):  # in words of its own
        return
    if not any(pattern.fullmatch(text) for pattern in _patterns(key, answer.status).get(code, ())):
        BREACHES.append(
            f"{key} answered {answer.status}, code {code}: {text!r}. Say so in its `problems`, in a file of "
            "local/contract/operations; then make openapi"
        )
    if answer.status == 503 and not answer.headers.get("retry-after", "").isdecimal():
        BREACHES.append(f"{key} answered 503 without Retry-After")


@cache
def _patterns(key: str, status: int) -> dict[Any, list[re.Pattern[str]]]:
    """Give the messages that an operation may have with a status, by code, as the document itself has them."""
    found: dict[Any, list[re.Pattern[str]]] = {}
    content = resolved(_operation(key)["responses"].get(str(status), {})).get("content", {})
    for reference in content.get("application/json", {}).get("examples", {}).values():
        example = resolved(reference)["value"]
        code = example["error"] if "error_description" in example else example.get("code")
        message = str(example.get("error_description", example.get("message")))
        text = re.escape(message).replace(r"\{\}", ".*")
        found.setdefault(code, []).append(re.compile(text, re.DOTALL))
    return found


def _statuses(key: str) -> list[str]:
    return list(_operation(key)["responses"])


def _compare_body(key: str, answer: Answer) -> None:
    """Compare an answer whose form was not seen before, since comparing takes longer than answering."""
    form = (key, answer.status, json.dumps(_form(answer.body)))
    if not HAS_SCHEMAS or form in _seen:
        return
    _seen.add(form)
    error = jsonschema.exceptions.best_match(_validator(key).iter_errors(answer.body))
    if error is not None:
        BREACHES.append(f"{key} answered what its schema does not have: {error.message} at {list(error.path)}")


@cache
def _validator(key: str) -> Any:  # noqa: ANN401 (of a library without types)
    content = resolved(_operation(key)["responses"]["200"])["content"]["application/json"]
    schema = {**content["schema"], "components": _document()["components"]}
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


def _form(value: object) -> object:
    """Give what a body is like, without its texts and numbers."""
    if isinstance(value, dict):
        return {name: _form(item) for name, item in sorted(value.items())}
    if isinstance(value, list):
        return [_form(item) for item in value[:1]]
    return type(value).__name__


def _is_written(key: str) -> bool:
    return bool(_operation(key))


def _operation(key: str) -> dict[str, Any]:
    """Give the document's operation, {} where it has none."""
    method, path = key.lower().split(" ", 1)[0], key.split(" ", 1)[1].replace("+}", "}")
    found: dict[str, Any] = _document()["paths"].get(path, {}).get(method, {})
    return found


def resolved(value: dict[str, Any]) -> dict[str, Any]:
    """Give what a reference refers to, or what is none as it is."""
    if "$ref" not in value:
        return value
    found: Any = _document()
    for part in value["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return resolved(found)


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    return document
