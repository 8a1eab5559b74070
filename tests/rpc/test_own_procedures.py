"""A studio's own procedures: loaded from a folder of its own, with settings and tables of their own."""

import json
import sys
from pathlib import Path

import pytest

from local import ROOT
from local.errors import StartError
from local.gateway.studio.procedures import own_tables
from symbolon import rpc
from symbolon.api.request import Request
from symbolon.errors import Misconfigured
from symbolon.rpc import RpcCall, load_own_procedures
from symbolon.settings.settings import Settings
from tests.conftest import SETTINGS
from tests.helpers.players.client import Answer, Call, Client, bearer

EXAMPLE = ROOT / "examples/procedures"


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget afterwards what the test has loaded."""
    monkeypatch.setattr(rpc, "_registry", dict(rpc._registry))  # noqa: SLF001 (what is loaded is loaded for good)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "modules", dict(sys.modules))


def called(client: Client, session: Answer, rpc_id: str, payload: object) -> Answer:
    """Call a procedure as a player."""
    return client.send(Call(f"POST /v2/rpc/{rpc_id}", "unwrap", bearer(session), json.dumps(payload)))


def test_procedure_answers(client: Client, tmp_path: Path) -> None:
    """A file in the folder registers a procedure, which may be called like ours."""
    (tmp_path / "greeting.py").write_text(
        "from symbolon.rpc import Caller, procedure\n\n"
        "@procedure('Studio/Greet', caller=Caller.SESSION)\n"
        "def greet(call):\n    return {'hello': call.caller.user.username}\n"
    )
    load_own_procedures(tmp_path)

    answer = called(client, client.sign_in("anna"), "studio/greet", {})

    assert (answer.status, answer.body) == (200, {"hello": "anna"})


def test_files_may_import_one_another(tmp_path: Path) -> None:
    """What lies in the folder can be imported, and is run once; what only bears a library's name is run as well."""
    (tmp_path / "a_first.py").write_text("import b_second\nFOUND = b_second.RUNS\n")
    (tmp_path / "b_second.py").write_text("RUNS = []\nRUNS.append(1)\n")
    (tmp_path / "json.py").write_text(
        "from symbolon.rpc import Caller, procedure\nprocedure('studio/json', caller=Caller.ANY)(lambda call: None)\n"
    )

    load_own_procedures(tmp_path)

    assert sys.modules["a_first"].FOUND == [1]
    assert "studio/json" in rpc._registry  # noqa: SLF001 (what is asked for)


def test_tests_are_left_alone(tmp_path: Path) -> None:
    """Tests beside procedures are not loaded, and a folder that is not there is none."""
    for name in ("test_it.py", "conftest.py"):
        (tmp_path / name).write_text("raise RuntimeError\n")

    load_own_procedures(tmp_path)
    load_own_procedures(tmp_path / "nothing")


TWICE = """
from symbolon.rpc import Caller, procedure
for _ in range(2):
    procedure("studio/twice", caller=Caller.ANY)(lambda call: None)
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1 / 0\n", "broken.py cannot be run: ZeroDivisionError"),
        ("def (\n", "broken.py cannot be run: SyntaxError"),
        ("import no_such_module\n", "broken.py cannot be run: ModuleNotFoundError"),
        (TWICE, "broken.py cannot be run: the RPC id studio/twice is registered twice"),
    ],
    ids=["crash", "syntax", "import", "twice"],
)
def test_file_that_cannot_be_run_is_named(tmp_path: Path, text: str, told: str) -> None:
    """The error says which file it is, and why."""
    (tmp_path / "broken.py").write_text(text)

    with pytest.raises(Misconfigured) as caught:
        load_own_procedures(tmp_path)

    assert told in caught.value.detail


def a_call(document: dict[str, object], *, is_local: bool) -> RpcCall:
    """Give a call with these settings."""
    return RpcCall("", None, Request({}), Settings(SETTINGS | document, is_local, ""))


def test_settings_of_its_own() -> None:
    """A procedure reads the section `procedures`, and finds its tables there; locally by their logical ids, too."""
    call = a_call({"procedures": {"limit": 7, "tables": {"Scores": "stack-Scores-1"}}}, is_local=False)

    assert (call.own["limit"], call.table("Scores")) == (7, "stack-Scores-1")
    assert a_call({}, is_local=True).table("Scores") == "Scores"
    with pytest.raises(Misconfigured) as caught:
        call.table("Other")
    assert caught.value.detail == "settings: procedures.tables.Other must name a table"


@pytest.mark.parametrize("section", [7, [], {"tables": 7}, {"tables": {"Scores": ""}}], ids=str)
def test_settings_that_cannot_be_meant(section: object) -> None:
    """What is no object, or names no table, is told to the operator."""
    with pytest.raises(Misconfigured):
        a_call({"procedures": section}, is_local=False).table("Scores")


def test_tables_of_its_own(tmp_path: Path) -> None:
    """The tables of the folder's template are made on this machine; a folder without one has none."""
    [scores] = own_tables(str(EXAMPLE))

    assert (scores.name, scores.create_arguments["KeySchema"][0]["AttributeName"]) == ("Scores", "user_id")
    assert own_tables(str(tmp_path)) == own_tables("") == ()
    with pytest.raises(StartError, match="there is no folder"):
        own_tables(str(tmp_path / "nothing"))
    (tmp_path / "template.yaml").write_text("[")
    with pytest.raises(StartError, match="cannot be read"):
        own_tables(str(tmp_path))
