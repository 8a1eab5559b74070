"""`make invoke` without Docker and without SAM: what it asks of them, and what it says where they are missing."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from shlex import quote

import pytest

from local.errors import TrialError
from local.template.cloudformation import load_document
from local.template.template import TEMPLATE, load_template
from local.trial.artifacts import local_template
from local.trial.docker import host_for_containers, remove_containers
from local.trial.invoke import BY_COMMAND, FOLDER
from local.trial.sam import ARCHITECTURE, run_sam, sam_serving
from local.trial.samples import ANSWERS, ENVIRONMENT, function_of
from local.trial.smoke import STEPS
from tests.helpers.service.deployment import FUNCTIONS, properties

ROOT = TEMPLATE.parent
ENDPOINT = "http://192.0.2.1:8000"


def program(path: Path, script: str) -> Path:
    """Write a program of the shell."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give where a program has to be in order to be docker."""
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path / "docker"


@pytest.mark.long
def test_whole_run(tmp_path: Path, docker: Path) -> None:
    """Events, commands and the account's life all come to the end, each with a line of its own."""
    bridge = "127.0.0.8/29" if sys.platform == "linux" else "127.0.0.0/8"  # others have but one address of their own
    program(docker, f'echo "$@" >> {quote(str(tmp_path))}/asked; [ "$1" != network ] || echo {bridge}')
    sam = program(tmp_path / "sam", f'exec {quote(sys.executable)} -m tests.helpers.service.fake_sam "$@"')
    script = (
        f"import pathlib, local.trial.invoke as it; raise SystemExit(it.main(pathlib.Path({str(tmp_path / 'made')!r})))"
    )
    environment = {"SAM": str(sam), "KEEP": "", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'shared'}"}

    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    told = [line[8:] for line in done.stdout.splitlines() if line.startswith("ok")]
    assert len(told) == 1 + len(ANSWERS) + len(BY_COMMAND) + len(STEPS)
    assert (tmp_path / "asked").read_text().splitlines()[-1].startswith("ps --all")
    assert f"http://127.0.0.{9 if sys.platform == 'linux' else 1}:" in (tmp_path / "made/template.yaml").read_text()


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        ("127.0.0.0/8 127.0.0.1", ("127.0.0.1", "127.0.0.1")),
        ("127.0.0.0/8", ("127.0.0.1", "127.0.0.1")),
        ("192.0.2.0/24 192.0.2.1", ("127.0.0.1", "host.docker.internal")),
    ],
)
def test_how_containers_reach_the_store(docker: Path, network: str, expected: tuple[str, str]) -> None:
    """On the bridge's address where this machine has it, whether or not it is told; else by Docker Desktop's name."""
    program(docker, f"echo {network}")

    assert host_for_containers() == expected


def test_only_containers_of_the_build_are_removed(docker: Path, tmp_path: Path) -> None:
    """A container that has nothing of the folder stays, though it may be SAM's; nothing is removed where none has."""
    mounts = ["one /builds/local/DeviceFunction", "two /builds/locale/DeviceFunction", "three"]
    lines = "\\n".join(mounts)
    program(docker, f'[ "$1" = ps ] && printf \'{lines}\' || echo "$@" >> {quote(str(tmp_path))}/asked')

    remove_containers(Path("/builds/local"))
    remove_containers(Path("/builds/other"))

    assert (tmp_path / "asked").read_text() == "rm --force one\n"


def test_a_docker_that_fails_is_told(docker: Path) -> None:
    """The message has docker's own words."""
    program(docker, "echo no such network >&2; exit 1")

    with pytest.raises(TrialError, match="FAILED  docker network: no such network"):
        host_for_containers()


def test_a_command_of_sam_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message has the command, and what it wrote on either output."""
    monkeypatch.setenv("SAM", str(program(tmp_path / "sam", "echo here; echo there >&2; exit 1")))

    with pytest.raises(TrialError, match="FAILED  sam local invoke F\nhere\n\nthere"):
        run_sam("local invoke F", {})


def test_a_server_of_sam_that_ends_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that ends before it serves is no reason to wait."""
    monkeypatch.setenv("SAM", str(program(tmp_path / "sam", "echo no template; exit 1")))

    with (
        pytest.raises(TrialError, match="FAILED  start-api did not start: no template"),
        sam_serving("local start-api", {}, tmp_path / "start-api.log"),
    ):
        pass


def test_template_for_this_machine(tmp_path: Path) -> None:
    """Functions and layers are for this processor, every function gets the store's address, a deployment none."""
    path = tmp_path / "template.yaml"
    path.write_text(local_template(TEMPLATE.read_text(), ENDPOINT))

    document = load_document(path)
    layers = [one for one in document["Resources"].values() if one["Type"] == "AWS::Serverless::LayerVersion"]
    assert document["Globals"]["Function"]["Architectures"] == [ARCHITECTURE]
    assert all(layer["Metadata"]["BuildArchitecture"] == ARCHITECTURE for layer in layers)
    assert all(layer["Properties"]["CompatibleArchitectures"] == [ARCHITECTURE] for layer in layers)
    given = {function.environment["AWS_ENDPOINT_URL_DYNAMODB"] for function in load_template(path).functions}
    assert given == {ENDPOINT}
    assert "AWS_ENDPOINT" not in TEMPLATE.read_text()


def test_commands_try_each_layer() -> None:
    """`sam local invoke` has to do with every layer, and with a function that needs but the first."""
    invoked = {function_of(name, load_template().functions) for name in BY_COMMAND}

    def layers(functions: set[str]) -> set[str]:
        own = [properties(function).get("Layers", []) for function in functions]
        return {layer["Ref"] for some in own for layer in some}

    assert layers(invoked) == layers(set(FUNCTIONS))
    assert any("Layers" not in properties(function) for function in invoked)


def test_samconfig_knows_the_artifacts() -> None:
    """`sam local invoke --config-env local` takes what was built, and the settings of the sample events."""
    known = tomllib.loads((ROOT / "samconfig.toml").read_text())["local"]["local_invoke"]["parameters"]

    assert ROOT / known["template_file"] == FOLDER / "build/template.yaml"
    assert ROOT / known["env_vars"] == ENVIRONMENT


@pytest.mark.parametrize(
    ("docker_does", "tools", "told"),
    [
        ("exit 0", {"SAM": "no-sam"}, "no no-sam"),
        ("exit 0", {"PYTHON313": "no-python"}, "no no-python"),
        ("exit 1", {"SAM": "no-sam"}, "no no-sam, no docker"),
        ('[ "$1" != info ]', {}, "no Docker engine that answers"),
        ('[ "$1" = --version ] || [ "$1" = info ]', {}, "no image public.ecr.aws/lambda/python:3.13-"),
    ],
)
def test_what_is_missing_is_told(docker: Path, docker_does: str, tools: dict[str, str], told: str) -> None:
    """One line says what is missing, nothing is installed, and make succeeds."""
    make = shutil.which("make") or pytest.skip("needs make")
    folder = program(docker, docker_does).parent
    there = str(program(folder / "there", "exit 0"))
    variables = {"SAM": there, "PYTHON313": there, "VENV": f"{folder}/venv", "STORE_VENV": f"{folder}/store"} | tools

    done = subprocess.run(
        [make, "--silent", "invoke", *(f"{name}={value}" for name, value in variables.items())],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        capture_output=True,
        text=True,
        check=True,
    )

    [line] = done.stdout.splitlines()
    assert line.startswith(f"skipped: there is {told}")
    assert {path.name for path in folder.iterdir()} == {"docker", "there"}
