"""The settings document: a file (local), or put together from the environment and Secrets Manager (deployed).

SETTINGS is the document, or SETTINGS_FILE its path; PROVIDER_SETTINGS has the sections of the function's own provider,
EDGE_SETTINGS that of what stands in front of the API, HOOK_SETTINGS that of the studio's hook. SETTINGS_SECRETS,
PROVIDER_SECRETS and EDGE_SECRETS map dotted paths of the document to the ARNs of the secrets whose values belong there,
so that a function holds, and can read, only what its own routes need; locally, to the paths of files.
"""

import json
from collections.abc import Mapping
from typing import Any

from symbolon.errors import Misconfigured


def read_document(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the document that the environment describes.

    Raises Misconfigured when a part of it is missing or no JSON object, Unavailable when a secret cannot be read.
    """
    if path := environment.get("SETTINGS_FILE"):
        document = _object(path, _content("SETTINGS_FILE", path))
    else:
        document = _merged(("SETTINGS", "PROVIDER_SETTINGS", "EDGE_SETTINGS", "HOOK_SETTINGS"), environment)
    secrets = _merged(("SETTINGS_SECRETS", "PROVIDER_SECRETS", "EDGE_SECRETS"), environment)
    for place, reference in secrets.items():
        _put(document, place, _secret(place, reference))
    return document


def _secret(place: str, reference: str) -> str:
    if not reference.startswith("arn:"):
        return _content(place, reference)
    from symbolon.aws.secrets import read_secret  # noqa: PLC0415 (a local run has no secret store)

    return read_secret(reference)


def _merged(names: tuple[str, ...], environment: Mapping[str, str]) -> dict[str, Any]:
    parts = (_object(name, environment[name]) for name in names if environment.get(name))
    return {key: value for part in parts for key, value in part.items()}


def _content(source: str, path: str) -> str:
    from pathlib import Path  # noqa: PLC0415 (a deployed function has its settings in the environment)

    try:
        return Path(path).read_text()
    except OSError as error:
        raise Misconfigured(f"{source}: cannot read {path}: {error.strerror}") from error


def _object(source: str, text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise Misconfigured(f"{source}: not valid JSON: {error}") from error
    if not isinstance(value, dict):
        raise Misconfigured(f"{source}: must be a JSON object")
    return value


def _put(document: dict[str, Any], place: str, text: str) -> None:
    """Put a secret's value, a bare text or a JSON text, list or object, at a dotted path of the document."""
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    if not isinstance(value, str | list | dict):
        value = text  # a key of nothing but digits
    *sections, name = place.split(".")
    for section in sections:
        document = document.setdefault(section, {})
        if not isinstance(document, dict):
            raise Misconfigured(f"settings: {section} must be an object")
    document[name] = value
