"""The functions' handlers, imported and called as Lambda does both: each with an environment of its own."""

import importlib
import os
from collections.abc import Mapping
from typing import Any

from local.errors import StartError
from local.gateway.environment import own_variables
from local.gateway.gateway import Handler
from local.loopback import bypass_proxies
from local.template.template import Function
from symbolon.errors import Misconfigured

_AWS = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "POWERTOOLS_METRICS_DISABLED": "true",
}


def use_environment(variables: Mapping[str, str]) -> None:
    """Set the functions' common environment, with none of the developer's for AWS, which nothing here may reach."""
    for name in [name for name in os.environ if name.startswith("AWS_") and name != "AWS_CA_BUNDLE"]:
        del os.environ[name]
    bypass_proxies()
    os.environ.update({**_AWS, **variables})


def load_handler(function: Function, common: Mapping[str, str]) -> Handler:
    """Import a function's handler, to run with its own variables beside the common ones, which win. Raises StartError.

    Its requests to AWS carry its name where those of a role have a token, for whoever stands in for AWS.
    """
    own = {**function.environment, **common, "AWS_SESSION_TOKEN": function.name}
    with own_variables(own):
        handler = _imported(function)

    def run(event: dict[str, Any], context: object) -> Any:  # noqa: ANN401 - whatever the function answers
        with own_variables(own):
            return handler(event, context)

    return run


def _imported(function: Function) -> Handler:
    module, _, attribute = function.handler.rpartition(".")
    path = f"{function.directory.replace('/', '.')}.{module}"
    try:
        handler: Handler = getattr(importlib.import_module(path), attribute)
    except ModuleNotFoundError as error:
        if not path.startswith(error.name or " "):
            raise
        raise StartError(f"template.yaml names {path} for {function.name}, which does not exist.") from error
    except Misconfigured as error:  # of a studio's own procedures
        raise StartError(f"{error.detail}") from error
    return handler
