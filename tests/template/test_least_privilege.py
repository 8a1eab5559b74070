"""What a function gets, knows and may do: its own, named one by one, and nothing else."""

import json
import re

import pytest

from local.template.roles import permissions_of, resource_named, without_conditions
from tests.helpers.service.deployment import (
    DOCUMENT,
    FUNCTIONS,
    RESOURCES,
    SECRETS,
    TABLES,
    allowed,
    deployed,
    environment,
    folder,
    listed,
    nested,
    properties,
    secrets_named,
    statements,
)

VARIABLES = {
    *("USERS_TABLE", "IDENTITIES_TABLE", "USERNAMES_TABLE", "SESSIONS_TABLE", "LIMITS_TABLE", "RECORDS_TABLE"),
    *("SETTINGS", "SETTINGS_SECRETS", "EDGE_SETTINGS", "EDGE_SECRETS", "HOOK_SETTINGS"),
    *("POWERTOOLS_METRICS_NAMESPACE", "LOG_LEVEL", "PARAMETERS_VERSION", "METRICS_BY_ROUTE"),
}
OWN_VARIABLES = {
    *("PROVIDER_SETTINGS", "PROVIDER_SECRETS", "PROOFS_TABLE", "PUBLICATIONS_TABLE", "TRANSFERS_TABLE"),
    *("MAIL_TABLE", "MAIL_FUNCTION", "LEGACY_FUNCTION", "REVOCATIONS_TABLE", "REVOCATION_FUNCTION"),
    *("FRIENDS_TABLE", "FRIEND_IMPORT_FUNCTION", "PARTNERS_TABLE", "MATCHES_TABLE"),
    *("RINGS", "PUBLIC_KEYS", "SYMBOLON_URL", "PROVIDERS", "EVENT_BUS", "STACK"),
}
SECTIONS = {
    "activate": {"mail"},
    "admin": {"oidc", "mail"},
    "callback": {"apple", "google", "facebook"},
    "custom": {"oidc"},
    "friend": {"facebook", "steam"},
    "friendimport": {"facebook", "steam", "legacy"},
    "email": {"mail"},
    "oauth": {"http_key", "audiences"},
    "recovery": {"mail"},
    "revocation": {"apple"},
    "rpc": {"http_key", "mail", "match", "audiences", "procedures"},
}
NAMES = {"refresh_rotation", "track", "device_grant", "algorithm", "issuer", "audience"}
SIGN_IN = "/v2/account/authenticate/"
ASKING = {
    *(function for function in FUNCTIONS if f'"{SIGN_IN}{folder(function)}"' in json.dumps(properties(function))),
    *("ActivateFunction", "OauthFunction", "PartnerFunction", "RpcFunction"),
}
"""Functions that sign players in or link, and so ask the studio's hook."""

