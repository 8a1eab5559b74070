"""The embedded store keeps what it was given, and leaves nothing behind."""

import http.client
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
import pytest

from local import ROOT
from local.errors import StartError
from local.store.store import running_store
from local.store.tables import create_missing_tables
from local.template.template import Table, load_template

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="looks for processes in Linux's /proc")
TABLE = Table(
    logical_id="Things",
    create_arguments={
        "TableName": "things",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    },
    ttl_attribute="expires_at",
)
RACES = [number for number in range(20) for _ in range(8)]
# A gateway in small: it runs the store in the folder given to it, puts an item, says so, and stays.
HOLDER = """
import signal, sys, time
from pathlib import Path
from local.store.store import running_store
from local.store.tables import create_missing_tables
from tests.store.test_store import TABLE, client_of
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a run in a shell's background would ignore
with running_store(Path(sys.argv[1])) as store:
    create_missing_tables(store.endpoint, [TABLE])
    client_of(store.endpoint).put_item(TableName="things", Item={"id": {"S": "kept"}})
    print(store.endpoint, flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


def client_of(endpoint: str) -> "DynamoDBClient":
    """Give a client of the engine at `endpoint`."""
    return boto3.client("dynamodb", endpoint_url=endpoint)


def processes_of(state: Path) -> list[str]:
    """Give the processes that have the store's log open, whoever started them."""
    log, found = str(state / "store.log"), []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended while we looked, or belongs to somebody else
            found += [process.name for file in (process / "fd").iterdir() if _leads_to(file, log)]
    return found


def _leads_to(file: Path, place: str) -> bool:
    try:
        return str(file.readlink()) == place
    except OSError:  # it was closed while we looked
        return False


def wait_for_end(state: Path) -> None:
    """Wait until no process has the store's log open; raises AssertionError when one stays."""
    deadline = time.monotonic() + 10
    while processes_of(state):
        assert time.monotonic() < deadline, "the store was left behind"
        time.sleep(0.05)


@pytest.mark.long
def test_tables_are_those_of_the_template(tmp_path: Path) -> None:
    """All tables of template.yaml are there, with their keys and their TTL attribute."""
    template = load_template()

    with running_store(tmp_path) as store:
        create_missing_tables(store.endpoint, template.tables)
        client = client_of(store.endpoint)
        for table in template.tables:
            found = client.describe_table(TableName=table.name)["Table"]
            ttl = client.describe_time_to_live(TableName=table.name)["TimeToLiveDescription"]
            assert found["KeySchema"] == table.create_arguments["KeySchema"]
            assert ttl.get("AttributeName") == table.ttl_attribute


def test_state_survives_a_restart(tmp_path: Path) -> None:
    """What was stored is there in the next run, and nothing runs in between."""
    with running_store(tmp_path) as store:
        create_missing_tables(store.endpoint, [TABLE])
        client_of(store.endpoint).put_item(TableName="things", Item={"id": {"S": "kept"}})
    left = processes_of(tmp_path)

    with running_store(tmp_path) as store:
        create_missing_tables(store.endpoint, [TABLE])
        items = client_of(store.endpoint).scan(TableName="things")["Items"]

    assert left == []
    assert items == [{"id": {"S": "kept"}}]


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_state_survives_the_end_of_its_gateway(tmp_path: Path, number: signal.Signals) -> None:
    """However the gateway ends, the store saves its state and ends too; the next run need not wait for it by hand."""
    path = {"PYTHONPATH": f"{ROOT}:{ROOT / 'shared'}"}
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], env={**os.environ, **path}, stdout=-1, stderr=-1
    )
    assert holder.stdout
    endpoint_of_first = holder.stdout.readline()

    holder.send_signal(number)
    holder.communicate()
    with running_store(tmp_path) as store:
        items = client_of(store.endpoint).scan(TableName="things")["Items"]

    assert endpoint_of_first.startswith(b"http")
    assert items == [{"id": {"S": "kept"}}]
    wait_for_end(tmp_path)


