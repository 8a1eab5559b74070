"""Hosts that are dead when a connection to them is used again, or far away."""

from collections.abc import Mapping
from dataclasses import replace

from tests.helpers.providers.internet import Responder, Seen
from tests.helpers.providers.replies import Reply

DEATHS: Mapping[str, Reply] = {
    "silent": Reply(delay=30),
    "closed": Reply(raw=b""),
    "in the middle": Reply(raw=b"HTTP/1.1 2"),
}
"""How a connection that was kept may turn out to be dead."""


def dying(answer: Responder, death: Reply) -> Responder:
    """Give the answers of a host whose connections die after the first request of each, like that."""
    known = set[int]()

    def respond(seen: Seen) -> Reply:
        if seen.connection in known:
            return death
        known.add(seen.connection)
        return answer(seen)

    return respond


def late(answer: Responder, seconds: float) -> Responder:
    """Give the answers of a host that takes so long for each."""
    return lambda seen: replace(answer(seen), delay=seconds)
