"""Where players are, or come to: the tables of the local server or of a deployment, reached by the layer's own code.

A running server's store is used as it is. Without a running server its store is started for the while.
"""

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import botocore.session
from botocore.exceptions import BotoCoreError, ClientError

from local import ROOT
from local.errors import StartError
from local.gateway.handlers import use_environment
from local.store.store import ENDPOINT_FILE, running_store
from local.store.tables import create_missing_tables
from local.template.template import Template, load_template

_RESOURCE_PAGE = "list_stack_resources"


@dataclass(frozen=True)
class Target:
    """In words where the tables are, and what keeps the credentials for them fresh."""

    description: str
    renew: Callable[[], None] = lambda: None


@contextmanager
def target_of(environment: Mapping[str, str]) -> Iterator[Target]:
    """Make the layer's functions reach the tables that STACK=, URL= or STATE_DIR= names; raises StartError."""
    if stack := environment.get("STACK"):
        yield _deployed(stack)
        return
    folder = environment.get("STATE_DIR") or ".symbolon"
    if url := environment.get("URL"):
        _require_loopback(url)
    running = _running(folder)
    if running:
        yield _local(running, folder)
    elif url:
        raise StartError(f"No server with its data in {folder} is running: give URL's own folder with STATE_DIR=path.")
    else:
        with running_store(ROOT / folder) as store:
            yield _local(store.endpoint, folder)


def _running(folder: str) -> str:
    """Return the endpoint of the store that runs on the folder, "" when none answers."""
    file = ROOT / folder / ENDPOINT_FILE
    endpoint = os.environ.get("DYNAMODB_ENDPOINT") or (file.read_text() if file.exists() else "")
    place = urlsplit(endpoint)
    try:
        socket.create_connection((place.hostname or "", place.port or 80), timeout=5).close()
    except OSError:  # what is left of a server that was killed
        return ""
    return endpoint


def _require_loopback(url: str) -> None:
    host = urlsplit(url).hostname
    if host not in ("127.0.0.1", "localhost", "::1"):
        raise StartError(f"URL={url} is not on this machine: a deployment is named by its stack, STACK=name.")


def _local(endpoint: str, folder: str) -> Target:
    template = load_template()
    names = {table.logical_id: table.name for table in template.tables}
    variables = {variable: names[logical_id] for variable, logical_id in _tables(template).items()}
    use_environment({"AWS_ENDPOINT_URL_DYNAMODB": endpoint} | variables)
    create_missing_tables(endpoint, template.tables)
    return Target(f"the local store in {folder}")


def _tables(template: Template) -> dict[str, str]:
    """Return the variables by which the layer knows the tables, with the tables' names in the template."""
    logical_ids = {table.name: table.logical_id for table in template.tables}
    variables = [item for function in template.functions for item in function.environment.items()]
    return {variable: logical_ids[value] for variable, value in variables if value in logical_ids}


def _deployed(stack: str) -> Target:
    session: Any = botocore.session.get_session()
    try:
        pages = session.create_client("cloudformation").get_paginator(_RESOURCE_PAGE).paginate(StackName=stack)
        found = [resource for page in pages for resource in page["StackResourceSummaries"]]
    except (BotoCoreError, ClientError) as error:
        raise StartError(f"The stack {stack} cannot be read: {' '.join(str(error).split())}") from error
    names = {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in found}
    tables = _tables(load_template())
    if missing := [logical_id for logical_id in tables.values() if logical_id not in names]:
        raise StartError(f"The stack {stack} has no {missing[0]}: is it Symbolon's, and as new as this version?")
    os.environ.update({variable: names[logical_id] for variable, logical_id in tables.items()})
    os.environ["AWS_REGION"] = session.get_config_variable("region")
    target = Target(f"the stack {stack}", lambda: _use_credentials(session))
    target.renew()
    return target


def _use_credentials(session: Any) -> None:  # noqa: ANN401 (botocore has no types)
    """Put the caller's credentials, which may be short-lived, where the layer finds them."""
    credentials = session.get_credentials()
    if credentials is None:
        raise StartError("There are no AWS credentials: sign in with `aws sso login`, or set AWS_PROFILE.")
    frozen = credentials.get_frozen_credentials()
    os.environ.update({"AWS_ACCESS_KEY_ID": frozen.access_key, "AWS_SECRET_ACCESS_KEY": frozen.secret_key})
    os.environ.pop("AWS_SESSION_TOKEN", None)
    if frozen.token:
        os.environ["AWS_SESSION_TOKEN"] = frozen.token
