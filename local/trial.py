"""`make trial`: the whole stack deployed on this machine, with enforced roles, and a throw-away account's life in it.

What is deployed is what `sam build` makes for AWS, but for this machine's processor. AWS is MiniStack: its
CloudFormation makes the tables, roles, functions and routes, and its IAM refuses what a function's role does not allow.
KEEP=1 leaves it running, and says where, until Ctrl-C.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import boto3

from local import ROOT
from local.errors import SmokeError, TrialError
from local.plain_template import plain_template
from local.ports import free_port, wait_until_listening
from local.sam import ARCHITECTURE, run_sam
from local.service import Service, basic
from local.smoke import Visit, walk

STACK = "symbolon-trial"
BUCKET = "artifacts"
PARAMETERS = {"DeletionProtection": "false", "LogRetentionDays": "1", "Rollout": "AllAtOnce"}


def main() -> int:
    """Deploy, try out, and give the exit status."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with TemporaryDirectory() as folder, _cloud(Path(folder)) as endpoint:
            _deploy(Path(folder))
            service, key = _service(endpoint)
            print(f"URL={service} SERVER_KEY={key}", flush=True)
            walk(Visit(Service(service, basic(key))))
            if os.environ.get("KEEP"):
                _wait()
    except (SmokeError, TrialError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


@contextmanager
def _cloud(folder: Path) -> Iterator[str]:
    """Run MiniStack with enforced roles, let this process's AWS be it, and give its URL."""
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "SAM_CLI_TELEMETRY": "0",
    }
    own = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "MINISTACK_REGION": "us-east-1", "AUTH": "true"}
    unused = {"SFTP_ENABLED": "0", "IOT_MTLS_ENABLED": "0"}
    with (folder / "MiniStack.log").open("wb") as log:
        command = [str(ROOT / ".venv-trial/bin/ministack")]
        process = subprocess.Popen(command, env=os.environ | own | unused, cwd=folder, stdout=log, stderr=log)
    try:
        wait_until_listening(process, port, folder / "MiniStack.log")
        yield endpoint
    finally:
        process.terminate()
        process.wait(10)


def _deploy(folder: Path) -> None:
    """Build, package and deploy with SAM, as the documentation does it. Raises TrialError."""
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    packaged, plain, config = folder / "packaged.yaml", folder / "plain.json", folder / "samconfig.toml"
    config.write_text("version = 0.1\n")
    _sam("build", {"--build-dir": str(folder / "build"), "--cache-dir": str(folder / "cache")}, LAYER_ARCH=ARCHITECTURE)
    built = {"--template-file": str(folder / "build/template.yaml"), "--s3-bucket": BUCKET}
    _sam("package", {**built, "--output-template-file": str(packaged), "--config-file": str(config)})
    plain.write_text(json.dumps(plain_template(packaged.read_text(), PARAMETERS)))
    overrides = " ".join(f"{name}={value}" for name, value in PARAMETERS.items())
    place = {"--stack-name": STACK, "--capabilities": "CAPABILITY_IAM", "--config-file": str(config)}
    _sam("deploy", {"--template-file": str(plain), "--s3-bucket": BUCKET, "--parameter-overrides": overrides, **place})


def _sam(command: str, options: Mapping[str, str], **variables: str) -> None:
    start = time.perf_counter()
    run_sam(command, options, **variables)
    print(f"ok      sam {command} ({time.perf_counter() - start:.0f} s)", flush=True)


def _service(endpoint: str) -> tuple[str, str]:
    """Give the URL of the deployed API and its server key."""
    [api] = boto3.client("apigatewayv2").get_apis()["Items"]
    [stack] = boto3.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    outputs: dict[str, Any] = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    return f"{endpoint}/_aws/execute-api/{api['ApiId']}/$default", str(outputs["ServerKey"])


def _wait() -> NoReturn:
    print("Ctrl-C ends it", flush=True)
    while True:
        time.sleep(1)


if __name__ == "__main__":
    sys.exit(main())
