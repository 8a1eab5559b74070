"""A settings document, as `make serve` takes it, given to a deployment: as parameters, as secrets, and as one file.

Which parameter says which part of the document, the template tells; which secret takes which, the deployed functions.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3

from local.errors import TrialError
from local.template.cloudformation import load_document
from local.template.parameters import parameters_by_place
from local.template.template import TEMPLATE
from symbolon.errors import Misconfigured
from symbolon.settings.document import read_document
from symbolon.settings.keys import PUBLISHED_KEYS

Document = Mapping[str, Any]

# Secrets of providers that have no setting besides, so that a parameter says whether there is one.
_SWITCHES = {"facebookinstantgame.app_secret": "InstantGames", "partner.wallet_seed": "PartnerWallets"}
_ANCHORS = "gamecenter.trusted_certificates"
_ANCHORS_FILE = "GameCenterFunction/anchors.pem"


def read_settings(path: str) -> Document:
    """Return the document in the file at `path`, without a path an empty one. Raises TrialError."""
    try:
        return read_document({"SETTINGS_FILE": path})
    except (Misconfigured, UnicodeDecodeError) as error:
        raise TrialError(f"FAILED  settings: {getattr(error, 'detail', '') or path + ' is not UTF-8 text'}") from error


def parameters(document: Document) -> dict[str, str]:
    """Return the stack's parameters that say what the document says, as text; what it leaves out keeps its default."""
    parts = {place: value for place, value in _parts(document) if not _stays(place, value)}
    named = _named()
    said = {named[place]: _text(value) for place, value in parts.items() if place in named}
    switched_on = {name: "true" for place, name in _SWITCHES.items() if parts.get(place)}
    return {name: text for name, text in said.items() if text} | switched_on


def overrides(values: Mapping[str, str]) -> str:
    """Write parameters as `sam deploy --parameter-overrides` reads them: in quotes, those inside escaped."""
    return " ".join(f'{name}="{value.replace(chr(34), chr(92) + chr(34))}"' for name, value in values.items())


def put_files(document: Document, build: Path) -> None:
    """Put what a deployment has as a file into the artifacts in `build`: Game Center's anchors."""
    if anchors := dict(_parts(document)).get(_ANCHORS):
        (build / _ANCHORS_FILE).write_text(str(anchors))


def put_secrets(document: Document) -> list[str]:
    """Put the document's secrets where the deployed functions read them; return the places that nothing takes."""
    parts, taken = dict(_parts(document)), {*_named(), _ANCHORS}
    client = boto3.client("secretsmanager")
    for place, arn in _secrets().items():
        value = parts.get(place)
        if value and not _is_published(value):
            client.put_secret_value(SecretId=arn, SecretString=value if isinstance(value, str) else json.dumps(value))
            taken.add(place)
    if {"session.keys", "session.refresh_keys"} & taken:
        tell_keys({"action": "ensure"})  # to see those that were put there by hand
    return [place for place, value in parts.items() if place not in taken or _stays(place, value)]


def put_values(values: Mapping[str, str]) -> None:
    """Give secrets these values, by ARN, and let the function that keeps keys see them."""
    client = boto3.client("secretsmanager")
    for arn, value in values.items():
        client.put_secret_value(SecretId=arn, SecretString=value)
    tell_keys({"action": "ensure"})


def tell_keys(event: Mapping[str, str]) -> None:
    """Have the function that keeps keys do what the event asks for. Raises TrialError."""
    client = boto3.client("lambda")
    for function in _functions():
        if "RINGS" in function["Environment"]["Variables"]:
            answer = client.invoke(FunctionName=function["FunctionName"], Payload=json.dumps(event).encode())
            if "FunctionError" in answer:
                raise TrialError(f"FAILED  keys: {answer['Payload'].read().decode()[:400]}")


def _named() -> dict[str, str]:
    return parameters_by_place(load_document(TEMPLATE))


def _secrets() -> dict[str, str]:
    """Give the ARNs of the secrets that the deployed functions name, by the place in the document that each fills."""
    found: dict[str, str] = {}
    for function in _functions():
        for name in ("SETTINGS_SECRETS", "PROVIDER_SECRETS"):
            found |= json.loads(function["Environment"]["Variables"].get(name, "{}"))
    return {place: arn for place, arn in found.items() if ":secretsmanager:" in arn}


def _functions() -> Iterator[dict[str, Any]]:
    for page in boto3.client("lambda").get_paginator("list_functions").paginate():
        yield from page["Functions"]


def _parts(document: Document, before: str = "") -> Iterator[tuple[str, Any]]:
    """Give the document's values by dotted place; an issuer's and a studio's own are one value."""
    for name, value in document.items():
        if isinstance(value, Mapping) and before + name not in ("oidc", "audiences", "procedures"):
            yield from _parts(value, f"{before}{name}.")
        else:
            yield before + name, value


def _stays(place: str, value: object) -> bool:
    """Tell whether the value is for this machine alone: a key that everybody knows, a hook that is no ARN."""
    return _is_published(value) or (place == "hook.function" and not str(value).startswith("arn:"))


def _is_published(value: object) -> bool:
    return isinstance(value, str) and value in PUBLISHED_KEYS


def _text(value: object) -> str:
    if isinstance(value, Mapping):  # as JSON in which no backslash stands before a quote or another, as SAM wants it
        return json.dumps(value).replace(r"\\", r"\u005c").replace(r"\"", r"\u0022")
    if isinstance(value, bool):
        return json.dumps(value)
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
