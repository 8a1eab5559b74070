"""The schemas of events are what events are, and what EventBridge's registry takes."""

import json
from typing import Any

import pytest

from local.contract import events
from local.contract.events import FOLDER, TYPES
from tests.helpers.events.bus import compare, received
from tests.helpers.watch.contract import HAS_SCHEMAS

ACCOUNT = "08152ad4-f2be-4f93-83b9-ee5501eb94d7"
PAGE = (FOLDER.parent / "events.md").read_text(encoding="utf-8")


def linked(**change: object) -> dict[str, Any]:
    """Give an event as a receiver gets it."""
    detail = {
        "version": 1,
        "id": "1-0",
        "order": "account",
        "sequence": f"{'7'.zfill(40)}-000",
        "account_id": ACCOUNT,
        "provider": "steam",
        **change,
    }
    return received({"DetailType": "account.linked", "Source": "symbolon", "Detail": json.dumps(detail)})


@pytest.mark.skipif(not HAS_SCHEMAS, reason="there is nothing that reads schemas for this Python")
@pytest.mark.parametrize("change", [{"subject": "76561190000000010"}, {"account_id": "anna"}, {"sequence": "7"}])
def test_what_is_no_event(change: dict[str, object]) -> None:
    """A field that is not described, such as a subject, does not pass for an event, nor what is no id."""
    compare(linked())

    with pytest.raises(AssertionError):
        compare(linked(**change))


@pytest.mark.parametrize("kind", TYPES)
def test_the_page_has_every_event(kind: str) -> None:
    """Each type has a file and stands on the page, with its own fields."""
    document = json.loads((FOLDER / f"{kind}.json").read_text(encoding="utf-8"))
    [row] = [line for line in PAGE.splitlines() if line.startswith(f"| `{kind}`")]

    assert document["components"]["schemas"]["AWSEvent"]["x-amazon-events-detail-type"] == kind
    assert not [field for field in TYPES[kind][1] if f"`{field}`" not in row]


@pytest.mark.long
def test_the_files_are_openapi() -> None:
    """Each file is a document as OpenAPI 3.0 has it."""
    validator = pytest.importorskip("openapi_spec_validator", reason="OpenAPI's validator is not there for this Python")

    for text in events.written().values():
        validator.validate(json.loads(text))
