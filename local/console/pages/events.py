"""What other systems are told of accounts, where they are told on this machine."""

from werkzeug.wrappers import Response

from local.console.visit import Visit


def show(visit: Visit) -> Response:
    """Show the latest events, the newest first; as JSON to a program."""
    events = visit.service.events() if visit.service.events else []
    return visit.data(events) if visit.wants_json else visit.page("events.html", events=events)
