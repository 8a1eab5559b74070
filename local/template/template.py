"""What template.yaml says of routes, functions, tables and CORS: the one place that all of them are defined in.

Used by the development server and by the tests, which make their tables from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from local import ROOT
from local.template.cloudformation import UnresolvedError, load_document, resolve, table_name
from local.template.operators import operator_policies

TEMPLATE = ROOT / "template.yaml"
# What an engine on this machine has no use for: backups, encryption, protection, metrics.
_CREATE_TABLE = ("AttributeDefinitions", "GlobalSecondaryIndexes", "KeySchema", "LocalSecondaryIndexes")


@dataclass(frozen=True)
class Route:
    """A method ("ANY" for all of them) and a path as API Gateway writes it, with `{name}` and `{name+}`.

    DEFAULT is the route of what has no other. `is_signed` says that a request must be signed by AWS credentials.
    """

    method: str
    path: str
    is_signed: bool = False

    @property
    def key(self) -> str:
        """Give the route key, by which functions are told what was asked for."""
        return "$default" if self == DEFAULT else f"{self.method} {self.path}"


DEFAULT = Route("ANY", "$default")


@dataclass(frozen=True)
class Function:
    """A Lambda function: `directory` is relative to the template, `handler` is `module.attribute`."""

    name: str
    directory: str
    handler: str
    memory_mb: int
    timeout_sec: int
    environment: Mapping[str, str]
    routes: tuple[Route, ...]


@dataclass(frozen=True)
class Table:
    """A DynamoDB table: arguments of create_table, the attribute of its TTL, and whether its changes are followed."""

    logical_id: str
    create_arguments: Mapping[str, Any]
    ttl_attribute: str | None
    has_stream: bool = False

    @property
    def name(self) -> str:
        """Give the name to create it under, which the functions find in their environment."""
        return str(self.create_arguments["TableName"])


@dataclass(frozen=True)
class Cors:
    """A CorsConfiguration; without one, `origins` is empty and API Gateway does nothing about CORS."""

    origins: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    max_age_sec: int | None = None
    credentials: bool = False


@dataclass(frozen=True)
class Template:
    """All that this machine needs to know of template.yaml."""

    functions: tuple[Function, ...]
    tables: tuple[Table, ...]
    cors: Cors
    operator_policies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def load_template(path: Path = TEMPLATE) -> Template:
    """Read the SAM template at `path`. Raises OSError, yaml.YAMLError, and LookupError where it is not as expected."""
    document = load_document(path)
    resources = document["Resources"]
    return Template(
        functions=tuple(_function(document, name) for name in _of_type(resources, "AWS::Serverless::Function")),
        tables=tuple(_table(document, name) for name in _of_type(resources, "AWS::DynamoDB::Table")),
        cors=_cors(document),
        operator_policies=operator_policies(document),
    )


def load_tables(path: Path) -> tuple[Table, ...]:
    """Read the tables alone of another template, each by its logical id; raises as `load_template`."""
    document = load_document(path)
    tables = [_table(document, name) for name in _of_type(document["Resources"], "AWS::DynamoDB::Table")]
    return tuple(
        replace(table, create_arguments={**table.create_arguments, "TableName": table.logical_id}) for table in tables
    )


def _of_type(resources: Mapping[str, Any], kind: str) -> list[str]:
    return [name for name, resource in resources.items() if resource["Type"] == kind]


def _function(document: Mapping[str, Any], name: str) -> Function:
    shared = document.get("Globals", {}).get("Function", {})
    own = document["Resources"][name]["Properties"]
    both = {**shared, **own}
    variables = {
        **shared.get("Environment", {}).get("Variables", {}),
        **own.get("Environment", {}).get("Variables", {}),
    }
    return Function(
        name=name,
        directory=both["CodeUri"].strip("./"),
        handler=both["Handler"],
        memory_mb=_number(document, both.get("MemorySize"), 128),
        timeout_sec=_number(document, both.get("Timeout"), 3),
        environment=_environment(document, variables),
        routes=tuple(_routes(own.get("Events", {}))),
    )


def _number(document: Mapping[str, Any], value: Any, default: int) -> int:  # noqa: ANN401 - a number or a reference
    return int(resolve(document, default if value is None else value))


def _environment(document: Mapping[str, Any], variables: Mapping[str, Any]) -> dict[str, str]:
    """Give the variables that mean something here; those that hold ARNs and secrets are left out."""
    known = {}
    for key, value in variables.items():
        try:
            known[key] = str(resolve(document, value))
        except UnresolvedError:
            continue
    return known


def _routes(events: Mapping[str, Any]) -> list[Route]:
    apis = [event["Properties"] for event in events.values() if event["Type"] == "HttpApi"]
    return [_route(api) for api in apis]


def _route(api: Mapping[str, Any]) -> Route:
    if not api.keys() & {"Method", "Path"}:
        return DEFAULT
    is_signed = api.get("Auth", {}).get("Authorizer") == "AWS_IAM"
    return Route(str(api.get("Method", "any")).upper().replace("*", "ANY"), api["Path"], is_signed)


def _table(document: Mapping[str, Any], name: str) -> Table:
    properties = document["Resources"][name]["Properties"]
    arguments = {key: resolve(document, properties[key]) for key in _CREATE_TABLE if key in properties}
    arguments |= {"TableName": table_name(document, name), "BillingMode": "PAY_PER_REQUEST"}
    ttl_attribute = properties.get("TimeToLiveSpecification", {}).get("AttributeName")
    return Table(name, arguments, ttl_attribute, "StreamSpecification" in properties)


def _cors(document: Mapping[str, Any]) -> Cors:
    apis = _of_type(document["Resources"], "AWS::Serverless::HttpApi")
    own = document["Resources"][apis[0]].get("Properties", {}) if apis else {}
    setting = {**document.get("Globals", {}).get("HttpApi", {}), **own}.get("CorsConfiguration")
    if not setting:
        return Cors()
    values = resolve(document, setting)
    return Cors(
        origins=tuple(values.get("AllowOrigins", ())),
        methods=tuple(values.get("AllowMethods", ())),
        headers=tuple(values.get("AllowHeaders", ())),
        exposed=tuple(values.get("ExposeHeaders", ())),
        max_age_sec=values.get("MaxAge"),
        credentials=bool(values.get("AllowCredentials")),
    )
