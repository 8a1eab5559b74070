"""Letters as players get them: what the functions send arrives in a mailbox on this machine."""

import queue
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from local.gateway.invocations import Invocations
from local.gateway.mailbox import Mailbox
from tests.helpers.service.lambdas import TEMPLATE, handler_of

SETTINGS = {"sender": "game@example.com", "base_url": "https://play.example.com", "game": "Agora"}
_WAIT_SECONDS = 5
Events = queue.Queue[dict[str, Any]]


class Post:
    """The players' letters, one after the other; the function `mail` does its work when the next is asked for."""

    def __init__(self, mailbox: Mailbox, events: Events) -> None:
        """Begin with what comes from now on."""
        self._mailbox, self._events = mailbox, events
        self._deliver = handler_of("MailFunction")

    def next(self) -> dict[str, Any]:
        """Give the next letter; waits for it."""
        before = len(self._mailbox.letters())
        while len(self._mailbox.letters()) == before:
            self._deliver(self._events.get(timeout=_WAIT_SECONDS), None)
        return self._mailbox.letters()[0]

    def code(self) -> str:
        """Give the code in the next letter."""
        return code_in(self.next())

    def is_empty(self) -> bool:
        """Tell whether what is waiting leads to no letter."""
        before = len(self._mailbox.letters())
        time.sleep(0.1)
        while not self._events.empty():
            self._deliver(self._events.get(), None)
        return len(self._mailbox.letters()) == before


def code_in(letter: dict[str, Any]) -> str:
    """Give the code in a letter."""
    [code] = re.findall(r"^[A-Z2-9]{4}-[A-Z2-9]{4}$", letter["text"], re.MULTILINE)
    return str(code)


@contextmanager
def running_post(monkeypatch: pytest.MonkeyPatch, settle: Callable[[], None]) -> Iterator[Post]:
    """Run what stands in for SES and for Lambda's asynchronous invocations; `settle` puts the settings in place."""
    [function] = [function for function in TEMPLATE.functions if function.name == "MailFunction"]
    with Mailbox() as mailbox, Invocations() as invocations:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SES", mailbox.endpoint)
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", invocations.endpoint)
        monkeypatch.setenv("MAIL_FUNCTION", function.name)
        settle()
        events: Events = queue.Queue()
        invocations.serve([(function, lambda event, _context: events.put(event))])
        yield Post(mailbox, events)
