"""`make invoke`: what `sam build` makes for Lambda, in containers as Lambda runs it, with a store on this machine.

Each file of events/ goes to its function by `sam local start-lambda`, one for each set of layers by `sam local invoke`
too, and a throw-away account lives its life on `sam local start-api`. KEEP=1 leaves the store running, until Ctrl-C.
"""

import json
import os
import signal
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from local import ROOT
from local.errors import SmokeError, StartError, TrialError
from local.gateway.handlers import use_environment
from local.interrupts import INTERRUPTED, Interrupts, leave
from local.loopback import bypass_proxies
from local.store.store import running_store
from local.store.tables import create_missing_tables
from local.template.template import load_template
from local.trial.artifacts import Artifacts
from local.trial.docker import host_for_containers, remove_containers
from local.trial.sam import ARCHITECTURE, run_sam, sam_serving
from local.trial.samples import ANSWERS, PROVIDERS, checked, function_of, play
from local.trial.service import Service, basic
from local.trial.smoke import DEVELOPMENT_KEY, Visit, walk

FOLDER = ROOT / ".aws-sam/local"
"""Where the artifacts stay; samconfig.toml knows it too."""

BY_COMMAND = ("session_healthcheck", "device_authenticate", "email_authenticate", "apple_authenticate")
"""The events that `sam local invoke` gets: for the common layer alone, for the passwords', and for the providers'."""

_INVOKE_SECONDS = 60
_WARM = {"--warm-containers": "LAZY"}


def main(folder: Path = FOLDER) -> int:
    """Build in `folder`, invoke, and give the exit status."""
    Interrupts(raising=True)
    use_environment({"SAM_CLI_TELEMETRY": "0"})
    artifacts = Artifacts(folder)
    try:
        with _store() as endpoint, _no_containers_left(artifacts):
            _build(artifacts, endpoint)
            _by_lambda(artifacts)
            _by_command(artifacts)
            _by_api(artifacts)
            if os.environ.get("KEEP"):
                _wait()
    except (SmokeError, StartError, TrialError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


@contextmanager
def _store() -> Iterator[str]:
    """Run a store with the template's tables, empty, and give its URL as containers know it."""
    listen, reached = host_for_containers()
    bypass_proxies(listen)
    with TemporaryDirectory() as state, running_store(Path(state), listen) as store:
        create_missing_tables(store.endpoint, load_template().tables)
        yield f"http://{reached}:{store.endpoint.rpartition(':')[2]}"


@contextmanager
def _no_containers_left(artifacts: Artifacts) -> Iterator[None]:
    try:
        yield
    finally:
        remove_containers(artifacts.build_folder)


def _build(artifacts: Artifacts, endpoint: str) -> None:
    start = time.perf_counter()
    artifacts.build(endpoint)
    print(f"ok      sam build for {ARCHITECTURE} ({time.perf_counter() - start:.0f} s)", flush=True)


def _by_lambda(artifacts: Artifacts) -> None:
    print(f"sam local start-lambda, {len(ANSWERS)} events", flush=True)
    log = artifacts.folder / "start-lambda.log"
    with sam_serving("local start-lambda", {**artifacts.options, **_WARM}, log) as url:
        play(load_template().functions, lambda function, event: _invoke(url, function, event))


def _invoke(url: str, function: str, event: str) -> Any:  # noqa: ANN401 (JSON)
    """Call Lambda's Invoke API: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html."""
    address = f"{url}/2015-03-31/functions/{function}/invocations"
    try:
        with urllib.request.urlopen(address, event.encode(), _INVOKE_SECONDS) as answer:  # noqa: S310 (http, made here)
            return json.loads(answer.read())
    except (OSError, ValueError) as error:
        raise SmokeError(f"FAILED  {function} gave no answer: {error}") from error


def _by_command(artifacts: Artifacts) -> None:
    for name in BY_COMMAND:
        start = time.perf_counter()
        command = f"local invoke {function_of(name, load_template().functions)} --event events/{name}.json"
        status = checked(name, json.loads(run_sam(command, artifacts.options)))
        print(f"ok      sam {command}: {status} ({time.perf_counter() - start:.0f} s)", flush=True)


def _by_api(artifacts: Artifacts) -> None:
    print("sam local start-api, a throw-away account", flush=True)
    with sam_serving("local start-api", {**artifacts.options, **_WARM}, artifacts.folder / "start-api.log") as url:
        walk(Visit(Service(url, basic(DEVELOPMENT_KEY)), not_set_up=PROVIDERS))


def _wait() -> None:
    command = "sam local invoke DeviceFunction --config-env local --event events/device_authenticate.json"
    print(f"The store runs until Ctrl-C. In another terminal:\n  {command}", flush=True)
    with suppress(KeyboardInterrupt):
        signal.pause()


if __name__ == "__main__":
    leave(main())
