"""Where letters of a service that is tried arrive: at MiniStack's SES, which has no mailbox, or at a local console."""

import json
import re
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3

from local.errors import SmokeError

_WAIT_SECONDS, _LOOK_AGAIN_SECONDS = 30.0, 0.2
_SENT = "/_ministack/ses/messages"


@dataclass(frozen=True)
class Letter:
    """What somebody got."""

    to: str
    subject: str
    text: str = field(repr=False)

    @property
    def code(self) -> str:
        """The code in it; raises SmokeError when there is none."""
        found = re.search(r"^[A-Z2-9]{4}-[A-Z2-9]{4}$", self.text, re.MULTILINE)
        if not found:
            raise SmokeError(f"the letter “{self.subject}” has no code")
        return found[0]


@dataclass
class Letters:
    """The letters to one address, one after the other; `sent` gives all that were sent so far, in their order."""

    address: str
    sent: Callable[[], Iterator[Letter]]
    _read: int = 0

    def next(self, subject: str) -> Letter:
        """Wait for the next letter, whose subject has these words; raises SmokeError."""
        until = time.monotonic() + _WAIT_SECONDS
        while time.monotonic() < until:
            mine = [letter for letter in self.sent() if letter.to == self.address]
            if len(mine) > self._read:
                letter = mine[self._read]
                self._read += 1
                if subject not in letter.subject:
                    raise SmokeError(f"the next letter is “{letter.subject}”, not one about “{subject}”")
                return letter
            time.sleep(_LOOK_AGAIN_SECONDS)
        raise SmokeError(f"no letter about “{subject}” came within {_WAIT_SECONDS:.0f} seconds")


def verify_sender(domain: str) -> None:
    """Have SES let the stack write from the domain, as a studio does once."""
    boto3.client("sesv2").create_email_identity(EmailIdentity=domain)


def at_ministack(endpoint: str) -> Callable[[], Iterator[Letter]]:
    """Give what reads the letters that MiniStack at the endpoint was given."""

    def sent() -> Iterator[Letter]:
        by_account = _read_json(endpoint + _SENT)["messages"]
        letters = [one for many in by_account.values() for one in many]
        for one in sorted(letters, key=lambda letter: letter["Timestamp"]):
            yield Letter(one["To"][0], one["Subject"], one["BodyText"])

    return sent


def at_console(url: str) -> Callable[[], Iterator[Letter]]:
    """Give what reads the mailbox of the local console at the URL, which has the newest first."""

    def sent() -> Iterator[Letter]:
        for one in reversed(_read_json(f"{url}/mail")):
            yield Letter(one["to"][0], one["subject"], one["text"])

    return sent


def _read_json(url: str) -> Any:  # noqa: ANN401 (JSON)
    request = urllib.request.Request(url, headers={"accept": "application/json"})  # noqa: S310 (this machine)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
        return json.load(answer)
