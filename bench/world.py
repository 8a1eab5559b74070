"""What the measured functions live in: built as they are deployed, DynamoDB and the providers beside them over TLS.

The hosts have their real names and an authority of our own, which is added to the lists of authorities that a deployed
function reads at first, Amazon's and those of large services, and to botocore's for the SDK. So reading them takes as
long as it does in AWS.
"""

import http.client
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import boto3
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bench.sandbox import Program
from local.gateway.handlers import use_environment
from local.store.store import running_store
from local.store.tables import create_missing_tables
from local.template.template import Function, load_template
from tests.helpers.providers import credentials, discord
from tests.helpers.providers.internet import DYNAMODB, Internet, Seen
from tests.helpers.providers.replies import Reply, as_json
from tests.helpers.service import artifacts
from tests.helpers.service.imports import LOCKS, layers_needed

ROOT = artifacts.ROOT
RUNTIME = ROOT / ".venv-bench"
HOSTS = ROOT / "bench/site"
SERVER_KEY = "the-server-key-of-the-benchmark"
SETTINGS: dict[str, Any] = {"server_key": SERVER_KEY, "session": {"keys": ["s" * 64], "refresh_keys": ["r" * 64]}}
ITEM = {name: {"S": "somebody"} for name in ("user_id", "username", "create_time", "update_time", "lang_tag")}
_AWS = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "POWERTOOLS_METRICS_NAMESPACE": "Symbolon",
}


@dataclass(frozen=True)
class World:
    """The folder with all that was built, and the environment that every program has."""

    folder: Path
    environment: Mapping[str, str]

    def program(self, function: Function) -> Program:
        """Give a function of the template, with the layers and variables that it has when deployed."""
        code = ROOT / function.directory
        layers = [HOSTS, *(self.folder / name for name in sorted(layers_needed(code)))]
        own = {name: value for name, value in function.environment.items() if not name.endswith("SECRETS")}
        built = self.folder / code.name
        return Program(RUNTIME / "bin/python", built, layers, {**own, **self.environment})

    def signing(self, function: Function, algorithm: str) -> Program:
        """Give the function in a deployment whose sessions others can verify by public keys."""
        key = rsa.generate_private_key(65537, 2048) if algorithm == "RS256" else ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        session = {**SETTINGS["session"], "algorithm": algorithm, "keys": [pem], "issuer": "https://play.example.com"}
        settings = json.dumps({**SETTINGS, "session": session})
        return replace(program := self.program(function), environment={**program.environment, "SETTINGS": settings})

    def client(self, name: str) -> Program:
        """Give one of the handlers in bench/clients, which do a GetItem and nothing else."""
        layers = [HOSTS, self.folder / "SymbolonLayer"]
        return Program(RUNTIME / "bin/python", self.folder / name, layers, self.environment)


@contextmanager
def world() -> Iterator[World]:
    """Build everything and keep the engine and the hosts up meanwhile."""
    with TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        internet = Internet(folder)
        _build(folder, internet.bundle.read_bytes())
        use_environment({})
        with running_store(folder / "store") as store:
            tables = load_template().tables
            create_missing_tables(store.endpoint, tables)
            _announce(internet, store.endpoint)
            [users] = [table.name for table in tables if table.logical_id == "UsersTable"]
            boto3.client("dynamodb", endpoint_url=store.endpoint).put_item(TableName=users, Item=ITEM)
            yield World(folder, _environment(folder, internet) | {"TABLE": users})
        internet.close()


def _build(folder: Path, authority: bytes) -> None:
    for name in LOCKS:
        artifacts.layer(name, artifacts.NATIVE, folder / name)
    for code in (*ROOT.glob("functions/*/app.py"), *ROOT.glob("bench/clients/*/app.py")):
        artifacts.function(code.parent, folder / code.parent.name)
    [sdk] = RUNTIME.glob("lib/python*/site-packages/botocore/cacert.pem")
    (folder / "sdk.pem").write_bytes(sdk.read_bytes())
    bundles = (
        "SymbolonLayer/python/symbolon/aws/roots.pem",
        "SymbolonLayer/python/symbolon/internet/roots.pem",
        "sdk.pem",
    )
    for bundle in bundles:
        with (folder / bundle).open("ab") as file:
            file.write(b"\n" + authority)


def _announce(internet: Internet, engine: str) -> None:
    connections = threading.local()

    def forward(seen: Seen) -> Reply:
        if not hasattr(connections, "engine"):
            connections.engine = http.client.HTTPConnection(urlsplit(engine).netloc)
        connections.engine.request("POST", "/", seen.body, dict(seen.headers))
        answer = connections.engine.getresponse()
        return Reply(answer.status, answer.read(), {"Content-Type": "application/x-amz-json-1.0"})

    for way in credentials.WAYS.values():
        way.announce(internet)
    internet.announce(discord.ME.removeprefix("https://"), as_json(discord.said()))
    internet.announce(f"{DYNAMODB}/", forward)


def _environment(folder: Path, internet: Internet) -> dict[str, str]:
    sections = {**credentials.SETTINGS, "discord": discord.SECTION}
    return {
        **_AWS,
        "SETTINGS": json.dumps(SETTINGS),
        "PROVIDER_SETTINGS": json.dumps(sections),
        "AWS_CA_BUNDLE": str(folder / "sdk.pem"),
        "BENCH_PORT": str(internet.port),
    }
