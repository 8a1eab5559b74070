"""Nakama's own JavaScript client, driven against a service that runs, where Node and the client are there."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

from local import ROOT
from local.errors import TrialError

FOLDER = ROOT / "tests/nakama_js"
PACKAGE = "@heroiclabs/nakama-js"


def drive(url: str, server_key: str, package: str = PACKAGE) -> None:
    """Use the service at the URL, which has no path, in all ways that the client knows; print one line.

    `package` is what npm has installed the release of the client as, among those of `releases`. Raises TrialError, with
    what Node wrote, when the client is not served as Nakama would.
    """
    node = shutil.which("node")
    if not node or package not in releases():
        print(f"skipped nakama-js: {'npm has not installed it' if node else 'there is no node here'}", flush=True)
        return
    start = time.perf_counter()
    command = [node, "--test", "--test-force-exit", *scripts()]
    variables = {"SYMBOLON_URL": url, "SYMBOLON_SERVER_KEY": server_key, "NAKAMA_JS": package}
    done = subprocess.run(command, cwd=FOLDER, env=os.environ | variables, capture_output=True, text=True, check=False)
    name = f"nakama-js {releases()[package]} in Node"
    if done.returncode:
        raise TrialError(f"FAILED  {name}\n{done.stdout}\n{done.stderr}")
    print(f"ok      {name} ({time.perf_counter() - start:.0f} s)", flush=True)


def releases() -> dict[str, str]:
    """Give the versions of the client that npm has installed, by what it has installed them as, the newest first."""
    named = json.loads((FOLDER / "package.json").read_text())["dependencies"]
    versions = {name: version.rpartition("@")[2] for name, version in named.items()}
    return {name: version for name, version in versions.items() if module(name).exists()}


def module(package: str) -> Path:
    """Give the file of a release that a browser, too, can import."""
    return FOLDER / "node_modules" / package / "dist/nakama-js.esm.mjs"


def scripts() -> list[str]:
    """Give the names of the tests that drive the client."""
    return sorted(path.name for path in FOLDER.glob("*.test.mjs"))
