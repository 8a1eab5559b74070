"""Nakama's clients, as `make clients` tries them: those that are there are used, and one line says what is not."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from local.errors import TrialError
from local.trial.clients import browser, nakama_client, nakama_python, stock

NOBODY = "http://127.0.0.1:1"

needs_node = pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")


def test_what_a_machine_lacks_is_said_and_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without Node, npm's packages, a browser and pip's package each client is a line, and the exit status is 0."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(nakama_python, "PYTHON", tmp_path / "none")
    monkeypatch.setattr(stock, "releases", dict)

    status = stock.walk(NOBODY, "key")

    assert (status, capsys.readouterr().out.splitlines()) == (
        0,
        [
            "skipped nakama-js: there is no node here",
            "skipped nakama-js in a browser: there is no Chromium here",
            "skipped nakama-python: pip has not installed it",
        ],
    )


def test_a_client_that_is_not_served_is_the_commands_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What one client says goes to the user, the others are tried all the same, and the exit status is 1."""
    monkeypatch.setenv("PATH", "")
    drive = tmp_path / "drive.py"
    drive.write_text("import sys; sys.exit(f'refused: {sys.argv[1:]}')")
    monkeypatch.setattr(nakama_python, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(nakama_python, "DRIVE", drive)
    monkeypatch.setattr(nakama_python, "VERSION", "print('1.0')")

    status = stock.walk("https://api.example.com", "key")

    printed = capsys.readouterr()
    assert status == 1
    assert "FAILED  nakama-python 1.0" in printed.err
    assert "refused: ['api.example.com', '443', 'key', 'https']" in printed.err


def test_three_releases_are_locked() -> None:
    """The last three releases of nakama-js are named, each with its own version, and locked."""
    folder = nakama_client.FOLDER
    named = json.loads((folder / "package.json").read_text())["dependencies"]
    locked = json.loads((folder / "package-lock.json").read_text())["packages"]
    versions = {name: version.rpartition("@")[2] for name, version in named.items()}

    assert len(set(versions.values())) == 3
    assert {name: locked[f"node_modules/{name}"]["version"] for name in named} == versions


def page_that_reports(report: dict[str, object], tmp_path: Path) -> Path:
    """Give a program that acts as a browser whose page reports so: its last argument is the page's address."""
    script = (
        "import sys, urllib.request; from urllib.parse import urljoin\n"
        "opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))\n"
        "assert b'importmap' in opener.open(sys.argv[-1]).read()\n"
        f"opener.open(urljoin(sys.argv[-1], '/report'), {json.dumps(report).encode()!r})\n"
    )
    (tmp_path / "script.py").write_text(script)
    program = tmp_path / "chromium"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{tmp_path}/script.py" "$@"\n')
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    ("report", "expected"),
    [({"count": 2, "failures": ["a device: refused"]}, "a device: refused"), ({"count": 0, "failures": []}, "")],
)
def test_a_page_that_reports_failures_or_nothing_is_a_failure(
    report: dict[str, object], expected: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A test that failed in the browser is in the error; a page that ran no test has shown nothing."""
    monkeypatch.setenv("PATH", str(page_that_reports(report, tmp_path).parent))
    monkeypatch.setattr(browser, "releases", lambda: {nakama_client.PACKAGE: "2.8.0"})

    with pytest.raises(TrialError, match="in Chromium") as failure:
        browser.drive_in_browser(NOBODY, "key")

    assert expected in str(failure.value)


@needs_node
def test_the_browsers_assertions_can_fail() -> None:
    """What stands for Node's assertions in a browser tells values apart as those do."""
    script = """
        import assert from "./browser.mjs"; import node from "node:assert/strict";
        const values = [1, "1", true, null, undefined, [], [1], {}, {a: 1, b: [2]}, {b: [2], a: 1}, {a: 1},
          {a: undefined}, new Set([1]), new Set([2])];
        const throws = (call) => { try { call(); return false; } catch { return true; } };
        for (const one of values) for (const other of values)
          if (throws(() => assert.deepEqual(one, other)) !== throws(() => node.deepEqual(one, other)))
            throw new Error(`${JSON.stringify(one)} ${JSON.stringify(other)}`);
    """
    command = [str(shutil.which("node")), "--input-type=module", "-e", script]

    done = subprocess.run(command, cwd=nakama_client.FOLDER, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
