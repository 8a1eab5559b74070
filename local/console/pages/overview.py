"""The first page: what is served, what happened, and what it costs."""

from dataclasses import asdict
from typing import Any

from werkzeug.wrappers import Response

from local.console.charts import chart
from local.console.costs import bill
from local.console.service import Counts
from local.console.spans import SPANS
from local.console.visit import Visit
from local.errors import StartError


def show(visit: Visit) -> Response:
    """Show the counts of a span of time; without them, why there are none."""
    span = SPANS.get(visit.query("span"), SPANS["hour" if visit.service.is_local else "day"])
    try:
        counts, why = visit.service.counts(span), ""
    except StartError as error:
        counts, why = None, str(error)
    if visit.wants_json:
        return visit.data({**visit.service.facts, "counts": counts and asdict(counts)})
    shown: dict[str, Any] = _shown(counts) if counts else {}
    return visit.page("overview.html", spans=SPANS, span=span, why=why, counts=counts, **shown)


def _shown(counts: Counts) -> dict[str, object]:
    start, step = counts.start, counts.span.step
    sign_ins = chart("Sign-ins by provider", counts.sign_ins, start, step)
    accounts = chart("New accounts", {"accounts": counts.accounts}, start, step)
    failures = chart("Failures by kind", counts.failures, start, step)
    asked = sum(counts.operations.values())
    return {
        "charts": [sign_ins, accounts, failures],
        "bill": bill(counts.operations, counts.span.seconds),
        "asked": asked,
        "failed": failures.total / asked if asked else 0,
    }
