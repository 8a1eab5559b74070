"""`make invoke`: what `sam build` makes for Lambda, in containers as Lambda runs it, with a store on this machine.

The artifacts are those of a deployment, but for this machine's processor and with the address of the embedded store.
Each file of events/ goes to its function by `sam local start-lambda`, one for each set of layers by `sam local
invoke` as well, and a throw-away account lives its life on `sam local start-api`. KEEP=1 leaves the store running.
"""

import json
import os
import signal
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from local import ROOT
from local.docker import host_for_containers, remove_containers
from local.errors import SmokeError, StartError, TrialError
from local.handlers import use_environment
from local.sam import ARCHITECTURE, run_sam, sam_serving
from local.samples import ANSWERS, ENVIRONMENT, checked, function_of, play
from local.service import Service, basic
from local.smoke import DEVELOPMENT_KEY, Visit, walk
from local.store import running_store
from local.tables import create_missing_tables
from local.template import TEMPLATE, load_template

FOLDER = ROOT / ".aws-sam/local"
"""Where the artifacts for this machine are: beside those of `sam build`, which `sam deploy` takes."""

BY_COMMAND = ("session_healthcheck", "device_authenticate", "email_authenticate", "apple_authenticate")
"""The events that `sam local invoke` gets too: with the first layer, with the passwords', and with the providers'."""

_INVOKE_SECONDS = 60
_OPTIONS = {"--template-file": str(FOLDER / "build/template.yaml"), "--env-vars": str(ENVIRONMENT)}
# The image was looked for, or fetched, before.
_ONCE = {**_OPTIONS, "--skip-pull-image": ""}
_WARM = {**_ONCE, "--warm-containers": "LAZY"}


def main() -> int:
    """Build, invoke, and give the exit status."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    use_environment({"SAM_CLI_TELEMETRY": "0"})
    try:
        with _store() as endpoint, _no_containers_left():
            _build(endpoint)
            _by_lambda()
            _by_command()
            _by_api()
            if os.environ.get("KEEP"):
                _wait()
    except (SmokeError, StartError, TrialError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def local_template(text: str, endpoint: str) -> str:
    """Give template.yaml's text for this machine: for its processor, and for the store at `endpoint`.

    `sam local` gives a function only the variables that the template names, and a deployment must not name this one.
    """
    first = "      Variables:\n"
    text = text.replace(first, f"{first}        AWS_ENDPOINT_URL_DYNAMODB: {endpoint}\n", 1)
    return text.replace("arm64", ARCHITECTURE)


@contextmanager
def _store() -> Iterator[str]:
    """Run a store with the template's tables, and give its URL as containers know it."""
    listen, reached = host_for_containers()
    with TemporaryDirectory() as state, running_store(Path(state), listen) as store:
        create_missing_tables(store.endpoint, load_template().tables)
        yield f"http://{reached}:{store.endpoint.rpartition(':')[2]}"


@contextmanager
def _no_containers_left() -> Iterator[None]:
    try:
        yield
    finally:
        remove_containers(FOLDER / "build")


def _build(endpoint: str) -> None:
    start = time.perf_counter()
    FOLDER.mkdir(parents=True, exist_ok=True)
    source = FOLDER / "template.yaml"
    source.write_text(local_template(TEMPLATE.read_text(encoding="utf-8"), endpoint), encoding="utf-8")
    places = {"--build-dir": str(FOLDER / "build"), "--cache-dir": str(FOLDER / "cache"), "--base-dir": str(ROOT)}
    python = os.environ.get("PYTHON313") or "python3.13"
    run_sam("build", {"--template-file": str(source), **places}, LAYER_ARCH=ARCHITECTURE, PYTHON=python)
    print(f"ok      sam build for {ARCHITECTURE} ({time.perf_counter() - start:.0f} s)", flush=True)


def _by_lambda() -> None:
    print(f"sam local start-lambda, {len(ANSWERS)} events", flush=True)
    with sam_serving("local start-lambda", _WARM, FOLDER / "lambda.log") as url:
        play(load_template().functions, lambda function, event: _invoke(url, function, event))


def _invoke(url: str, function: str, event: str) -> Any:  # noqa: ANN401 (JSON)
    """Call Lambda's Invoke API: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html."""
    address = f"{url}/2015-03-31/functions/{function}/invocations"
    try:
        with urllib.request.urlopen(address, event.encode(), _INVOKE_SECONDS) as answer:  # noqa: S310 (http, as made here)
            return json.loads(answer.read())
    except (OSError, ValueError) as error:
        raise SmokeError(f"FAILED  {function} gave no answer, {error}: see {FOLDER / 'lambda.log'}") from error


def _by_command() -> None:
    for name in BY_COMMAND:
        start = time.perf_counter()
        command = f"local invoke {function_of(name, load_template().functions)} --event events/{name}.json"
        status = checked(name, json.loads(run_sam(command, _ONCE)))
        print(f"ok      sam {command}: {status} ({time.perf_counter() - start:.0f} s)", flush=True)


def _by_api() -> None:
    print("sam local start-api, a throw-away account", flush=True)
    with sam_serving("local start-api", _WARM, FOLDER / "api.log") as url:
        walk(Visit(Service(url, basic(DEVELOPMENT_KEY))))


def _wait() -> None:
    command = "sam local invoke DeviceFunction --config-env local --event events/device_authenticate.json"
    print(f"The store runs until Ctrl-C. In another terminal:\n  {command}", flush=True)
    signal.pause()


if __name__ == "__main__":
    sys.exit(main())
