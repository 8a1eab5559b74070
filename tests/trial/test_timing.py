"""`make timing` measures what a wrong password takes, for an account and for none, and leaves nothing behind."""

import re
from collections.abc import Iterator

import pytest

from local.trial import timing
from local.trial.service import bearer
from local.trial.smoke import DEVELOPMENT_KEY
from local.trial.timing import Account, Comparison, Guesser
from tests.helpers.service.local_gateway import running_gateway

LINE = re.compile(r"(address|username) +account +[0-9.]+ ms +no account +[0-9.]+ ms +difference +[0-9.]+%")


@pytest.fixture
def gateway() -> Iterator[str]:
    """Give the URL of a service that works."""
    with running_gateway() as url:
        yield url


@pytest.mark.long
def test_measuring(gateway: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Both ways are measured, the exit status says how they compare, and the accounts are gone."""
    made: list[Account] = []
    sign_up = Guesser.sign_up

    def noted(guesser: Guesser) -> Account:
        made.append(sign_up(guesser))
        return made[-1]

    monkeypatch.setattr(Guesser, "sign_up", noted)
    monkeypatch.setenv("URL", gateway)
    monkeypatch.setenv("N", "3")

    status = timing.main()

    first, *lines = capsys.readouterr().out.splitlines()
    assert first == "A wrong password, medians of 3:"
    assert [LINE.fullmatch(line) is not None for line in lines] == [True, True]
    assert status == int(any(float(line.split()[-1].rstrip("%")) > 10 for line in lines))
    assert len(made) == 2
    guesser = Guesser(gateway, DEVELOPMENT_KEY)
    assert [guesser.ask("GET", "/v2/account", None, bearer(one.token))[0] for one in made] == [404, 404]
    guesser.close()


@pytest.mark.parametrize(("known", "unknown", "difference"), [(0.1, 0.111, 0.11), (0.2, 0.1, 1.0), (0.1, 0.1, 0.0)])
def test_difference(known: float, unknown: float, difference: float) -> None:
    """The difference is a part of the smaller median, whichever is the smaller one."""
    assert Comparison("address", known, unknown).difference == pytest.approx(difference)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (
            "localhost:7350",
            "URL must begin with http:// or https://, not be 'localhost:7350': make timing URL=https://…",
        ),
        ("http://127.0.0.1:9", "127.0.0.1:9 did not answer: [Errno 111] Connection refused"),
    ],
)
def test_no_service(
    url: str, message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is no service is said so in one line."""
    monkeypatch.setenv("URL", url)

    assert timing.main() == 1
    assert capsys.readouterr().err == f"FAILED  {message}\n"
