"""The official JavaScript client of Nakama uses a running server without noticing the difference."""

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from tests.local_gateway import ROOT, running_gateway

FOLDER = ROOT / "tests/nakama_js"
NODE = shutil.which("node")

pytestmark = [
    pytest.mark.skipif(not NODE, reason="node is not installed"),
    pytest.mark.skipif(
        not (FOLDER / "node_modules/@heroiclabs").is_dir(),
        reason="@heroiclabs/nakama-js is not installed: make test does it where npm is",
    ),
]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Give the URL of a running server."""
    with running_gateway() as found:
        yield found


def test_official_client_works(url: str) -> None:
    """Sign-in, linking, unlinking, refresh, logout and account pass through the client, refusals included."""
    finished = subprocess.run(
        [str(NODE), "--test", "--test-force-exit", "drive.test.mjs"],
        cwd=FOLDER,
        env={**os.environ, "SYMBOLON_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )

    assert finished.returncode == 0, finished.stdout + finished.stderr
