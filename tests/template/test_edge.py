"""What stands in front of the API is made where parameters ask for it, whole or not at all."""

import json

import pytest

from symbolon.api.edge import SECRET
from tests.helpers.service.deployment import DOCUMENT, deployed
from tests.helpers.versions.rendered import holds, referred, rendered

DOMAIN = {"DomainName": "api.example.com", "DomainCertificate": "arn:aws:acm:eu-west-1:1:certificate/a"}
EDGE = {**DOMAIN, "EdgeCertificate": "arn:aws:acm:us-east-1:1:certificate/b"}
WALL = {**EDGE, "WebAcl": "arn:aws:wafv2:us-east-1:1:global/webacl/game/c"}
OF_DOMAIN = {"Domain", "DomainMapping"}
OF_EDGE = {*OF_DOMAIN, "EdgeSecret", "Distribution"}


@pytest.mark.parametrize(
    ("given", "besides"),
    [
        ({}, set()),
        ({"DomainName": DOMAIN["DomainName"]}, set()),
        ({"DomainCertificate": DOMAIN["DomainCertificate"]}, set()),
        ({"EdgeCertificate": EDGE["EdgeCertificate"], "WebAcl": WALL["WebAcl"]}, set()),
        (DOMAIN, OF_DOMAIN),
        (EDGE, OF_EDGE),
        (WALL, OF_EDGE),
    ],
)
def test_what_is_made(given: dict[str, str], besides: set[str]) -> None:
    """Without the parameters nothing of it is made, and nothing refers to it; with them exactly that."""
    resources, outputs = rendered(given), rendered(given, "Outputs")

    assert {*resources} - {*rendered({})} == besides
    assert {*referred([resources, outputs])} & OF_EDGE - besides == set()


def test_no_choice_refers_to_what_is_not_made() -> None:
    """Whichever resources a stack with the defaults lacks, none of those it has refers to them."""
    resources = rendered({})
    lacking = {*DOCUMENT["Resources"]} - {*resources}

    assert len(lacking) > 10
    assert {*referred([resources, rendered({}, "Outputs")])} & lacking == set()


@pytest.mark.parametrize(
    ("given", "is_whole"),
    [
        ({}, True),
        (DOMAIN, True),
        (WALL, True),
        ({"DomainName": DOMAIN["DomainName"]}, False),
        ({"DomainCertificate": DOMAIN["DomainCertificate"]}, False),
        ({"EdgeCertificate": EDGE["EdgeCertificate"]}, False),
        ({**DOMAIN, "WebAcl": WALL["WebAcl"]}, False),
    ],
)
def test_half_of_it_is_refused(given: dict[str, str], is_whole: bool) -> None:  # noqa: FBT001 (a case)
    """What belongs together and was not given together ends a deployment before it begins."""
    rules = [one["Assert"] for rule in DOCUMENT["Rules"].values() for one in rule["Assertions"]]

    assert all(holds(rule, given) for rule in rules) == is_whole


@pytest.mark.parametrize(
    ("given", "is_off"), [({}, False), (DOMAIN, True), (WALL, True), ({**DOMAIN, "KeepApiHost": "true"}, False)]
)
def test_the_api_s_own_host(given: dict[str, str], is_off: bool) -> None:  # noqa: FBT001 (a case)
    """The host that AWS gives is off where there is a domain, unless it is kept."""
    assert rendered(given)["Api"]["Properties"]["DisableExecuteApiEndpoint"] is is_off


def test_functions_know_of_an_edge_that_is_there_alone() -> None:
    """Without a CloudFront no function has a setting of it, nor may any read a secret of it; with one all may."""
    policies = [rendered(given)["LogPolicy"] for given in (DOMAIN, EDGE)]
    settings = [rendered(given, "Globals")["Function"]["Environment"]["Variables"] for given in (DOMAIN, EDGE)]

    assert [{*referred(policy)} & OF_EDGE for policy in policies] == [set(), {"EdgeSecret"}]
    assert (settings[0]["EDGE_SETTINGS"], settings[0]["EDGE_SECRETS"]) == ("{}", "{}")
    assert json.loads(deployed(settings[1]["EDGE_SETTINGS"])) == {"edge": {"only": True}}
    assert json.loads(deployed(settings[1]["EDGE_SECRETS"])).keys() == {"edge.secret"}


def test_cloudfront_shows_the_secret_and_passes_all_on() -> None:
    """It shows what functions ask for, never in plain text, keeps no answer, and takes each method of the API."""
    configuration = rendered(WALL)["Distribution"]["Properties"]["DistributionConfig"]
    [origin] = configuration["Origins"]
    [header] = origin["OriginCustomHeaders"]
    behaviour = configuration["DefaultCacheBehavior"]

    assert header["HeaderName"].lower() == SECRET
    assert header["HeaderValue"]["Fn::Sub"].startswith("{{resolve:secretsmanager:${EdgeSecret.Id}:")
    assert origin["DomainName"] == {"Fn::GetAtt": ["Domain", "RegionalDomainName"]}
    assert behaviour["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    assert behaviour["OriginRequestPolicyId"] == "33f36d7e-f396-46d9-90e0-52428a34d9dc"
    assert {*behaviour["AllowedMethods"]} >= {
        *DOCUMENT["Resources"]["Api"]["Properties"]["CorsConfiguration"]["AllowMethods"]
    }
    assert configuration["WebACLId"] == {"Ref": "WebAcl"}
    assert "WebACLId" not in rendered(EDGE)["Distribution"]["Properties"]["DistributionConfig"]


def test_no_failure_is_kept() -> None:
    """A failure of one player is no answer to the next: of no status that CloudFront would keep it does.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
    """
    configuration = rendered(EDGE)["Distribution"]["Properties"]["DistributionConfig"]
    kept = {one["ErrorCode"]: one for one in configuration["CustomErrorResponses"]}

    assert kept.keys() == {400, 403, 404, 405, 414, 500, 501, 502, 503, 504}
    assert all(one == {"ErrorCode": status, "ErrorCachingMinTTL": 0} for status, one in kept.items())


def test_secret_is_in_the_form_that_functions_read() -> None:
    """Secrets Manager makes what is shown, of 64 characters, beside nothing that would count as well."""
    made = rendered(EDGE)["EdgeSecret"]["Properties"]["GenerateSecretString"]

    assert json.loads(made["SecretStringTemplate"]) == {"accepted": ""}
    assert (made["GenerateStringKey"], made["PasswordLength"]) == ("sent", 64)


@pytest.mark.parametrize(
    ("given", "url"), [({}, ""), (DOMAIN, "https://${DomainName}"), (EDGE, "https://${DomainName}")]
)
def test_the_url_is_the_domain_s(given: dict[str, str], url: str) -> None:
    """Clients, letters and issuers are told the domain, where there is one."""
    outputs = rendered(given, "Outputs")

    assert outputs["ApiUrl"]["Value"] == ({"Fn::Sub": url} if url else {"Fn::GetAtt": ["Api", "ApiEndpoint"]})
    assert ("DomainTarget" in outputs) == bool(url)