GLOBALS = DOCUMENT["Globals"]["Function"]
SERVING = [function for function in FUNCTIONS if properties(function).get("Events")]
FOR_PLAYERS = [function for function in SERVING if function != "AdminFunction"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions_have_no_other_variables(function: str) -> None:
    """A function is configured by the agreed variables, some by a few more, and by no other."""
    assert VARIABLES <= set(environment(function)) <= VARIABLES | OWN_VARIABLES


@pytest.mark.parametrize("function", FUNCTIONS)
def test_provider_settings_are_a_document_of_its_own_section(function: str) -> None:
    """PROVIDER_SETTINGS and PROVIDER_SECRETS are JSON about the function's own providers, without a secret in them."""
    variables, name = environment(function), folder(function)
    document = json.loads(deployed(variables.get("PROVIDER_SETTINGS", "{}")))
    secrets = json.loads(deployed(variables.get("PROVIDER_SECRETS", "{}")))

    assert {place.split(".")[0] for place in [*document, *secrets]} <= SECTIONS.get(name, {name, "http_key"})
    names = {name for section in document.values() for name in section} - {"key_id"}
    assert not [name for name in names if "secret" in name or "key" in name]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_settings_are_a_document_without_secrets(function: str) -> None:
    """SETTINGS is JSON whose numbers are numbers, and no secret is copied into a function's configuration."""
    document = json.loads(deployed(environment(function)["SETTINGS"]))

    lifetimes = document.get("session", {})
    assert all(isinstance(seconds, int) for name, seconds in lifetimes.items() if name not in NAMES)
    session = [place for place in secrets_named(function) if place.startswith("session.")]
    assert not [place for place in session if place.split(".")[1] in lifetimes]
    assert "resolve:" not in json.dumps(environment(function))


@pytest.mark.parametrize("function", FOR_PLAYERS)
def test_only_functions_that_start_sessions_can_sign_refresh_tokens(function: str) -> None:
    """The refresh keys and the server key go together: who has neither only verifies session tokens."""
    document = json.loads(deployed(environment(function)["SETTINGS"]))

    assert {"session.keys", "session.public_keys"} & secrets_named(function).keys()
    assert ("session.refresh_keys" in secrets_named(function)) == ("server_key" in document)


def test_who_publishes_keys_reads_no_others() -> None:
    """The function whose answers everybody may have can read public keys, and nothing by which a token is made."""
    assert permissions_of(DOCUMENT, "WellknownFunction") == {
        ("secretsmanager:GetSecretValue", "EdgeSecret"),
        ("logs:CreateLogStream", "FunctionsLog"),
        ("logs:PutLogEvents", "FunctionsLog"),
        ("ssm:GetParameter", "PublicKeys"),
    }


@pytest.mark.parametrize("function", sorted(set(FUNCTIONS) - set(FOR_PLAYERS)))
def test_functions_that_serve_no_player_have_no_keys_of_sessions(function: str) -> None:
    """Who serves no player can neither verify nor sign a token."""
    assert not [place for place in secrets_named(function) if place.startswith("session.")]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions_know_the_tables_that_their_roles_allow(function: str) -> None:
    """What a role allows is of no use to a function whose variables do not name the table."""
    known = {value["Ref"] for value in environment(function).values() if isinstance(value, dict) and "Ref" in value}
    reached = {held.resource.partition("/")[0] for held in permissions_of(DOCUMENT, function)} & set(TABLES)

    assert reached <= known


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_named_functions_are_invoked(function: str) -> None:
    """A function may start exactly the function that its variables name, if any, and what asks the hook that one."""
    invoked = [statement["Resource"] for statement in statements(function) if "lambda:" in str(statement["Action"])]
    variables = environment(function)
    named = [
        variables[name]
        for name in ("REVOCATION_FUNCTION", "FRIEND_IMPORT_FUNCTION", "MAIL_FUNCTION", "LEGACY_FUNCTION")
        if name in variables
    ]

    expected: list[dict[str, object]] = [{"Fn::GetAtt": [function["Ref"], "Arn"]} for function in named]
    expected += [{"Ref": "HookFunction"}] if function in ASKING else []
    assert sorted(invoked, key=str) == sorted(expected, key=str)


def test_functions_agree_on_sessions() -> None:
    """Functions that start sessions have one server key and one set of lifetimes; all know a token's lifetime."""
    documents = [json.loads(deployed(environment(function)["SETTINGS"])) for function in FOR_PLAYERS]
    minting = [document for document in documents if "server_key" in document]
    lifetimes = {"token_expiry_sec": 3600, "refresh_token_expiry_sec": 2592000, "refresh_grace_sec": 30}
    switches = {"track": False, "device_grant": True}
    agreed = lifetimes | {"refresh_rotation": True, "issuer": "", "audience": "", **switches}

    assert {document["server_key"] for document in minting} == {minting[0]["server_key"]}
    assert all(document["session"] == agreed for document in minting)
    verifying = [document["session"] for document in documents if "token_expiry_sec" in document["session"]]
    assert {(session["token_expiry_sec"], session["issuer"], session["audience"]) for session in verifying} == {
        (3600, "", "")
    }
    assert len(verifying) == len(FOR_PLAYERS) - 2  # but for the one that publishes keys, and that which providers call


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions_read_the_secrets_that_they_name(function: str) -> None:
    """A function's role reads exactly the secrets that its variables name."""
    readable = {
        resource_named(resource)
        for statement in statements(function)
        if {"secretsmanager:GetSecretValue", "ssm:GetParameter"} & set(listed(statement["Action"]))
        for resource in listed(statement["Resource"])
    }

    assert readable == set(secrets_named(function).values())
    assert readable - {"PublicKeys"} <= set(SECRETS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions_write_to_one_log_group(function: str) -> None:
    """A function that answers requests logs to one group with the others, and its role may write to no other."""
    log = (GLOBALS["LoggingConfig"] | properties(function).get("LoggingConfig", {}))["LogGroup"]["Ref"]

    writable = [statement for statement in statements(function) if "logs:" in str(statement["Action"])]

    assert log == ("FunctionsLog" if function in SERVING else function.removesuffix("Function") + "Log")
    assert properties(log)["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert [statement["Resource"] for statement in writable] == [{"Fn::GetAtt": [log, "Arn"]}]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_roles_belong_to_one_function(function: str) -> None:
    """A function has a role that no other has, made of policies of this template, which only Lambda can take."""
    role = properties(function)["Role"]["Fn::GetAtt"][0]
    trusted = properties(role)["AssumeRolePolicyDocument"]["Statement"]

    assert role == function.removesuffix("Function") + "Role"
    assert "Policies" not in properties(function)
    assert all(
        set(attached) == {"Ref"} for attached in without_conditions(properties(role).get("ManagedPolicyArns", []))
    )
    assert [statement["Principal"] for statement in trusted] == [{"Service": "lambda.amazonaws.com"}]


def _is_of_ses(resource: object) -> bool:
    """Tell whether it is an identity in SES, which the studio has made."""
    return isinstance(resource, dict) and ":ses:" in str(resource.get("Fn::Sub"))


def test_no_policy_has_a_wildcard() -> None:
    """Each statement allows named actions on resources of this template, and nothing is defined by exception.

    What operators may ask of the API is another matter: test_operators.py.
    """
    granted = [found for found in nested(RESOURCES) if "Effect" in found and found["Action"] != "execute-api:Invoke"]
    actions = [action for found in granted for action in listed(found["Action"])]
    resources = [resource for found in granted for resource in listed(found.get("Resource", []))]
    resources = [resource for resource in resources if not _is_of_ses(resource) and not _is_a_bus(resource)]
    resources = [resource for resource in resources if resource != {"Ref": "HookFunction"}]  # of the studio, by its ARN

    assert len(granted) > len(FUNCTIONS)
    assert all(re.fullmatch(r"[a-z]+:[A-Za-z]+", action) for action in actions)
    assert all(allowed(resource).partition("/")[0] in RESOURCES for resource in resources)
    assert not [resource for resource in resources if "*" in allowed(resource)]
    assert not [found for found in granted if {"NotAction", "NotResource", "NotPrincipal"} & set(found)]


def _is_a_bus(resource: object) -> bool:
    """Tell whether a resource is the one bus that a parameter names, in this account and region."""
    bus = "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/${EventBus}"
    return resource == {"Fn::Sub": bus}
