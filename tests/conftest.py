"""What every test runs in: empty tables, settings of its own, and no way out of this machine."""

import gc
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any

import argon2
import boto3
import hypothesis
import pytest
from moto import mock_aws

from local.loopback import bypass_proxies
from symbolon.identities import passwords
from symbolon.limits import counters
from tests.helpers.players.client import SERVER_KEY, Client
from tests.helpers.providers import credentials
from tests.helpers.providers.internet import Internet
from tests.helpers.service import lambdas, real_engines
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock
from tests.helpers.service.process import restart
from tests.helpers.service.store import Store
from tests.helpers.watch import contract
from tests.helpers.watch.leaks import LEAKS, watch_logs
from tests.helpers.watch.lines import whole

SETTINGS: dict[str, Any] = {
    "server_key": SERVER_KEY,
    "session": {
        "keys": ["the-session-key-of-the-tests-0123456789"],
        "refresh_keys": ["the-refresh-key-of-the-tests-0123456789"],
    },
}
Configure = Callable[..., None]
Log = Callable[[], list[dict[str, Any]]]
PRODUCTION_HASHER = passwords.HASHER
PRODUCTION_NOBODYS_HASH = passwords._NOBODYS_HASH  # noqa: SLF001 (made as the hasher makes them)
_LOOPBACK = {"127.0.0.1", "::1", "localhost", None, "", "0.0.0.0"}  # noqa: S104 (this machine too)
_ADDRESS_AT = {"socket.connect": 1, "socket.sendto": 1, "socket.getaddrinfo": 0, "socket.gethostbyname": 0}


def _stay_on_this_machine(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in _ADDRESS_AT:
        return
    address = arguments[_ADDRESS_AT[event]]
    host = address[0] if isinstance(address, tuple) else address
    if not isinstance(host, bytes) and host not in _LOOPBACK and not str(host).startswith("/"):
        raise RuntimeError(f"a test wants to reach {host}")


sys.addaudithook(_stay_on_this_machine)
watch_logs()
bypass_proxies()
# The same examples for everybody, however slow the machine.
hypothesis.settings.register_profile("tests", derandomize=True, deadline=None, max_examples=60)
hypothesis.settings.load_profile("tests")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run one process more than there are processors: some tests wait, for servers that start or that are slow."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    """Leave the tests themselves, which are half a million objects, out of every later look for garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def _wire() -> Iterator[Aws]:
    with mock_aws():
        wire = Aws()
        yield wire
        wire.close()


@pytest.fixture(scope="session")
def _tables(_wire: Aws) -> Callable[[str], Store]:
    return cache(Store)


@pytest.fixture(scope="session")
def _engines() -> Iterator[Callable[[str], str]]:
    with ExitStack() as running:
        yield cache(lambda name: running.enter_context(real_engines.running(name)))


@pytest.fixture(scope="session")
def engine(_engines: Callable[[str], str], request: pytest.FixtureRequest) -> str:
    """Give the URL of the engine that the test is parametrized with, "" for tables in memory."""
    return _engines(getattr(request, "param", "memory"))


@pytest.fixture(autouse=True)
def _environment(_wire: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the variables of a function, but for its tables."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    if boto3.DEFAULT_SESSION and not boto3.DEFAULT_SESSION.region_name:
        boto3.DEFAULT_SESSION = None  # made by a test that had another environment, which it reads for ever
    for service in ("DYNAMODB", "SECRETSMANAGER", "SECRETS_MANAGER", "SSM"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", _wire.url)
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Symbolon")
    monkeypatch.setenv("SYMBOLON_LOCAL", "1")
    monkeypatch.setenv("PROVIDERS", "apple custom device discord email facebook gamecenter google partner steam")
    monkeypatch.setenv("SYMBOLON_URL", "http://127.0.0.1:7350")
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS))
    for name in ("POWERTOOLS_SERVICE_NAME", "PROCEDURES", "SETTINGS_FILE", "SETTINGS_SECRETS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _hours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each network's hour begin with the test, so that none ends meanwhile."""
    now = int(time.time())
    monkeypatch.setattr(counters, "_turn", lambda _network: now % counters.HOUR)


@pytest.fixture(autouse=True)
def _process() -> Iterator[None]:
    restart()
    yield
    restart()


@pytest.fixture(autouse=True)
def _leaks() -> Iterator[None]:
    """Have the test fail by which a secret that it used came into the log or into an error."""
    LEAKS.begin()
    yield
    assert not LEAKS.end(), "\n".join(LEAKS.found)


@pytest.fixture(autouse=True)
def _contract() -> Iterator[None]:
    """Have the test fail that got an answer which docs/openapi.json does not have."""
    contract.BREACHES.clear()
    yield
    assert not contract.BREACHES, "\n".join(contract.BREACHES)


@pytest.fixture(scope="session")
def _hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Internet]:
    hosts = Internet(tmp_path_factory.mktemp("internet"))
    yield hosts
    hosts.close()


@pytest.fixture
def internet(_hosts: Internet, monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    """Give the hosts of the providers on loopback, by real names and real TLS; the settings name them all."""
    _hosts.begin(monkeypatch)
    credentials.settle(monkeypatch)
    yield _hosts
    _hosts.end()


@pytest.fixture
def aws(engine: str, _wire: Aws) -> Iterator[Aws]:
    """Give what the functions take for AWS, to count and to disturb their requests."""
    _wire.begin(engine)
    yield _wire
    _wire.end()


@pytest.fixture(autouse=True)
def _cheap_argon2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    monkeypatch.setattr(passwords, "_NOBODYS_HASH", PRODUCTION_NOBODYS_HASH.replace("m=19456,t=2", "m=8,t=1"))


@pytest.fixture
def store(aws: Aws, engine: str, _tables: Callable[[str], Store], monkeypatch: pytest.MonkeyPatch) -> Store:
    """Give the template's tables, empty."""
    store = _tables(engine)
    store.clear(aws.touched)
    for variable, table in store.environment().items():
        monkeypatch.setenv(variable, table)
    aws.asked.clear()
    return store


@pytest.fixture
def client(store: Store) -> Client:  # noqa: ARG001 (it empties the tables)
    """Give a client of the functions in this process, where nobody has signed in yet."""
    return Client(lambdas.invoke)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give a clock that the test can move."""
    return Clock(monkeypatch)


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Configure:
    """Give a function that changes the settings of sessions, by their names in the document."""

    def change(**session: object) -> None:
        document = SETTINGS | {"session": SETTINGS["session"] | session}
        monkeypatch.setenv("SETTINGS", json.dumps(document))
        restart()

    return change


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this no developer's machine."""
    monkeypatch.delenv("SYMBOLON_LOCAL")


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str]) -> Log:
    """Give a function that takes the lines which were logged since it was last called."""
    return lambda: [whole(line) for line in capsys.readouterr().out.splitlines()]
