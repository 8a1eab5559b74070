"""What a stack has of a hook and of a studio's own procedures, with their parameters and without."""

import json

from tests.helpers.service.deployment import deployed
from tests.helpers.versions.rendered import referred, rendered

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:before:live"
HOOK = {"HookFunction": ARN}
MADE = {"HookPolicy", "HookFilter", "HookAlarm"}
POLICIES = "arn:aws:iam::1:policy/one,arn:aws:iam::1:policy/two"


def test_nothing_is_made_without_a_hook() -> None:
    """With the parameter there are a policy and an alarm, without it nothing, and no function may ask anybody."""
    without, having = rendered({}), rendered(HOOK)

    assert {*having} - {*without} == MADE
    asking = [resource for name, resource in without.items() if name != "ParametersText"]
    assert not {*referred([asking, rendered({}, "Outputs")])} & {*MADE, "HookFunction"}
    assert having["HookPolicy"]["Properties"]["PolicyDocument"]["Statement"] == [
        {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": {"Ref": "HookFunction"}}
    ]


def test_functions_know_of_a_hook_that_is_there_alone() -> None:
    """The settings have the section where there is a hook."""
    without, having = (rendered(given, "Globals")["Function"]["Environment"]["Variables"] for given in ({}, HOOK))

    assert without["HOOK_SETTINGS"] == "{}"
    section = json.loads(deployed(having["HOOK_SETTINGS"]))["hook"]
    assert (section["timeout_ms"], section["on_failure"], section["keep_vars"]) == (2000, "closed", False)
    assert section["before"] == ["sign_in", "link"]


def test_policies_of_a_studios_procedures_are_attached_beside_ours() -> None:
    """The RPC function's role has ours alone, or ours and those that are named."""
    ours, all_of_them = (
        rendered(given)["RpcRole"]["Properties"]["ManagedPolicyArns"]
        for given in ({}, {"ProceduresPolicies": POLICIES})
    )

    names = [{"Ref": "LogPolicy"}, {"Ref": "CodePolicy"}, {"Ref": "MergePolicy"}]
    assert ours == names
    joined = [*names, {"Fn::Join": [",", {"Ref": "ProceduresPolicies"}]}]
    assert all_of_them == {"Fn::Split": [",", {"Fn::Join": [",", joined]}]}
