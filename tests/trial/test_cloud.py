"""The stand-in for AWS is this process's AWS while it runs, and functions inherit nothing of the developer's."""

import json
import os
import sys
from pathlib import Path
from shlex import quote

import boto3
import pytest

from local.errors import TrialError
from local.trial import cloud
from local.trial.cloud import running_cloud

LISTENS = """
import json, os, socket, time
open("environment.json", "w").write(json.dumps(dict(os.environ)))
listener = socket.create_server((os.environ["BIND_HOST"], int(os.environ["GATEWAY_PORT"])))
time.sleep(60)
"""
SAYS_WHY = "raise SystemExit('no such thing')"


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a developer's variables, which are put back afterwards."""
    own = {"SETTINGS_FILE": "/a/document", "AWS_PROFILE": "production", "AWS_ENDPOINT_URL_S3": "https://example.com"}
    monkeypatch.setattr(os, "environ", {"PATH": os.environ["PATH"], **own})
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # one that is made meanwhile keeps that environment


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Let a Python program be the stand-in."""
    path = folder / "program"
    (folder / "program.py").write_text(text)
    path.write_text(f"#!/bin/sh\nexec {quote(sys.executable)} {quote(str(folder / 'program.py'))}\n")
    path.chmod(0o755)
    monkeypatch.setattr(cloud, "PROGRAM", path)


def test_this_process_uses_it_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it runs all services are at its URL, and the developer's account is out of reach."""
    program(tmp_path, monkeypatch, LISTENS)

    with running_cloud(tmp_path, "") as endpoint:
        used = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}

    assert used["AWS_ENDPOINT_URL"] == endpoint
    assert set(used) == {
        *("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
    }


@pytest.mark.parametrize("certificates", ["", "some.pem"])
def test_functions_inherit_certificates_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, certificates: str
) -> None:
    """What functions inherit has enforced roles, the certificates that were asked for, and no setting."""
    program(tmp_path, monkeypatch, LISTENS)

    with running_cloud(tmp_path, certificates):
        inherited = json.loads((tmp_path / "environment.json").read_text())

    path = str(Path("some.pem").absolute()) if certificates else None
    assert inherited["AUTH"] == "true"
    assert (inherited.get("SSL_CERT_FILE"), inherited.get("REQUESTS_CA_BUNDLE")) == (path, path)
    assert not [name for name in inherited if name.startswith(("SETTINGS", "AWS"))]


def test_one_that_does_not_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it wrote is in the error."""
    program(tmp_path, monkeypatch, SAYS_WHY)

    with pytest.raises(TrialError, match="no such thing"), running_cloud(tmp_path, ""):
        pass
