"""How a new version takes over: published for every change, tried on a few players, taken back when it fails."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from local.template.cloudformation import load_document
from local.template.roles import without_conditions
from local.template.template import TEMPLATE
from tests.helpers.service.deployment import CONDITIONS, FUNCTIONS, PARAMETERS, named, nested, properties

DOCUMENT = load_document(TEMPLATE)
GLOBALS: dict[str, Any] = DOCUMENT["Globals"]["Function"]
ROLLOUTS: dict[str, dict[str, str]] = DOCUMENT["Mappings"]["Rollouts"]
SERVING = [function for function in FUNCTIONS if properties(function).get("Events")]


def parameters_in(value: object) -> set[str]:
    """Give the parameters on which a part of the template depends, its conditions included."""
    return {name for found in nested(value) for name in _named_by(found)} & set(PARAMETERS)


def _named_by(found: Any) -> Iterator[str]:  # noqa: ANN401 (any mapping of the template)
    if "Ref" in found:
        yield found["Ref"]
    if "Fn::If" in found:
        yield from parameters_in(CONDITIONS[found["Fn::If"][0]])
    text = found.get("Fn::Sub", "")
    yield from re.findall(r"\$\{(\w+)\}", text[0] if isinstance(text, list) else text)


@cache
def transformed(content: str = "s3://artifacts/layer", rollout: str = "Canary10Percent5Minutes") -> dict[str, Any]:
    """Give the resources that SAM makes of the template, with a layer of that content."""
    transform = pytest.importorskip("samtranslator.translator.transform", reason="SAM's translator is not installed")
    yaml_helper = pytest.importorskip("samtranslator.yaml_helper")
    text = re.sub(r"CodeUri: (functions)/(\w+)/", r"CodeUri: s3://artifacts/\2", TEMPLATE.read_text(encoding="utf-8"))
    document = yaml_helper.yaml_parse(text.replace("ContentUri: shared/", f"ContentUri: {content}"))
    resources: dict[str, Any] = transform.transform(document, {"Rollout": rollout}, _NoPolicies())["Resources"]
    return resources


class _NoPolicies:
    """AWS's policies, of which the template names none."""

    def load(self) -> dict[str, str]:
        """Give them by name."""
        return {}


def versions(resources: dict[str, Any]) -> set[str]:
    """Give the logical ids of the functions' versions: another id means another version."""
    return {name for name, resource in resources.items() if resource["Type"] == "AWS::Lambda::Version"}


@pytest.mark.long
@pytest.mark.parametrize("function", SERVING)
def test_a_failing_version_is_taken_back(function: str) -> None:
    """What serves players is a published version, and the alarm on the failures of all of them ends its rollout."""
    group = transformed()[f"{function}DeploymentGroup"]["Properties"]

    assert not {"AutoPublishAlias", "DeploymentPreference"} & set(properties(function))
    assert (GLOBALS["AutoPublishAlias"], GLOBALS["DeploymentPreference"]["Type"]) == ("live", {"Ref": "Rollout"})
    assert group["AlarmConfiguration"] == {"Enabled": True, "Alarms": [{"Name": {"Ref": "FunctionsAlarm"}}]}
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]


@pytest.mark.parametrize("function", SERVING)
def test_a_parameter_makes_a_version(function: str) -> None:
    """The number of the parameters' text is in the function, which so differs, and in the version, which so is new."""
    number = "ParametersText.VersionNumber"

    assert properties(function)["VersionDescription"] == {"Fn::Sub": f"Parameters ${{{number}}}"}
    assert GLOBALS["Environment"]["Variables"]["PARAMETERS_VERSION"] == {"Fn::Sub": f"${{{number}}}"}


def test_the_parameters_text_has_all_that_functions_know() -> None:
    """No parameter reaches a function that the text lacks, or its change would never reach a player."""
    known = set().union(*(parameters_in(properties(function)) for function in FUNCTIONS))
    written = parameters_in(properties("ParametersText"))

    assert len(known) >= 15
    assert known | parameters_in(GLOBALS) - {"Rollout"} == written


def test_rollouts_are_those_of_the_parameter() -> None:
    """CodeDeploy has a part in every rollout but the one at once."""
    gradual = {name for name, rollout in ROLLOUTS.items() if rollout["IsGradual"] == "true"}

    assert set(ROLLOUTS) == set(PARAMETERS["Rollout"]["AllowedValues"])
    assert set(ROLLOUTS) - gradual == {"AllAtOnce"}
    assert PARAMETERS["Rollout"]["Default"] in gradual


@pytest.mark.long
def test_the_api_asks_the_alias() -> None:
    """Every route of the transformed template goes to an alias, which API Gateway may invoke."""
    resources = transformed()
    body = without_conditions(resources["Api"]["Properties"]["Body"]["paths"])
    called = [
        verb["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"] for path in body.values() for verb in path.values()
    ]
    invoked = [
        one["Properties"]["FunctionName"]["Ref"]
        for one in resources.values()
        if one["Type"].endswith("Permission") and one["Properties"]["Principal"] == "apigateway.amazonaws.com"
    ]

    assert len(called) == len(invoked) > len(SERVING)
    assert all("Aliaslive}/invocations" in uri for uri in called)
    assert {*invoked} == {f"{function}Aliaslive" for function in SERVING}


@pytest.mark.parametrize("layer", named("AWS::Serverless::LayerVersion"))
def test_layers_publish_versions(layer: str) -> None:
    """Every layer has a part in the number of the versions."""
    assert properties(layer)["PublishLambdaVersion"] is True


@pytest.mark.long
def test_a_new_layer_makes_versions() -> None:
    """A change of the layer alone, where most of the code is, publishes a version of each function that serves."""
    before, after = versions(transformed()), versions(transformed("s3://artifacts/another"))

    assert len(before) == len(SERVING)
    assert not before & after


@pytest.mark.long
def test_at_once_needs_no_codedeploy() -> None:
    """A stack that rolls out at once has nothing of CodeDeploy; another has a group for each function that serves."""
    at_once, gradual = transformed(rollout="AllAtOnce"), transformed()

    assert [name for name in at_once if "Deployment" in name] == []
    assert {f"{function}DeploymentGroup" for function in SERVING} < {*gradual}
    assert {name for name in gradual if name.startswith("FriendImportFunction")} == {
        *("FriendImportFunction", "FriendImportFunctionEventInvokeConfig")
    }
