"""The first page: counts, charts, costs, and why there are none."""

import itertools
from typing import Any

import pytest

from local.console.charts import HEIGHT, WIDTH, chart
from local.console.costs import bill, operation_of
from local.console.service import Counts
from local.console.spans import SPANS, Span
from local.errors import StartError
from tests.helpers.console.visitor import Visitor
from tests.helpers.service.clock import Clock


def counted(span: Span) -> Counts:
    """Give some sign-ins, the last of them now."""
    device, google = [0] * span.parts, [0] * span.parts
    device[-1], google[-2] = 30, 12
    failures = {"Unauthenticated": [0] * (span.parts - 1) + [3]}
    operations = {"sign-in, account exists": 40, "sign-in, new account": 2, "account get": 3}
    return Counts(span, span.start(), {"device": device, "google": google}, google, failures, operations)


def test_overview_of_a_busy_service() -> None:
    """There are sums, a chart of each kind with the same figures as a table, and what it costs."""
    visitor = Visitor(counts=counted)
    text, page = visitor.text("/"), visitor.get("/").text

    for words in ("Sign-ins 42", "New accounts 12", "Requests that failed 3 6.7% of 45", "device 30", "google 12"):
        assert words in text
    assert page.count("<rect") - page.count("swatch") == 2 + 1 + 1  # bars
    assert 'role="img" aria-label="Sign-ins by provider, last hour: device 30, google 12"' in page
    assert "sign-in, account exists 40 $0.000" in text
    assert "http://127.0.0.1:7350" in text


def test_overview_of_a_quiet_service() -> None:
    """Nothing yet is said in words, with what to do about it."""
    text = Visitor().text("/")

    assert "Sign-ins 0" in text
    assert "None since this server was started. Try a sign-in , or point a game at http://127.0.0.1:7350" in text
    assert "Nothing failed." in text


def test_counts_that_cannot_be_had() -> None:
    """What keeps the counts away is said, and all else is there."""

    def refuse(_span: Span) -> Counts:
        raise StartError("CloudWatch gives no answer.")

    answer = Visitor(counts=refuse).get("/")

    assert answer.status_code == 200
    assert "CloudWatch gives no answer." in answer.text
    assert "What is served" in answer.text


@pytest.mark.parametrize("name", [*SPANS, "", "century"])
def test_spans(name: str) -> None:
    """A span of time is chosen by its name; what is none is the usual one."""
    asked: list[Span] = []

    def note(span: Span) -> Counts:
        asked.append(span)
        return counted(span)

    Visitor(counts=note).get(f"/?span={name}")

    assert asked == [SPANS.get(name, SPANS["hour"])]


def test_span_ends_now(clock: Clock) -> None:
    """The last part of a span has the present moment in it."""
    for span in SPANS.values():
        end = span.start() + span.seconds
        assert end - span.step <= clock.now() < end


def test_overview_for_programs() -> None:
    """Who asks for JSON gets what is served, and the counts."""
    answer: Any = Visitor(counts=counted).get("/", Accept="application/json").json

    assert answer["Address"] == "http://127.0.0.1:7350"
    assert sum(answer["counts"]["sign_ins"]["device"]) == 30


def test_chart_is_drawn_within_its_frame() -> None:
    """Bars stand side by side on the ground, the pieces of each one upon another, and none is higher than the axis."""
    drawn = chart("Any", {"a": [0, 3, 7], "b": [1, 0, 2]}, 0, 60)

    assert (drawn.top, drawn.total, drawn.totals) == (10, 13, {"a": 10, "b": 3})
    assert [len(bar.pieces) for bar in drawn.bars] == [1, 1, 2]
    assert drawn.bars[2].label == "00:02 UTC: a 7, b 2"
    lower, upper = drawn.bars[2].pieces
    assert lower.y + lower.height == HEIGHT
    assert upper.y + upper.height == lower.y
    for one, other in itertools.pairwise(bar.pieces[0] for bar in drawn.bars):
        assert one.x + one.width < other.x < WIDTH


@pytest.mark.parametrize(("highest", "top"), [(0, 1), (1, 1), (3, 3), (7, 8), (11, 20), (99, 100), (2_345, 3_000)])
def test_axis_has_a_round_end(highest: int, top: int) -> None:
    """The axis ends with the next round number."""
    assert chart("Any", {"a": [highest]}, 0, 60).top == top


def test_colours_are_enough() -> None:
    """Of very many series the small ones are one, so that each has a colour of its own."""
    drawn = chart("Any", {f"kind-{at:02}": [at] for at in range(1, 13)}, 0, 60)

    assert list(drawn.totals)[:2] == ["kind-12", "kind-11"]
    assert (len(drawn.totals), drawn.totals["others"]) == (8, 1 + 2 + 3 + 4 + 5)


def test_empty_chart() -> None:
    """No series at all is a chart too."""
    assert chart("Any", {}, 0, 60).bars == []


@pytest.mark.parametrize(
    ("asked", "operation"),
    [
        (("authenticate", "device", True, False), "sign-in, account exists"),
        (("authenticate", "email", True, False), "e-mail sign-in"),
        (("authenticate", "email", True, True), "sign-in, new account"),
        (("authenticate", "email", False, False), "account get"),
        (("unlink", "steam", True, False), "link"),
        (("list_friends", "", True, False), "account get"),
    ],
)
def test_what_a_request_is_paid_as(asked: tuple[str, str, bool, bool], operation: str) -> None:
    """Each request is counted as the operation of the price list that is most like it."""
    verb, provider, succeeded, created = asked

    assert operation_of(verb, provider, succeeded=succeeded, created=created) == operation


def test_bill_goes_by_the_price_list() -> None:
    """A million sign-ins in a day cost what docs/cost.md says, and thirty times as much a month."""
    paid = bill({"sign-in, account exists": 1_000_000, "refresh": 0}, 86_400)

    assert [name for name, _, _ in paid.rows] == ["sign-in, account exists"]
    assert paid.total == pytest.approx(1.8, abs=0.1)
    assert paid.month == pytest.approx(30 * paid.total)
