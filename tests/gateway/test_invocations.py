"""What stands in for Lambda locally where a function invokes another: accepted at once, run beside."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.gateway.invocations import Invocations
from local.template.template import Function

FUNCTION = Function("WorkFunction", "functions/work", "app.handler", 256, 7, {}, ())
PATH = "/2015-03-31/functions/WorkFunction/invocations"
EVENT = {"x-amz-invocation-type": "Event"}
Work = Callable[[dict[str, Any], Any], object]


@pytest.fixture
def start() -> Iterator[Callable[[Work], int]]:
    """Give a function that serves a handler and gives the port."""
    with Invocations() as invocations:

        def serve(handler: Work) -> int:
            invocations.serve([(FUNCTION, handler)])
            return int(invocations.endpoint.rpartition(":")[2])

        yield serve


def invoke(port: int, path: str = PATH, event: str = "{}", headers: dict[str, str] = EVENT) -> int:
    """Send an event and give the status of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("POST", path, event, headers)
    status = connection.getresponse().status
    connection.close()
    return status


def ask(port: int, event: dict[str, Any]) -> object:
    """Send an event, wait for the function, and give its answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("POST", PATH, json.dumps(event), {"x-amz-invocation-type": "RequestResponse"})
    answer: object = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def test_event_is_accepted_before_it_is_worked_on(start: Callable[[Work], int]) -> None:
    """The answer does not wait for the function, which gets the event and a context of its own."""
    answered, done = threading.Event(), threading.Event()
    seen: list[Any] = []

    def work(event: dict[str, Any], context: Any) -> None:  # noqa: ANN401 (as Lambda has it)
        assert answered.wait(5)
        seen.extend((event, context.function_name, context.memory_limit_in_mb, context.aws_request_id))
        done.set()

    status = invoke(start(work), event='{"number": 7}')
    answered.set()

    assert status == 202
    assert done.wait(5)
    assert seen[:3] == [{"number": 7}, "WorkFunction", "256"]
    assert seen[3]


def test_functions_run_side_by_side(start: Callable[[Work], int]) -> None:
    """Two events are worked on at the same time."""
    both, done = threading.Barrier(3), threading.Semaphore(0)

    def work(_event: dict[str, Any], _context: object) -> None:
        both.wait(5)
        done.release()

    port = start(work)
    invoke(port)
    invoke(port)
    both.wait(5)

    assert done.acquire(timeout=5)
    assert done.acquire(timeout=5)


def test_failure_is_printed(start: Callable[[Work], int], capfd: pytest.CaptureFixture[str]) -> None:
    """What a function lets out is shown to the developer, and the next event is worked on."""
    done = threading.Event()

    def work(event: dict[str, Any], _context: object) -> None:
        if "fail" in event:
            raise ValueError("something went wrong")
        done.set()

    port = start(work)
    invoke(port, event=json.dumps({"fail": True}))
    invoke(port)

    assert done.wait(5)
    printed, deadline = "", time.monotonic() + 5
    while "something went wrong" not in printed and time.monotonic() < deadline:
        printed += capfd.readouterr().err
    assert "WorkFunction failed:" in printed
    assert "something went wrong" in printed


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        pytest.param("/2015-03-31/functions/Other/invocations", EVENT, 404, id="unknown function"),
        pytest.param("/2015-03-31/functions", EVENT, 404, id="another operation"),
    ],
)
def test_everything_else(start: Callable[[Work], int], path: str, headers: dict[str, str], status: int) -> None:
    """Nothing but an event for a function that there is gets a function to run."""
    seen: list[object] = []

    assert invoke(start(lambda event, _context: seen.append(event)), path, headers=headers) == status

    assert seen == []


def test_answers(start: Callable[[Work], int]) -> None:
    """Whoever waits gets what the function answers, or that it failed, and nothing of why."""

    def work(event: dict[str, Any], _context: object) -> dict[str, int]:
        return {"half": 84 // event["by"]}

    port = start(work)

    assert [ask(port, {"by": by}) for by in (2, 0)] == [
        {"half": 42},
        {"errorType": "ZeroDivisionError", "errorMessage": ""},
    ]


def test_only_this_machine_is_listened_to() -> None:
    """The port is on loopback alone."""
    with Invocations() as invocations:
        assert invocations.server_address[0] == "127.0.0.1"
