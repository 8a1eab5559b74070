"""What is asked of a provider, and what it answers."""

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from symbolon.errors import Unavailable
from symbolon.values import NOTHING, concealing

MAX_ANSWER_BYTES = 64 * 1024

QUOTA_SECONDS = 60
"""For how long to come back no sooner when a provider's limit was reached and it does not say."""

MOST_SECONDS = 3600
"""The longest that a client is told to wait, whatever a provider says: limits are lifted by hand, too."""

_SECONDS = re.compile(r"[1-9][0-9]{0,8}")  # https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3; dates are left aside


class NonsenseAnswer(Exception):
    """The provider answered something that is no answer to the request."""


class Call(NamedTuple):
    """A request to a provider: with a `form`, or with `json`, it is a POST, else a GET.

    The answer may have `most` bytes.
    """

    url: str
    params: Mapping[str, str] = NOTHING
    headers: Mapping[str, str] = NOTHING
    form: Mapping[str, str] = NOTHING
    json: Mapping[str, Any] | None = None
    most: int = MAX_ANSWER_BYTES

    def __repr__(self) -> str:
        """Show what is no secret."""
        return concealing(self, "params", "headers", "form", "json")

    @property
    def is_post(self) -> bool:
        """Whether it carries something, which may be spent by it."""
        return bool(self.form) or self.json is not None


class Answer(NamedTuple):
    """A provider's answer: its status, headers by lower-case name, and body, of at most the allowed size."""

    provider: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        """Show what is no secret."""
        return concealing(self, "headers", "body")

    def json(self) -> dict[str, Any]:
        """Return the body as a JSON object; raises Unavailable when it is none."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise self.nonsense() from error
        if not isinstance(value, dict):
            raise self.nonsense() from NonsenseAnswer()
        return value

    def nonsense(self) -> Unavailable:
        """Return the error to raise for an answer that is none."""
        return unavailable(self.provider, self._pause(0))

    def busy(self) -> Unavailable:
        """Return the error to raise when the provider wants fewer requests of us."""
        return unavailable(self.provider, self._pause(QUOTA_SECONDS), "the provider's limit of requests was reached")

    def _pause(self, usual: int) -> int:
        """Return for how many seconds the provider wants to be left alone, as it says itself within reason."""
        said = self.headers.get("retry-after", "")
        return min(int(said), MOST_SECONDS) if _SECONDS.fullmatch(said) else usual


def unavailable(provider: str, retry_after: int = 0, detail: str = "") -> Unavailable:
    """Return the error that says that the provider cannot be asked, by its name and nothing else."""
    return Unavailable(f"{provider} is not available at the moment.", detail, retry_after)
