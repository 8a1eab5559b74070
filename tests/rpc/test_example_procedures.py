"""The example of a studio's own procedures: in a server, called by its own tests and by Nakama's client; and built."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from local import ROOT
from local.trial.clients import procedures
from local.trial.clients.nakama_client import FOLDER
from local.trial.clients.stock import serving
from tests.helpers.service.artifacts import Builder, function
from tests.trial.test_nakama_js import needs_client, needs_node

pytestmark = pytest.mark.long

EXAMPLE = ROOT / "examples/procedures"


def test_example_passes_its_own_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """`make procedures` starts a server that has the folder's procedures and tables, and runs the folder's tests."""
    monkeypatch.setenv("PROCEDURES", str(EXAMPLE))

    assert procedures.main(["-q"]) == 0


@needs_node
@needs_client
def test_nakamas_client_calls_the_example(monkeypatch: pytest.MonkeyPatch) -> None:
    """What nakama-js's own tests ask of procedures is answered as they expect it."""
    monkeypatch.setenv("PROCEDURES", str(EXAMPLE))

    with serving() as url:
        command = [str(shutil.which("node")), "--test", "--test-force-exit", "procedures.mjs"]
        variables = os.environ | {"SYMBOLON_URL": url}
        done = subprocess.run(command, cwd=FOLDER, env=variables, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_server_says_what_is_wrong_with_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A file that cannot be run keeps the server from starting, and is named; so is a folder that is not there."""
    (tmp_path / "broken.py").write_text("1 / 0\n")

    for folder, told in (
        (str(tmp_path), "broken.py cannot be run: ZeroDivisionError"),
        (str(tmp_path / "nothing"), "there is no folder"),
        ("", "PROCEDURES must name the folder"),
    ):
        monkeypatch.setenv("PROCEDURES", folder)
        assert procedures.main([]) == 1
        assert told in capfd.readouterr().err


def test_build_takes_the_procedures_along(tmp_path: Path) -> None:
    """The RPC function's artifact has them beside its own code, without tests and template; no other function's has."""
    own = tmp_path / "a folder"
    (own / "tests").mkdir(parents=True)
    for name in ("greeting.py", "test_greeting.py", "template.yaml", "tests/test_more.py", "words.txt"):
        (own / name).write_text("")
    builder = Builder(variables={"PROCEDURES": str(own)})

    rpc = function(ROOT / "functions/rpc", tmp_path / "rpc", builder, "RpcFunction")
    device = function(ROOT / "functions/device", tmp_path / "device", builder, "DeviceFunction")

    assert sorted(path.name for path in (rpc / "studio").rglob("*") if path.suffix != ".pyc") == [
        "__pycache__",
        "greeting.py",
        "words.txt",
    ]
    assert not (device / "studio").exists()
    paths = f"import sys; sys.path[:0] = [{str(ROOT / 'shared')!r}, {str(rpc)!r}]; "
    program = paths + "import app; print('greeting' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "True\n"
