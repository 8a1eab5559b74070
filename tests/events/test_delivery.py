"""Events get through, in order for one account, whatever the bus does; and those who wait are handed over again."""

from collections.abc import Mapping
from typing import Any

import pytest

from local.template.roles import Permission, permissions_of
from tests.conftest import Log
from tests.helpers.events.bus import Bus
from tests.helpers.players.client import Client
from tests.helpers.service.aws import Aws
from tests.helpers.service.deployment import DOCUMENT, RESOURCES, properties

MAPPINGS = ("AccountEvents", "SessionEvents")
BUS = "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/${EventBus}"


def told_of(aws: Aws) -> list[list[str]]:
    """Give whose events each request had."""
    asked = [one.content["Entries"] for one in aws.asked if one.operation == "PutEvents"]
    return [[entry["Detail"].partition('"account_id": "')[2][:36] for entry in entries] for entries in asked]


def test_no_request_has_two_events_of_one_account(client: Client, aws: Aws, bus: Bus) -> None:
    """Ten accounts go into one request, and what one does next into another, sent when that was taken."""
    sessions = [client.sign_in(f"player-{number}") for number in range(11)]
    client.link(sessions[10], "custom", id="custom-1")
    client.link(sessions[10], "custom", id="custom-2")

    bus.deliver()

    assert [len(set(accounts)) for accounts in told_of(aws)] == [10, 1, 1, 1, 1]
    assert sum(map(len, told_of(aws))) == 14


def test_one_that_is_refused_is_handed_over_again(client: Client, aws: Aws, bus: Bus) -> None:
    """What the bus does not take comes again, and all that follows with it."""
    sessions = [client.sign_in(f"player-{number}") for number in range(3)]
    client.link(sessions[1], "custom", id="custom-1")
    records = bus.streams.taken(10)
    refused = {"ErrorCode": "ThrottlingException", "ErrorMessage": "Slow down"}
    aws.answer("PutEvents", FailedEntryCount=1, Entries=[{"EventId": "1"}, refused, {"EventId": "3"}])

    assert bus.hand_over(records) == [records[1]["dynamodb"]["SequenceNumber"]]
    assert bus.hand_over(records[1:]) == []

    second = [event["detail-type"] for event in bus.told() if event["detail"]["account_id"] == sessions[1].user_id]
    assert second == ["account.created", "account.created", "account.linked"]


def test_an_outage_loses_nothing(client: Client, aws: Aws, bus: Bus, log: Log) -> None:
    """While EventBridge is down all is handed over again, and the log says why."""
    client.sign_in("anna")
    records = bus.streams.taken(10)
    log()

    with aws.outage():
        assert bus.hand_over(records) == [records[0]["dynamodb"]["SequenceNumber"]]
    [line] = log()
    assert bus.hand_over(records) == []
    assert (line["outcome"], line["status"], line["detail"]) == ("Unavailable", 503, "events")


def test_a_bus_that_is_not_there(client: Client, aws: Aws, bus: Bus, log: Log) -> None:
    """A bus that was deleted keeps events waiting, and the log says that the deployment is to blame."""
    client.sign_in("anna")
    records = bus.streams.taken(10)
    log()
    aws.refuse("PutEvents", "ResourceNotFoundException")

    assert bus.hand_over(records) == [records[0]["dynamodb"]["SequenceNumber"]]
    [line] = log()
    assert (line["outcome"], line["detail"]) == ("Misconfigured", "EventBridge PutEvents: ResourceNotFoundException")


def test_no_time_left(client: Client, bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one invocation has no time for is left to the next."""
    client.sign_in("anna")
    records = bus.streams.taken(10)
    monkeypatch.setattr("functions.events.app.WORK_SECONDS", -1.0)

    assert bus.hand_over(records) == [records[0]["dynamodb"]["SequenceNumber"]]


def changed(record: Mapping[str, Any], **change: object) -> dict[str, Any]:
    """Give a record that shows something else."""
    return {**record, "dynamodb": {**record["dynamodb"], **change}}


def test_what_means_nothing(client: Client, bus: Bus) -> None:
    """Another table's change is nothing, nor is a session's row that goes, nor an item of which there is little."""
    session = client.sign_in("anna")
    client.logout(session, token=session.token)
    [account, ended] = bus.streams.taken(10)
    other = {**account, "eventSourceARN": account["eventSourceARN"].replace("UsersTable", "FriendsTable")}
    gone = changed(ended, OldImage=ended["dynamodb"]["NewImage"])
    del gone["dynamodb"]["NewImage"]
    bare = changed(account, OldImage={}, NewImage={})

    assert bus.hand_over([other, gone, bare]) == []
    assert bus.told() == []


def test_the_role_and_the_streams() -> None:
    """The function may read both streams, put events on the one bus and give up into the one queue, and no more."""
    granted = permissions_of(DOCUMENT, "EventsFunction")

    reading = {f"dynamodb:{one}" for one in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")}
    assert granted == {
        *(Permission(f"logs:{one}", "EventsLog") for one in ("CreateLogStream", "PutLogEvents")),
        *(Permission(action, table) for action in reading for table in ("UsersTable", "SessionsTable")),
        Permission("events:PutEvents", BUS),
        Permission("sqs:SendMessage", "EventsLost"),
    }


@pytest.mark.parametrize("mapping", MAPPINGS)
def test_lambda_is_told_to_lose_nothing(mapping: str) -> None:
    """Records are tried again for half of the day that a stream has them; then a queue says where they are."""
    said = properties(mapping)

    assert RESOURCES[mapping]["Condition"] == "HasEvents"
    assert (said["MaximumRetryAttempts"], said["MaximumRecordAgeInSeconds"]) == (-1, 12 * 3600)
    assert said["BisectBatchOnFunctionError"] is True
    assert said["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert said["DestinationConfig"] == {"OnFailure": {"Destination": {"Fn::GetAtt": ["EventsLost", "Arn"]}}}


def test_nobody_pays_who_did_not_ask() -> None:
    """Without a bus there is no stream, nothing that reads one, no queue and no alarm."""
    nothing = {"Ref": "AWS::NoValue"}
    streams = [properties(table)["StreamSpecification"]["Fn::If"] for table in ("UsersTable", "SessionsTable")]
    asked_for = (*MAPPINGS, "EventsLost", "EventsLateAlarm", "EventsLostAlarm")

    assert streams == [["HasEvents", {"StreamViewType": "NEW_AND_OLD_IMAGES"}, nothing]] * 2
    assert {RESOURCES[name]["Condition"] for name in asked_for} == {"HasEvents"}
