"""The functions' handlers, imported as Lambda imports them: with their environment in place."""

import importlib
import os
from collections.abc import Mapping

from local.errors import StartError
from local.gateway.gateway import Handler
from local.template.template import Function

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
    # A proxy of the developer's network has no way back to this machine.
    reachable = ",".join(filter(None, [os.environ.get("NO_PROXY"), "127.0.0.1", "localhost"]))
    os.environ.update({**_AWS, **variables, "NO_PROXY": reachable, "no_proxy": reachable})


def load_handler(function: Function, common: Mapping[str, str]) -> Handler:
    """Import a function's handler with its own variables beside the common ones, which win. Raises StartError."""
    os.environ.update({**function.environment, **common})
    module, _, attribute = function.handler.rpartition(".")
    path = f"{function.directory.replace('/', '.')}.{module}"
    try:
        handler: Handler = getattr(importlib.import_module(path), attribute)
    except ModuleNotFoundError as error:
        if not path.startswith(error.name or " "):
            raise
        raise StartError(f"template.yaml names {path} for {function.name}, which does not exist.") from error
    return handler
