"""A standby region has what the other has, takes over with the same players, and never answers beside it.

The regions are MiniStack's, which copies tables and secrets between them. It promotes no secret and imports none.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from local import ROOT
from local.errors import StackError
from local.stacks import asking
from local.stacks.away import standby, switching
from local.stacks.away.copying import copy_secrets
from local.stacks.away.regions import Region, moved, two_regions
from local.stacks.away.standby import end, stand_by
from local.stacks.away.switching import Switch, promote
from local.stacks.importing import import_template
from local.stacks.kept import SECRET, TABLE, Kept, Known, read_kept
from local.stacks.removing import Clients
from local.template.cloudformation import load_document
from local.template.template import TEMPLATE
from local.trial import cloud

HOME, AWAY = "us-east-1", "eu-west-1"
ARN = "arn:aws:secretsmanager:{}:1:secret:SessionKey-a1b2c3"
GAME = "game"
DOCUMENT = load_document(TEMPLATE)
Regions = tuple[Region, Region]


def template() -> str:
    """Give a stack of all tables and secrets of the template, and a function."""
    lasting = [
        Kept(name, one["Type"], name)
        for name, one in DOCUMENT["Resources"].items()
        if one["Type"] in (TABLE, SECRET) and "Condition" not in one
    ]
    body = import_template(DOCUMENT, lasting)
    role = "arn:aws:iam::000000000000:role/any"
    code = {"ZipFile": "def handler(event, context): return {}"}
    function = {"Runtime": "python3.13", "Handler": "index.handler", "Role": role, "Code": code}
    body["Resources"]["AccountFunction"] = {"Type": "AWS::Lambda::Function", "Properties": function}
    return json.dumps(body)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the URL of a MiniStack that is AWS."""
    program = ROOT / ".venv-store/bin/ministack"
    if not program.exists():
        pytest.skip("MiniStack is not installed: make test")
    before = dict(os.environ)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cloud, "PROGRAM", program)
        patch.setattr(asking, "PAUSE_SECONDS", 0.05)
        with cloud.running_cloud(tmp_path_factory.mktemp("cloud"), "") as url:
            yield url
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture
def regions(endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Regions]:
    """Give two regions, of which the first has a stack that answers; what is in them goes."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("AWS_ENDPOINT_URL_")]:
        monkeypatch.delenv(name)
    asked = {"STACK": GAME, "REGION": AWAY, "YES": "1", "AWS_ENDPOINT_URL": endpoint, "AWS_DEFAULT_REGION": HOME}
    for name, value in asked.items():
        monkeypatch.setenv(name, value)
    here, there = two_regions()
    here.clients.clouds.create_stack(StackName=GAME, TemplateBody=template())
    asking.wait_for(lambda: (found := here.stack(GAME)) is not None and found.status == "CREATE_COMPLETE", GAME, 20)
    yield here, there
    for region in (there, here):
        _empty(region)


def _empty(region: Region) -> None:
    region.clients.clouds.delete_stack(StackName=GAME)
    asking.wait_for(lambda: region.stack(GAME) is None, GAME, 20)
    for name in region.clients.tables.list_tables()["TableNames"]:
        region.clients.tables.update_table(TableName=name, DeletionProtectionEnabled=False)
        region.clients.tables.delete_table(TableName=name)
    for one in region.clients.secrets.list_secrets()["SecretList"]:
        if one.get("PrimaryRegion", region.name) == region.name:  # the others go with that
            region.clients.secrets.delete_secret(SecretId=one["ARN"], ForceDeleteWithoutRecovery=True)


def users(region: Region) -> str:
    """Give the name of the table of users."""
    [name] = [one for one in region.clients.tables.list_tables()["TableNames"] if "UsersTable" in one]
    return str(name)


def put(region: Region, user_id: str) -> None:
    """Write a user."""
    region.clients.tables.put_item(TableName=users(region), Item={"user_id": {"S": user_id}})


def who(region: Region) -> set[str]:
    """Give the users that a region has."""
    return {one["user_id"]["S"] for one in region.clients.tables.scan(TableName=users(region))["Items"]}


def values(region: Region) -> set[str]:
    """Give what is in a region's secrets."""
    ask = region.clients.secrets.get_secret_value
    return {ask(SecretId=one["ARN"])["SecretString"] for one in region.clients.secrets.list_secrets()["SecretList"]}


