"""Events: tells a bus of EventBridge what happened to accounts. Lambda hands it the changes of two tables' streams.

Events: {"Records": […]}, changes of accounts or of sessions, those of one item in order
Answer: {"batchItemFailures": [{"itemIdentifier": "…"}]}: from which record on Lambda shall hand them to it again
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html

It is in Lambda's hands that nothing is lost: what a bus does not take is tried until the record is twelve hours old,
and then goes to a queue, over which an alarm watches (docs/runbook.md#eventslostalarm).
"""

import time
from typing import Any

from symbolon import started
from symbolon.api import telemetry
from symbolon.api.request import Trace
from symbolon.aws.dynamodb import table_name
from symbolon.events.changes import events_of
from symbolon.events.publishing import NotTold, tell

WORK_SECONDS = 20.0
"""For the requests of one invocation; what is left then, the next one tells."""


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Tell what the records mean; return the first that has to be handed over again, if one has."""
    trace, until = Trace("events", "tell"), time.monotonic() + WORK_SECONDS
    tables = table_name("USERS_TABLE"), table_name("SESSIONS_TABLE")
    records = event.get("Records", [])
    told = ((record["dynamodb"]["SequenceNumber"], one) for record in records for one in events_of(record, *tables))
    with telemetry.observed(trace, context) as outcome:
        try:
            trace.details["told"] = str(tell(told, lambda: time.monotonic() < until))
            outcome.succeeded()
        except NotTold as failure:
            outcome.failed(failure.error)
            return {"batchItemFailures": [{"itemIdentifier": failure.record}]}
    return {"batchItemFailures": []}


started()
