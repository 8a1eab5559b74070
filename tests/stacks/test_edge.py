"""The secret between CloudFront and the functions changes, and at no moment is shown what they refuse."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import boto3
import pytest

from local.errors import StackError
from local.stacks.edge import Edge, change, edge_of
from local.stacks.removing import Clients

OLD = "o" * 64
AT_ONCE = timedelta()


def distribution(header: str, value: str) -> dict[str, Any]:
    """Give the configuration of a distribution that shows this."""
    shown = {"Quantity": 1, "Items": [{"HeaderName": header, "HeaderValue": value}]}
    origin = {"Id": "api", "DomainName": "d-1.execute-api.eu-west-3.amazonaws.com", "CustomHeaders": shown}
    asked = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}
    return {
        "CallerReference": str(uuid4()),
        "Origins": {"Quantity": 1, "Items": [{**origin, "CustomOriginConfig": asked}]},
        "DefaultCacheBehavior": {"TargetOriginId": "api", "ViewerProtocolPolicy": "https-only"},
        "Comment": "",
        "Enabled": True,
    }


@pytest.fixture
def edge(clients: Clients) -> Edge:
    """Give an edge whose secret was never changed."""
    front = boto3.client("cloudfront")
    made = front.create_distribution(DistributionConfig=distribution("X-Symbolon-Edge", OLD))
    text = json.dumps({"sent": OLD, "accepted": ""})
    arn = clients.secrets.create_secret(Name="EdgeSecret", SecretString=text)["ARN"]
    return Edge(front, clients.secrets, made["Distribution"]["Id"], arn)


class Watched:
    """A client that breaks off after so many changes, and whose every change is looked at."""

    def __init__(self, client: Any, look: Callable[[], None], left: Iterator[bool]) -> None:  # noqa: ANN401 (botocore's)
        self._client, self._look, self._left = client, look, left

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (botocore's)
        """Give the client's own, watched where it changes something."""
        asked = getattr(self._client, name)
        if not name.startswith(("put_", "update_")):
            return asked

        def changed(**arguments: object) -> object:
            if not next(self._left):
                raise ConnectionError(name)
            answer = asked(**arguments)
            self._look()
            return answer

        return changed


def breaking(edge: Edge, after: int) -> Edge:
    """Give the edge with a connection that breaks after so many changes; each must leave nobody shut out."""

    def look() -> None:
        assert edge.shown() in edge.values()

    left = iter([True] * after + [False])
    return Edge(Watched(edge.front, look, left), Watched(edge.secrets, look, left), edge.distribution, edge.secret)


def test_it_changes(edge: Edge, capsys: pytest.CaptureFixture[str]) -> None:
    """In the end CloudFront shows a new value as long, and the old one counts no more; neither is printed."""
    change(edge, AT_ONCE)

    sent, accepted = edge.values()
    assert (edge.shown(), len(sent), accepted) == (sent, 64, "")
    assert sent != OLD
    assert not {sent, OLD} & {*capsys.readouterr().out.split()}


@pytest.mark.parametrize("after", [0, 1, 2])
def test_it_goes_on_where_it_broke_off(edge: Edge, after: int) -> None:
    """Whichever step was the last, CloudFront shows what functions take, and the next run ends with a new value."""
    with pytest.raises(ConnectionError):
        change(breaking(edge, after), AT_ONCE)
    begun = {*edge.values()} - {OLD, ""}

    change(breaking(edge, 9), AT_ONCE)

    assert edge.values() == (edge.shown(), "")
    assert edge.shown() != OLD
    assert begun <= {edge.shown()}


def test_functions_have_the_time_to_read(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value is not shown before each function has read it, however often the command is run."""
    monkeypatch.setattr("local.stacks.edge._SECONDS", -1)

    for _ in range(2):
        with pytest.raises(StackError, match="Reading the new value takes more than"):
            change(edge)

    assert edge.shown() == OLD
    assert edge.values()[1] not in ("", OLD)


def test_what_functions_refuse_is_mended_first(edge: Edge) -> None:
    """A CloudFront that shows a third value, which somebody gave it by hand, shows what functions take at once."""
    edge.show("by hand" * 9)
    with pytest.raises(ConnectionError):
        change(breaking(edge, 1), AT_ONCE)

    assert edge.shown() == OLD


def test_a_distribution_without_the_header_is_named(edge: Edge) -> None:
    """Nothing is changed where CloudFront shows nothing."""
    made = edge.front.create_distribution(DistributionConfig=distribution("X-Other", OLD))["Distribution"]["Id"]

    with pytest.raises(StackError, match="deploy the stack again"):
        change(Edge(edge.front, edge.secrets, made, edge.secret), AT_ONCE)

    assert edge.values() == (OLD, "")


def test_stack_without_an_edge(clients: Clients) -> None:
    """A stack with nothing in front is told what would put it there."""
    body = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    clients.clouds.create_stack(StackName="plain", TemplateBody=json.dumps(body))

    with pytest.raises(StackError, match="EdgeCertificate="):
        edge_of("plain")