@pytest.mark.long
def test_copies_follow(regions: Regions, capsys: pytest.CaptureFixture[str]) -> None:
    """Every table and key is in the other region, protected and with backups, and what comes later comes there, too."""
    here, there = regions
    put(here, "anna")

    assert [standby.main(), standby.main()] == [0, 0]

    put(here, "bert")
    tables = there.clients.tables
    assert who(there) == {"anna", "bert"}
    assert values(there) == values(here)
    assert len(values(there)) == 3
    assert tables.list_tables()["TableNames"] == here.clients.tables.list_tables()["TableNames"]
    for name in tables.list_tables()["TableNames"]:
        backups = tables.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
        assert tables.describe_table(TableName=name)["Table"]["DeletionProtectionEnabled"] is True
    assert not values(here) & {*capsys.readouterr().out.split()}


@pytest.mark.long
def test_the_other_region_takes_over(regions: Regions) -> None:
    """The copies become a stack by the file alone; the old one answers nobody; players and server key are the same."""
    here, there = regions
    put(here, "anna")
    standby.main()
    known = read_kept(f"{GAME}-{AWAY}.json")

    assert Switch(GAME, here, there, known, closed_seconds=0).take_over((TABLE,)) is False

    stack = there.stack(GAME)
    assert stack is not None
    assert {one.logical_id for one in stack.of_kind(TABLE)} == {one.logical_id for one in known.of_kind(TABLE)}
    assert stack.server_key == here.stack(GAME).server_key  # type: ignore[union-attr]
    assert who(there) == {"anna"}
    assert not here.answers(GAME)
    with pytest.raises(StackError, match="answers nobody in us-east-1"):
        stand_by(here, there, GAME)


@pytest.mark.long
def test_a_stack_that_is_ready_only_opens(regions: Regions) -> None:
    """Where a stack was made ready and closed, the switch lets it answer and closes the other; and back again."""
    here, there = regions
    there.clients.clouds.create_stack(StackName=GAME, TemplateBody=template())
    asking.wait_for(lambda: there.answers(GAME), GAME, 20)
    known = Known("x", "DELETE_COMPLETE")
    with pytest.raises(StackError, match="answers in eu-west-1, too"):
        stand_by(here, there, GAME)

    ready = Switch(GAME, here, there, known, closed_seconds=0).make_ready()
    assert (ready, here.answers(GAME), there.answers(GAME)) == (True, True, False)

    taken = Switch(GAME, here, there, known, closed_seconds=0).take_over()
    assert (taken, here.answers(GAME), there.answers(GAME)) == (True, False, True)

    with pytest.raises(StackError, match="does not answer in us-east-1"):
        Switch(GAME, here, there, known).make_ready()
    back = Switch(GAME, there, here, known, closed_seconds=0).take_over()
    assert (back, here.answers(GAME), there.answers(GAME)) == (True, True, False)


