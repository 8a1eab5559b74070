"""The functions as a deployment makes them: their variables, their secrets' names, and what their roles allow."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from local.gateway.routing import Router
from local.template.cloudformation import UnresolvedError, load_document, resolve
from local.template.roles import Roles, without_conditions
from local.template.template import TEMPLATE, Function, Template, load_template
from local.torture.world.providers import DISCORD_APPLICATION

API = "https://abcdefghij.execute-api.us-east-1.amazonaws.com"
"""Where the simulated API is."""

DISCORD_REDIRECT_URI = "https://game.example.com/signed-in"

PARAMETERS = {
    "ServerKey": "the-server-key-of-the-simulation",
    "SessionIssuer": API,
    "AppleAudiences": "com.example.game",
    "GoogleAudiences": "game.apps.googleusercontent.com",
    "PlayGamesClientId": "play.apps.googleusercontent.com",
    "FacebookAppId": "1234567890",
    "InstantGames": "true",
    "SteamAppId": "480",
    "DiscordApplicationId": DISCORD_APPLICATION,
    "DiscordRedirectUris": DISCORD_REDIRECT_URI,
    "MailSender": "game@example.com",
    "MailIdentity": "example.com",
    "MailBaseUrl": API,
    "EventBus": "players",
}
"""What the simulated studio has set; the rest is as the template has it."""

SECRET_ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:"  # noqa: S105 (what ARNs begin with)

_SET_UP = frozenset(
    f"{name}Function"
    for name in (
        *("Activate", "Admin", "Apple", "Callback", "Discord", "Email", "Facebook", "FacebookInstantGame", "Friend"),
        *("FriendImport", "Google", "Mail", "Oauth", "Recovery", "Rpc", "Steam"),
    )
)
"""Functions whose own settings count: for those whom they ask somebody stands in."""

_ALONE = {"EDGE_SETTINGS": "{}", "EDGE_SECRETS": "{}", "HOOK_SETTINGS": "{}"}
"""Nothing stands before the simulated API, and no function of the studio's is asked."""

_AWS = {
    "AWS_ACCESS_KEY_ID": "simulated",
    "AWS_SECRET_ACCESS_KEY": "simulated",
    "AWS_REGION": "us-east-1",
}
_KNOWN = {"AWS::StackId": "arn:aws:stack/symbolon/1", **PARAMETERS}


@dataclass(frozen=True)
class Deployment:
    """The stack: its functions by their logical ids, each one's variables, who serves a route, and what roles allow.

    `parameters` has those of Systems Manager: by their names the logical ids. `followed` has the tables whose changes a
    function hears of, and the patterns of those that it does, none for all.
    """

    template: Template
    functions: Mapping[str, Function]
    variables: Mapping[str, Mapping[str, str]]
    all_variables: Mapping[str, str]
    parameters: Mapping[str, str]
    router: Router[str]
    roles: Roles
    followed: Mapping[str, Sequence[Mapping[str, Any]]]


@cache
def deployment() -> Deployment:
    """Return the stack of this template, every condition true."""
    document, template = load_document(TEMPLATE), load_template()
    names = [function.name for function in template.functions]
    return Deployment(
        template,
        {function.name: function for function in template.functions},
        variables := {name: _variables(document, name) for name in names},
        {name: value for own in variables.values() for name, value in own.items()},
        _parameters(document),
        Router([(route, function.name) for function in template.functions for route in function.routes]),
        Roles(document),
        dict(_followed(document)),
    )


def _followed(document: Mapping[str, Any]) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    for one in document["Resources"].values():
        if one["Type"] == "AWS::Lambda::EventSourceMapping":
            filters = one["Properties"].get("FilterCriteria", {}).get("Filters", [])
            table = one["Properties"]["EventSourceArn"]["Fn::GetAtt"][0]
            yield table, [json.loads(pattern["Pattern"]) for pattern in filters]


def _variables(document: Mapping[str, Any], function: str) -> dict[str, str]:
    shared = document["Globals"]["Function"]["Environment"]["Variables"]
    own = document["Resources"][function]["Properties"].get("Environment", {}).get("Variables", {})
    named = {name: str(_resolved(document, without_conditions(value))) for name, value in {**shared, **own}.items()}
    if function not in _SET_UP:
        named |= {"PROVIDER_SETTINGS": "{}", "PROVIDER_SECRETS": "{}"}
    settings = json.loads(named["SETTINGS"])
    settings.pop("legacy", None)  # no old server is part of the simulated world
    return _AWS | named | _ALONE | {"SETTINGS": json.dumps(settings)}


def _parameters(document: Mapping[str, Any]) -> dict[str, str]:
    found = {name: one for name, one in document["Resources"].items() if one["Type"] == "AWS::SSM::Parameter"}
    return {str(_resolved(document, one["Properties"]["Name"])): name for name, one in found.items()}


def _resolved(document: Mapping[str, Any], value: Any) -> Any:  # noqa: ANN401 (YAML in, YAML out)
    """Give a value of the template as a deployment would; what only AWS knows is its logical id."""
    if isinstance(value, list):
        return [_resolved(document, one) for one in value]
    if not isinstance(value, dict):
        return value
    [(function, argument)] = value.items()
    return _FUNCTIONS[function](document, argument)


def _joined(document: Mapping[str, Any], argument: Any) -> str:  # noqa: ANN401 (YAML)
    parts = _resolved(document, argument[1])
    return str(argument[0]).join(parts if isinstance(parts, list) else str(parts).split(","))


def _substituted(document: Mapping[str, Any], argument: Any) -> str:  # noqa: ANN401 (YAML)
    text, own = argument if isinstance(argument, list) else (argument, {})
    known = {name: _resolved(document, value) for name, value in own.items()}
    before, *parts = text.split("${")
    for part in parts:
        name, _, rest = part.partition("}")
        before += str(known[name] if name in known else _reference(document, name.partition(".")[0])) + rest
    return str(before)


def _reference(document: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 (a parameter's default has any type)
    if name in _KNOWN:
        return _KNOWN[name]
    match document["Resources"].get(name, {}).get("Type"):
        case "AWS::SecretsManager::Secret":
            return SECRET_ARN + name
        case "AWS::SSM::Parameter":
            return _resolved(document, document["Resources"][name]["Properties"]["Name"])
    try:
        return resolve(document, {"Ref": name})
    except UnresolvedError:
        return name


_FUNCTIONS: Mapping[str, Callable[[Mapping[str, Any], Any], Any]] = {
    "Ref": _reference,
    "Fn::GetAtt": lambda _document, argument: argument[0],
    "Fn::Sub": _substituted,
    "Fn::Join": _joined,
    "Fn::Select": lambda document, argument: _resolved(document, argument[1])[int(argument[0])],
    "Fn::Split": lambda document, argument: str(_resolved(document, argument[1])).split(argument[0]),
}
