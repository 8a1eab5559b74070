"""What runs without a request: asynchronous invocations, and the function that tells a bus of what was written."""

from http import HTTPStatus

from local.torture.engine.lanes import settle
from local.torture.play.surroundings import Event
from local.torture.play.turn import AT_A_PROVIDER, Turn
from local.torture.play.wire import UNANSWERED
from local.torture.world.faults import Place
from local.torture.world.world import World

_INVOCATIONS, _CALLS = 3, 100
"""As often an invocation is tried, and more calls than one of them makes."""

_BATCH = 100
"""As many records are told at once as the template's BatchSize says; fewer after a failure, or where there are few."""


def serve(world: World, turn: Turn, waiting: Event) -> None:
    """Serve an invocation as Lambda does: again where it fails, three times at most."""
    function, event = waiting
    world.waiting.remove((function, dict(event)))
    operation, history = turn.operation, turn.around.history
    for attempt in range(_INVOCATIONS):
        place = Place(operation.player, operation.number, attempt * _CALLS)
        answer, faults = world.serve(function.partition(":")[0], dict(event), place)
        operation.faults += faults
        operation.status = answer.get("statusCode", HTTPStatus.OK) if answer is not None else UNANSWERED
        history.outages |= any(AT_A_PROVIDER in fault for fault in faults)
        if operation.status == HTTPStatus.OK:
            return
    if operation.faults or history.outages:  # it fails in a way that another attempt may mend
        operation.status = UNANSWERED


def follow(world: World, turn: Turn) -> bool:
    """Have a batch of what was written told, as Lambda does; tell whether all of it was."""
    if not (ready := world.lanes.ready):
        return False
    operation = turn.operation
    lane = turn.draw.choice(ready)
    lane.is_busy = True
    records = lane.records[: turn.draw.choice((1, 3, _BATCH))]
    place = Place(operation.player, operation.number, 0)
    answer, operation.faults = world.serve("EventsFunction", {"Records": records}, place)
    operation.status = answer.get("statusCode", HTTPStatus.OK) if answer is not None else UNANSWERED
    settle(lane, records, answer)
    return bool(answer) and answer.get("batchItemFailures") == []