@pytest.mark.long
def test_a_region_that_is_gone_does_not_stop_the_switch(
    regions: Regions, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the old region cannot be asked, the new one takes over, and it is said that the old one may still write."""
    _, there = regions
    standby.main()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    gone = Region.named(HOME)

    Switch(GAME, gone, there, read_kept(f"{GAME}-{AWAY}.json")).take_over((TABLE,))

    assert there.stack(GAME)
    assert "NOT closed: us-east-1 cannot be asked" in capsys.readouterr().out


@pytest.mark.long
def test_copies_are_taken_away(regions: Regions, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the end the other region has nothing, and this one all of it."""
    here, there = regions
    put(here, "anna")
    standby.main()
    told: list[str] = []
    secrets = here.clients.secrets  # MiniStack does not know how to end a secret's copy
    monkeypatch.setattr(secrets, "remove_regions_from_replication", lambda **asked: told.append(asked["SecretId"]))

    end(here, there, GAME)

    assert there.clients.tables.list_tables()["TableNames"] == []
    assert who(here) == {"anna"}
    assert len(told) == 3


@pytest.fixture(scope="module")
def away() -> Region:
    """Give a region with nothing but secrets."""
    return Region(AWAY, Clients(None, None, boto3.client("secretsmanager", region_name=AWAY), None))


@pytest.mark.parametrize(("primary", "asked"), [(HOME, 1), (AWAY, 0), (None, 0)])
def test_a_replica_is_promoted_once(away: Region, primary: str | None, asked: int) -> None:
    """A secret that follows another is made its own, one that is its own already is left alone."""
    with Stubber(away.clients.secrets) as answers:
        described: dict[str, Any] = {"ARN": ARN.format(AWAY), **({"PrimaryRegion": primary} if primary else {})}
        answers.add_response("describe_secret", described, {"SecretId": ARN.format(AWAY)})
        if asked:
            answers.add_response("stop_replication_to_replica", {}, {"SecretId": ARN.format(AWAY)})
        assert promote(away, ARN.format(AWAY)) is bool(asked)
        answers.assert_no_pending_responses()


def test_a_copy_that_fails_is_named(away: Region) -> None:
    """Secrets Manager's reason is told, and not waited for."""
    home = away
    failed = {"Region": AWAY, "Status": "Failed", "StatusMessage": "Secret with this name exists"}
    with Stubber(home.clients.secrets) as answers:
        for _ in range(2):
            answers.add_response("describe_secret", {"ReplicationStatus": [failed]})
        with pytest.raises(StackError, match="SessionKey has no copy in eu-west-1: Secret with this name exists"):
            copy_secrets(home, away, [Kept("SessionKey", SECRET, ARN.format(HOME))])


def test_what_the_other_region_gets() -> None:
    """The same tables, the secrets' copies, all parameters but those of the region; keys do not rotate."""
    kept = (
        Kept("UsersTable", TABLE, "game-UsersTable-us-east-1"),
        Kept("SessionKey", SECRET, ARN.format(HOME)),
        Kept("EdgeSecret", SECRET, ARN.format(HOME)),
    )
    parameters = {"DomainName": "api.example.com", "DomainCertificate": "arn:…", "KeyRotationDays": "90"}

    there = moved(Known("id", "CREATE_COMPLETE", parameters | {"GameName": "A"}, kept), HOME, AWAY)

    assert there.parameters == {"GameName": "A", "KeyRotationDays": "0"}
    assert [(one.logical_id, one.physical_id) for one in there.kept] == [
        ("UsersTable", "game-UsersTable-us-east-1"),
        ("SessionKey", ARN.format(AWAY)),
    ]


@pytest.mark.parametrize(("here", "there"), [("", AWAY), (HOME, ""), (HOME, HOME)])
def test_two_regions_are_asked_for(monkeypatch: pytest.MonkeyPatch, here: str, there: str) -> None:
    """A region that is missing, or is the other one, is asked for before anything is done."""
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    if here:
        monkeypatch.setenv("AWS_DEFAULT_REGION", here)
    monkeypatch.setenv("REGION", there)

    with pytest.raises(StackError, match="Which region"):
        two_regions()


@pytest.mark.long
def test_without_the_file_nothing_is_switched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A switch without what `make standby` wrote ends before it asks AWS for anything."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_DEFAULT_REGION", HOME)
    monkeypatch.setenv("REGION", AWAY)

    assert switching.main() == 1
    assert f"symbolon-{AWAY}.json is not what `make kept` writes" in capsys.readouterr().err
