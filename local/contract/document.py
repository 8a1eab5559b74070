"""The document: the template's routes, each with what is said of it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from local import ROOT
from local.contract import samples
from local.contract.calls import procedures, rpc
from local.contract.operation import Operation
from local.contract.operations import (
    accounts,
    admin,
    callbacks,
    devices,
    friends,
    inquiries,
    merging,
    oauth,
    partners,
    recovery,
    sessions,
    wellknown,
)
from local.contract.parts import INFO, SECURITY_SCHEMES, TAGS
from local.contract.responses import HEADERS, examples_of, responses
from local.contract.schemas import SCHEMAS
from local.contract.sharing import shared_responses
from local.contract.ways import signin
from local.template.template import DEFAULT, Route, load_template

PATH = ROOT / "docs/openapi.json"
FAMILIES = (
    *(signin, merging, devices, accounts, sessions, friends, rpc, recovery),
    *(partners, oauth, wellknown, callbacks, admin, inquiries),
)
OPERATIONS: Mapping[str, Operation] = {key: said for family in FAMILIES for key, said in family.OPERATIONS.items()}
"""By the template's route keys."""


class Undescribed(Exception):
    """A route of the template has no description, or one that is described is no route: the text says what to do."""


def written() -> str:
    """Give the document as docs/openapi.json has it. Raises Undescribed."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def document() -> dict[str, Any]:
    """Give the document. Raises Undescribed."""
    paths: dict[str, dict[str, Any]] = {}
    for method, path, said in _operations():
        place = path.replace("+}", "}")
        paths.setdefault(place, {})[method.lower()] = _operation(f"{method} {place}", path, said)
    return {
        "openapi": "3.1.0",
        **INFO,
        "tags": [{"name": name, "description": about} for name, about in TAGS.items()],
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": SECURITY_SCHEMES,
            "schemas": SCHEMAS,
            "responses": shared_responses(paths),
            "headers": HEADERS,
            "examples": examples_of([*OPERATIONS.values(), *procedures.OPERATIONS.values()]),
        },
    }


def _operations() -> Iterator[tuple[str, str, Operation]]:
    """Give method, path and description of each route, and of each procedure behind the one that all share."""
    routes = {route for function in load_template().functions for route in function.routes if route != DEFAULT}
    if wrong := complaints(routes):
        raise Undescribed("\n".join(wrong))
    for route in sorted(routes, key=lambda route: route.key):
        yield route.method, route.path, OPERATIONS[_described(route)]
    for key, said in procedures.OPERATIONS.items():
        method, path = key.split(" ")
        yield method, path, said


def complaints(routes: set[Route]) -> list[str]:
    """Say which routes of the template lack a description, and which descriptions lack a route."""
    known = {_described(route) for route in routes}
    lacking = [
        f"{key}: say in a file of local/contract/operations what it takes, answers and refuses; then make openapi"
        for key in sorted(known - OPERATIONS.keys())
    ]
    idle = [f"{key}: described in local/contract/operations, but no route of template.yaml" for key in OPERATIONS]
    return lacking + [line for line in idle if line.partition(":")[0] not in known]


def _described(route: Route) -> str:
    """Give the key under which a route is described: HEAD is what GET is, without its body."""
    return f"GET {route.path}" if route.method == "HEAD" else route.key


def _operation(name: str, path: str, said: Operation) -> dict[str, Any]:
    is_head = name.startswith("HEAD ")
    parameters = [*_path_parameters(path), *_parameters("query", said.query), *_parameters("header", said.headers)]
    result: dict[str, Any] = {
        "operationId": _identifier(name),
        "tags": [said.tag],
        "summary": said.summary,
        "security": [_together(way) for way in said.security],
        "parameters": parameters,
    }
    if said.body:
        example = samples.body_of(said.event)
        content = {media: {"schema": schema, **example} for media, schema in said.body.items()}
        result["requestBody"] = {"content": content, "required": False}
    return result | {"responses": responses(said, is_head=is_head)}


def _together(way: str) -> dict[str, list[str]]:
    """Give the schemes that are shown together."""
    return {scheme: [] for scheme in way.split("+") if scheme}


def _path_parameters(path: str) -> list[dict[str, Any]]:
    names = [part.strip("{+}") for part in path.split("/") if part.startswith("{")]
    schema = {"type": "string", "minLength": 1}
    return [{"name": name, "in": "path", "required": True, "schema": schema} for name in names]


def _parameters(place: str, schemas: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"name": name, "in": place, "schema": schema} for name, schema in schemas.items()]


def _identifier(name: str) -> str:
    words = "".join(letter if letter.isalnum() else " " for letter in name).split()
    return words[0].lower() + "".join(word[0].upper() + word[1:] for word in words[1:])
