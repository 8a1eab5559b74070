"""Which parameter of the template says what in the settings document: read from the functions' variables.

A variable such as `PROVIDER_SETTINGS: !Sub '{"steam": {"app_id": "${SteamAppId}"}}'` says that `steam.app_id` is the
parameter SteamAppId.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_VARIABLES = ("SETTINGS", "PROVIDER_SETTINGS", "EDGE_SETTINGS", "HOOK_SETTINGS")
_REFERENCE = re.compile(r'"?\$\{(\w+)\}"?')
_PLACE = re.compile(r"\$\{([\w.:]+)\}")
_SECRET = re.compile(r"\$\{(\w+)\.Id\}")
_MARK = "parameter:"


def parameters_by_place(document: Mapping[str, Any]) -> dict[str, str]:
    """Give, by dotted place in the settings, the parameter that is written there. Raises ValueError for no JSON."""
    functions = [one for one in document["Resources"].values() if one["Type"] == "AWS::Serverless::Function"]
    holders = [document["Globals"]["Function"], *(function["Properties"] for function in functions)]
    found: dict[str, str] = {}
    for holder in holders:
        variables = holder.get("Environment", {}).get("Variables", {})
        for name in _VARIABLES:
            text = _REFERENCE.sub(rf'"{_MARK}\1"', _written(variables.get(name, "{}")))
            found |= {place: named for place, named in _marked(json.loads(text)) if named in document["Parameters"]}
    return found


def secrets_by_place(document: Mapping[str, Any]) -> dict[str, str]:
    """Give, by dotted place in a provider's settings, the secret that is read there. Raises ValueError for no JSON."""
    functions = [one for one in document["Resources"].values() if one["Type"] == "AWS::Serverless::Function"]
    found: dict[str, str] = {}
    for function in functions:
        variables = function["Properties"].get("Environment", {}).get("Variables", {})
        places = json.loads(_written(variables.get("PROVIDER_SECRETS", "{}")))
        found |= {place: match[1] for place, value in places.items() if (match := _SECRET.fullmatch(value))}
    return found


def _written(value: Any) -> str:  # noqa: ANN401 - YAML in
    """Give a variable's text with every condition true, in which parameters stand as `${name}`."""
    if not isinstance(value, dict):
        return str(value)
    [(function, argument)] = value.items()
    match function:
        case "Ref":
            return f"${{{argument}}}"
        case "Fn::If":
            return _written(argument[1])
        case "Fn::Join":
            return _written(argument[1])
        case "Fn::Sub":
            text, own = argument if isinstance(argument, list) else (argument, {})
            return _PLACE.sub(lambda match: _written(own.get(match[1], {"Ref": match[1]})), text)
    return ""


def _marked(value: object, before: str = "") -> Iterator[tuple[str, str]]:
    """Give the places of a document that are a parameter, or a list that is one."""
    for name, item in value.items() if isinstance(value, dict) else ():
        leaf = item[0] if isinstance(item, list) and item else item
        if isinstance(leaf, str) and leaf.startswith(_MARK):
            yield before + name, leaf.removeprefix(_MARK)
        else:
            yield from _marked(item, f"{before}{name}.")