def test_only_loopback_is_listened_on(tmp_path: Path) -> None:
    """The store opens one port, on loopback: none of the other services that MiniStack could offer."""
    with running_store(tmp_path) as store:
        [process] = processes_of(tmp_path)[:1]
        sockets = {str(file.readlink()) for file in Path(f"/proc/{process}/fd").iterdir()}
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        rows += [line.split() for line in Path("/proc/net/tcp6").read_text().splitlines()[1:]]
        listening = [row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in sockets]

    assert listening == [f"0100007F:{int(store.endpoint.rpartition(':')[2]):04X}"]


@pytest.mark.long
def test_race_has_one_winner(tmp_path: Path) -> None:
    """Of eight writers that put one item on the same condition at once, in a transaction, one succeeds each time."""
    with running_store(tmp_path) as store:
        create_missing_tables(store.endpoint, [TABLE])
        client = client_of(store.endpoint)

        def wins(number: int) -> bool:
            item = {"id": {"S": str(number)}}
            put = {"TableName": "things", "Item": item, "ConditionExpression": "attribute_not_exists(id)"}
            try:
                client.transact_write_items(TransactItems=[{"Put": put}])  # type: ignore[typeddict-item]
            except client.exceptions.TransactionCanceledException:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            won = [number for number, is_winner in zip(RACES, pool.map(wins, RACES), strict=True) if is_winner]

    assert sorted(won) == list(range(20))


def test_folder_has_one_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second store in the same folder is refused with what to do about it."""
    monkeypatch.setattr("local.store.store._WAIT_FOR_PREDECESSOR_SEC", 0.1)

    with running_store(tmp_path), pytest.raises(StartError, match=r"Another server .* STATE_DIR=path"):
        running_store(tmp_path).__enter__()


def test_end_of_the_store_is_reported(tmp_path: Path) -> None:
    """A store that was ended by somebody else is not taken for a clean end."""
    with pytest.raises(StartError, match="ended by itself"), running_store(tmp_path) as store:  # noqa: PT012 - its exit raises
        store.process.kill()
        store.process.wait()

        assert not store.is_running()


def test_missing_installation_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its virtual environment the store says how to get it."""
    monkeypatch.setenv("SYMBOLON_STORE_PYTHON", str(tmp_path / "bin/python"))

    with pytest.raises(StartError, match=r"not installed .*`make serve`"):
        running_store(tmp_path).__enter__()


def test_failed_start_names_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that ends at once passes on the last line that it said."""
    monkeypatch.setenv("SYMBOLON_STORE_PYTHON", sys.executable)

    with pytest.raises(StartError, match="did not start: ModuleNotFoundError"):
        running_store(tmp_path).__enter__()


@pytest.mark.long
def test_table_of_another_form_is_refused(tmp_path: Path) -> None:
    """A table that an older template made is named, with the ways out."""
    other = {**TABLE.create_arguments, "KeySchema": [{"AttributeName": "id2", "KeyType": "HASH"}]}

    with running_store(tmp_path) as store:
        create_missing_tables(store.endpoint, [TABLE])
        with pytest.raises(StartError, match=r"things .*`make clean`"):
            create_missing_tables(store.endpoint, [Table("Things", other, None)])


def test_closed_connections_are_let_go(tmp_path: Path) -> None:
    """What clients have closed takes no file of the store's, however many there were."""
    with running_store(tmp_path) as store:
        before = len(list(Path(f"/proc/{store.process.pid}/fd").iterdir()))
        for _ in range(100):
            connection = http.client.HTTPConnection(urlsplit(store.endpoint).netloc, timeout=5)
            connection.request("GET", "/_ministack/health")
            connection.getresponse().read()
            connection.close()
        gone_by = time.monotonic() + 5
        while (after := len(list(Path(f"/proc/{store.process.pid}/fd").iterdir()))) > before:
            assert time.monotonic() < gone_by, f"{after} files, {before} before"
            time.sleep(0.02)
