"""`make fuzz`: schemathesis asks a server of its own by docs/openapi.json, with right and wrong requests.

MINUTES (2) says for how long, SEED repeats a run. It fails at a 5xx, and at a status or a body that is not described.
"""

import base64
import http.client
import json
import os
import re
import secrets
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from local import ROOT
from local.contract.document import PATH
from local.errors import StartError
from local.gateway.settings import DEVELOPMENT

SCHEMATHESIS = ROOT / ".venv-fuzz/bin/schemathesis"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
_URL = re.compile(r"^Symbolon serves .* at (http://\S+)$", re.MULTILINE)
_NO_JSON = "/v2/callback/google"
"""Takes a signed text of its own kind, which schemathesis cannot make."""
_ENDS_THE_SESSION = ("deleteV2Account", "postV2SessionLogout", "deleteV2Session")
_START_SEC, _EXAMPLES = 60, 1_000_000


def main() -> int:
    """Fuzz, and give schemathesis's exit status: 1 where it found something."""
    seed = os.environ.get("SEED") or str(secrets.randbelow(10**6))
    seconds = float(os.environ.get("MINUTES") or 2) * 60
    print(f"seed {seed}, {seconds:.0f} seconds")
    with running_server() as url:
        shown = [basic(DEVELOPMENT["server_key"]), f"Bearer {signed_in(url)}", basic(DEVELOPMENT["http_key"])]
        return max([asked(url, seed, seconds / len(shown), authorization) for authorization in shown])


def asked(url: str, seed: str, seconds: float, authorization: str) -> int:
    """Have the server at the URL asked until the time is up; what has no end by then has found nothing."""
    command: list[str | Path] = [SCHEMATHESIS, "run", PATH, f"--url={url}", f"--seed={seed}", f"--checks={CHECKS}"]
    command += [f"--max-examples={_EXAMPLES}", f"--max-time={seconds:.0f}", "--phases=examples,fuzzing"]
    command += [f"--header=Authorization: {authorization}", f"--exclude-path={_NO_JSON}"]
    command += [f"--exclude-operation-id={name}" for name in _ENDS_THE_SESSION]
    return subprocess.run(command, check=False).returncode


def basic(user: object) -> str:
    """Give the header that shows a key of the development settings, which is no secret."""
    return "Basic " + base64.b64encode(f"{user}:".encode()).decode()


def signed_in(url: str) -> str:
    """Give the token of a new player's session."""
    body, headers = json.dumps({"id": f"device-{uuid.uuid4()}"}), {"authorization": basic(DEVELOPMENT["server_key"])}
    connection = http.client.HTTPConnection(url.partition("://")[2], timeout=30)
    connection.request("POST", "/v2/account/authenticate/device", body, headers)
    token: str = json.loads(connection.getresponse().read())["token"]
    return token


@contextmanager
def running_server() -> Iterator[str]:
    """Run a server with an empty store on a free port. Raises StartError."""
    with TemporaryDirectory() as folder:
        output = Path(folder) / "output"
        environment = {**os.environ, "PORT": "0", "CONSOLE_PORT": "0", "GAME_PORT": "0", "STATE_DIR": f"{folder}/state"}
        with output.open("wb") as printed:
            process = subprocess.Popen(
                [sys.executable, "-m", "local.gateway.serve"], cwd=ROOT, env=environment, stdout=printed
            )
        try:
            yield _url(output)
        finally:
            process.terminate()
            process.wait(30)


def _url(output: Path) -> str:
    deadline = time.monotonic() + _START_SEC
    while time.monotonic() < deadline:
        if found := _URL.search(output.read_text(encoding="utf-8")):
            return found[1]
        time.sleep(0.1)
    raise StartError("The server did not start.")


if __name__ == "__main__":
    sys.exit(main())
