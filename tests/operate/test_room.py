"""One line says whether an account can hold a deployment."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import NoCredentialsError

from local.operate import room
from local.operate.room import verdict


@pytest.mark.parametrize(("concurrency", "word"), [(10, "too few"), (49, "too few"), (50, "enough"), (1000, "enough")])
def test_verdict(concurrency: int, word: str) -> None:
    """Lambda counts ten requests a second for each environment; the line says how many there are and what is needed."""
    line = verdict(concurrency, 500)

    assert line.startswith(word)
    assert f" {concurrency:,} requests at once" in line
    assert "\n" not in line
    assert ("ask for 1,000" in line) == (word == "too few")


def test_account_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Lambda says of the account decides."""
    monkeypatch.setattr(boto3, "client", lambda _: Account(10))

    assert room.room().startswith("too few  Lambda runs 10 requests")


def test_account_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without credentials the line says so, and nothing else fails."""
    monkeypatch.setattr(boto3, "client", lambda _: Account(None))

    assert room.room().startswith("unknown  ")


class Account:
    """Lambda, asked about an account of this concurrency; None has no answer."""

    def __init__(self, concurrency: int | None) -> None:
        """Take it."""
        self._concurrency = concurrency

    def get_account_settings(self) -> Any:  # noqa: ANN401 (JSON)
        """Answer as Lambda does."""
        if self._concurrency is None:
            raise NoCredentialsError
        return {"AccountLimit": {"ConcurrentExecutions": self._concurrency}}
