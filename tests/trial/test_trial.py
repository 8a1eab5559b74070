"""`make trial` says at once what it lacks, never takes a failure for something missing, and reads the logs."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import boto3
import pytest

from local import ROOT
from local.errors import TrialError
from local.trial import deployment

Done = subprocess.CompletedProcess[str]


def trial(folder: Path, **variables: str) -> Done:
    """Run `make trial` on a machine that has nothing but make, a shell, uname and what `variables` name."""
    tools = folder / "tools"
    tools.mkdir()
    for tool in ("make", "sh", "uname"):
        (tools / tool).symlink_to(str(shutil.which(tool)))
    given = [f"{name}={value}" for name, value in {"VENV": str(folder / "venv"), **variables}.items()]
    return subprocess.run(
        [tools / "make", "trial", *given],
        cwd=ROOT,
        env={"PATH": str(tools), "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def executable(path: Path, text: str) -> str:
    """Write a program of the shell and give its path."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_without_the_sam_that_was_named_nothing_is_done(tmp_path: Path) -> None:
    """A machine without the SAM that its user names gets one line and no failure, and nothing is installed."""
    done = trial(tmp_path, SAM="sam")

    assert (done.returncode, done.stdout, done.stderr) == (0, "skipped: there is no sam here\n", "")
    assert not (tmp_path / "venv").exists()


@pytest.mark.parametrize("python", [None, "echo no such version; exit 127"])
def test_without_the_python_of_lambda_nothing_is_done(tmp_path: Path, python: str | None) -> None:
    """So does one without Python 3.13, also where a version manager has put a program of that name."""
    path = tmp_path / "python3.13"
    if python:
        executable(path, python)

    done = trial(tmp_path, PYTHON313=str(path))

    assert (done.returncode, done.stdout, done.stderr) == (0, f"skipped: there is no {path} here\n", "")
    assert not (tmp_path / "venv").exists()


def test_a_sam_that_fails_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What SAM said is in the error, after the name of the step."""
    monkeypatch.setenv("SAM", executable(tmp_path / "sam", "echo said; echo complained >&2; exit 1"))

    with pytest.raises(TrialError, match=r"FAILED  sam build\nsaid\n\ncomplained\n"):
        deployment.deploy(tmp_path, {}, "http://127.0.0.1:1")


def test_builds_get_the_python_of_lambda(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The build's makefiles get the interpreter that the caller named, and this machine's architecture."""
    monkeypatch.setenv("SAM", executable(tmp_path / "sam", "echo $PYTHON $LAYER_ARCH; exit 1"))
    monkeypatch.setenv("PYTHON313", "/opt/python")

    with pytest.raises(TrialError, match=r"/opt/python (x86_64|arm64)\n"):
        deployment.deploy(tmp_path, {}, "http://127.0.0.1:1")


def test_settings_that_cannot_be_read_are_a_failure(tmp_path: Path) -> None:
    """A settings document is looked at before anything is built."""
    done = subprocess.run(
        [sys.executable, "-m", "local.trial.trial"],
        cwd=ROOT,
        env=os.environ | {"SETTINGS_FILE": str(tmp_path / "none.json")},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"FAILED  settings: SETTINGS_FILE: cannot read {tmp_path}")


def test_logs_tell_of_what_no_client_notices() -> None:
    """Crashes, missing settings, refused permissions and imports not started are found; other failures are answers."""
    bad = ['{"outcome":"crashed"}', '{"outcome":"Misconfigured"}', "AccessDeniedException", '["FriendImportsFailed"]']
    group, client = "/symbolon/test/device", boto3.client("logs")
    client.create_log_group(logGroupName=group)
    client.create_log_stream(logGroupName=group, logStreamName="one")
    lines = ['{"outcome":"ok"}', *bad, '{"outcome":"Unauthenticated"}', '{"outcome":"Unavailable"}']
    now = int(time.time() * 1000)
    events = [{"timestamp": now + number, "message": line} for number, line in enumerate(lines)]
    client.put_log_events(logGroupName=group, logStreamName="one", logEvents=events)

    assert deployment.troubles() == [f"{group}: {line}" for line in bad]
    client.delete_log_group(logGroupName=group)
