"""Rows of an import that say anything: each is brought or named in the report, and none stops the others."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.errors import StartError
from local.moving.nakama import DEVICES, EDGES, USERS, read_rows
from tests.helpers.answers.anything import altered
from tests.helpers.players.client import Client
from tests.helpers.players.old_server import HOST, LONG_AGO, moving_from
from tests.helpers.providers.internet import Internet
from tests.helpers.providers.replies import as_json
from tests.helpers.service.nakama_export import BCRYPT, USER_COLUMNS, device, edge, id_of, password, user, write
from tests.helpers.service.process import restart
from tests.helpers.service.store import Store
from tests.moving.test_import import brought

USUAL = settings(max_examples=40, suppress_health_check=list(HealthCheck))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    [
        *("", "\0", "NULL", "\\N", "{", "[]", '{"a": NaN}', "[" * 3000, "x" * 3000, "-1", "1e400", "a@b", "@"),
        *("2024-02-30 00:00:00+00", "9999-12-31 23:59:59-12", "99999-01-01 00:00:00+00", "infinity"),
        *("\\x", "\\xZZ", "\\x24", "\u202e", "é" * 200, id_of("anna")),
    ]
)


@pytest.mark.long
def test_players(store: Store, tmp_path: Path) -> None:
    """Whatever a player's columns say, the player beside is brought, and what was not brought is named."""

    @USUAL
    @given(st.dictionaries(st.sampled_from(USER_COLUMNS), TEXTS, min_size=1, max_size=4), TEXTS, TEXTS)
    def is_read(columns: dict[str, str], device_id: str, state: str) -> None:
        store.clear({"UsersTable", "IdentitiesTable", "UsernamesTable", "FriendsTable"})
        odd = user("anna", email="anna@example.com", password=password(BCRYPT)) | columns
        edges = [edge("anna", "bert", 0) | {"state": state}, edge("bert", "anna", 0)]
        devices = [device(device_id, "anna"), device("device-of-bert", "bert")]
        write(tmp_path, [odd, user("bert", custom_id="custom-of-bert")], devices, edges)

        try:
            brought(tmp_path)
        except StartError:
            return
        users = {row["user_id"]: row for row in store.rows("UsersTable")}
        assert id_of("bert") in users or columns.get("id", "").lower() == id_of("bert")

    is_read()


@pytest.mark.long
def test_accounts_of_an_old_server(internet: Internet, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever an old server says of an account, who signs in gets it, gets none, or hears that the server is down."""
    with moving_from(internet, monkeypatch) as old:
        anna = old.player("anna", device={"id": "device-of-anna"}, custom={"id": "custom-id-of-anna"})

        @USUAL
        @given(st.integers(0, 10**9), altered(anna.body() | {"verify_time": LONG_AGO, "email": "anna@example.com"}))
        def is_answered(number: int, account: Any) -> None:  # noqa: ANN401 (JSON)
            restart()
            anna.ways["device"] = {"id": f"device-of-anna-{number}"}
            internet.announce(f"{HOST}/v2/account", as_json(account))
            answer = client.authenticate("device", **anna.ways["device"])
            assert answer.status in (200, 503)

        is_answered()


@USUAL
@given(st.sampled_from([USERS, DEVICES, EDGES]), st.lists(st.text(max_size=40), max_size=6))
def test_lines(table: str, lines: list[str]) -> None:
    """Lines that are no table are refused, and say which line."""
    rows, said = [], ""
    try:
        rows = list(read_rows(table, [f"{line}\n" for line in lines]))
    except StartError as error:
        said = str(error)

    assert rows or table in said
