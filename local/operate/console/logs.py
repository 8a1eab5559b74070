"""The latest requests to a deployed stack, from the API's access log, and of one of them what its function logged.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html, which costs nothing.
"""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from local.console.service import Exchange
from local.operate.console.clients import telling

_LOOKS_BACK = (120, 900, 3 * 3600)
"""In seconds: first the last moments, and where little happened a longer time."""

_MOST_PAGES = 5
_ENOUGH = 60
_AROUND_SECONDS = 300
_DAY_SECONDS = 24 * 3600
_ID = re.compile(r"[A-Za-z0-9=_-]{1,64}")
_SHOWN = ("outcome", "provider", "verb", "user_id", "events", "reason", "detail")
_PERMISSION = "logs:FilterLogEvents"


@dataclass(frozen=True)
class Logs:
    """The log groups of a stack, read through botocore's `client` for CloudWatch Logs."""

    client: Any
    of_api: str
    of_functions: str
    every_seconds: int = 15
    _known: dict[str, Exchange] = field(default_factory=dict, repr=False)

    def latest(self, most: int) -> list[Exchange]:
        """Give the latest exchanges, the newest first; raises StartError."""
        found: list[Exchange] = []
        for seconds in _LOOKS_BACK:
            with telling("the API's log", f"{_PERMISSION} on {self.of_api}"):
                found = list(self._of_api("", time.time() - seconds))
            if len(found) >= _ENOUGH:
                break
        found.sort(key=lambda exchange: -exchange.time)
        self._known.clear()
        self._known.update({exchange.id: exchange for exchange in found[:most]})
        return found[:most]

    def of_player(self, user_id: str, most: int) -> list[Exchange]:
        """Give what the functions have logged of a player within a day, or else a month; raises StartError."""
        found: list[Exchange] = []
        pattern = f'{{ $.user_id = "{user_id}" }}'
        for seconds in (_DAY_SECONDS, 30 * _DAY_SECONDS):
            with telling("the functions' log", f"{_PERMISSION} on {self.of_functions}"):
                events = list(self._events(self.of_functions, pattern, time.time() - seconds, time.time()))
            lines = [(event, line) for event in events if (line := _object(event["message"])).get("user_id") == user_id]
            found = [_logged(line, event["timestamp"] / 1000, event["message"].strip()) for event, line in lines]
            if found:
                break
        return sorted(found, key=lambda exchange: -exchange.time)[:most]

    def one(self, exchange_id: str) -> Exchange | None:
        """Give one exchange with its line, None where no log of the last day knows it; raises StartError."""
        if not _ID.fullmatch(exchange_id):
            return None
        exchange = self._known.get(exchange_id) or self._found(exchange_id)
        if exchange is None:
            return None
        begin = exchange.time - _AROUND_SECONDS
        with telling("the functions' log", f"{_PERMISSION} on {self.of_functions}"):
            pattern = f'{{ $.request_id = "{exchange_id}" }}'
            events = self._events(self.of_functions, pattern, begin, exchange.time + _AROUND_SECONDS)
            lines = [event["message"].strip() for event in events]
        return replace(exchange, line="\n".join(lines), fields=_fields(lines))

    def _found(self, exchange_id: str) -> Exchange | None:
        pattern = f'{{ $.request_id = "{exchange_id}" }}'
        with telling("the API's log", f"{_PERMISSION} on {self.of_api}"):
            return next(self._of_api(pattern, time.time() - _DAY_SECONDS), None)

    def _of_api(self, pattern: str, begin: float) -> Iterator[Exchange]:
        for event in self._events(self.of_api, pattern, begin, time.time()):
            line = _object(event["message"])
            if line:
                yield _exchange(line, event["timestamp"] / 1000)

    def _events(self, group: str, pattern: str, begin: float, end: float) -> Iterator[dict[str, Any]]:
        asked = {"logGroupName": group, "startTime": int(begin * 1000), "endTime": int(end * 1000) + 1}
        pages = self.client.get_paginator("filter_log_events").paginate(**asked, filterPattern=pattern)
        for _, page in zip(range(_MOST_PAGES), pages, strict=False):
            yield from page["events"]


def _exchange(line: dict[str, Any], moment: float) -> Exchange:
    """Return what a line of the access log says; what API Gateway does not know is a dash there."""
    method, _, path = str(line.get("route", "")).rpartition(" ")
    name = str(line.get("request_id", ""))
    name = name if _ID.fullmatch(name) else "unknown"
    told = {"outcome": "refused by API Gateway"} if line.get("function_ms") == "-" else {}
    return Exchange(name, moment, method, path, int(_number(line, "status")), _number(line, "latency_ms"), told)


def _logged(line: dict[str, Any], moment: float, text: str) -> Exchange:
    """Return a request as its function tells of it, which knows no path."""
    name, what = str(line.get("request_id", "unknown")), f"{line.get('service', '')}: {line.get('verb', '')}"
    duration = line.get("duration_ms", 0.0)
    told = {name: line[name] for name in _SHOWN if line.get(name)}
    usual = 200 if line.get("outcome") == "ok" else 0  # which the line leaves out
    return Exchange(name, moment, "", what, int(line.get("status", usual)), float(duration), told, text)


def _fields(lines: list[str]) -> dict[str, Any]:
    told = next((line for line in map(_object, lines) if "outcome" in line), {})
    return {name: told[name] for name in _SHOWN if told.get(name)}


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _number(line: dict[str, Any], name: str) -> float:
    text = str(line.get(name, ""))
    return float(text) if text.isdecimal() else 0.0
