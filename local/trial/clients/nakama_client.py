"""Nakama's own JavaScript client, driven against a service that runs, where Node and the client are there."""

import os
import shutil
import subprocess
import time

from local import ROOT
from local.errors import TrialError

FOLDER = ROOT / "tests/nakama_js"


def drive(url: str, server_key: str) -> None:
    """Use the service at the URL, which has no path, in all ways that the client knows; print one line.

    Raises TrialError, with what Node wrote, when the client is not served as Nakama would.
    """
    node = shutil.which("node")
    if not node or not (FOLDER / "node_modules/@heroiclabs").is_dir():
        print(f"skipped nakama-js: {'npm has not installed it' if node else 'there is no node here'}", flush=True)
        return
    start = time.perf_counter()
    scripts = sorted(path.name for path in FOLDER.glob("*.test.mjs"))
    command = [node, "--test", "--test-force-exit", *scripts]
    variables = {"SYMBOLON_URL": url, "SYMBOLON_SERVER_KEY": server_key}
    done = subprocess.run(command, cwd=FOLDER, env=os.environ | variables, capture_output=True, text=True, check=False)
    if done.returncode:
        raise TrialError(f"FAILED  nakama-js\n{done.stdout}\n{done.stderr}")
    print(f"ok      nakama-js ({time.perf_counter() - start:.0f} s)", flush=True)
