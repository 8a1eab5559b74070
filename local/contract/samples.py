"""Examples: the bodies of the sample events, and what the answer to one looks like where that is short to say."""

import json
from typing import Any
from urllib.parse import parse_qsl

from local.contract.operation import Schema
from local.trial.samples import EVENTS

_SIGNED = "eyJhbGciOiJIUzI1NiJ9.eyJ1aWQiOiIuLi4ifQ.c2lnbmF0dXJl"
_ANSWERS: dict[str, Any] = {
    "Session": {"created": True, "token": _SIGNED, "refresh_token": _SIGNED},
    "Nothing": {},
    "Changed": {"entry": "bakswvhsxzhzha5z52kqd5su24aaaaaaaaaaaaaa"},
    "Account": {
        "user": {
            "id": "08152ad4-f2be-4f93-83b9-ee5501eb94d7",
            "username": "player-42",
            "lang_tag": "en",
            "metadata": "{}",
            "create_time": "2026-03-10T05:16:23Z",
            "update_time": "2026-03-10T05:16:23Z",
        },
        "wallet": "{}",
        "devices": [{"id": "7c4e9f1a-a-device-that-is-none"}],
    },
}


def body_of(event: str) -> dict[str, Any]:
    """Give the example that a sample event's body is, as a request body's content has it; {} without one."""
    if not event:
        return {}
    sample = json.loads((EVENTS / f"{event}.json").read_text(encoding="utf-8"))
    text = sample.get("body")
    if not text:
        return {}
    is_form = "form" in sample["headers"].get("content-type", "")
    return {"example": dict(parse_qsl(text)) if is_form else json.loads(text)}


def answer_of(event: str, schema: Schema) -> dict[str, Any]:
    """Give the example of an answer; {} for those that the schema shows well enough."""
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    return {"example": _ANSWERS[name]} if event and name in _ANSWERS else {}
