"""Responses that several operations have, written once: most errors are common to many."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

Paths = dict[str, dict[str, Any]]


def shared_responses(paths: Paths) -> dict[str, Any]:
    """Replace responses that occur more than once by references, and give what those refer to.

    Each is called after the first operation that has it.
    """
    times = Counter(json.dumps(responses[status]) for _, responses, status in _responses(paths))
    names: dict[str, str] = {}
    found: dict[str, Any] = {}
    for operation, responses, status in _responses(paths):
        text = json.dumps(responses[status])
        if times[text] > 1:
            name = names.setdefault(text, f"{operation}{status}")
            found.setdefault(name, responses[status])
            responses[status] = {"$ref": f"#/components/responses/{name}"}
    return found


def _responses(paths: Paths) -> Iterator[tuple[str, dict[str, Any], str]]:
    for path in sorted(paths):
        for operation in paths[path].values():
            for status in operation["responses"]:
                yield operation["operationId"], operation["responses"], status
