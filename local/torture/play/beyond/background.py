"""What functions do later, that others have started: letters, friends of a provider's."""

from collections.abc import Mapping
from typing import Any

from local.torture.judge.friendships import Friendship
from local.torture.judge.history import Effect, Perhaps
from local.torture.play.turn import Turn, plays
from symbolon.friends.friendship import befriend, start_over


@plays(12)
def work_later(turn: Turn) -> None:
    """Have one of the invocations that wait be served, as Lambda does, three times where it fails."""
    turn.serve_waiting(note_event)


@plays(8)
def tell_bus(turn: Turn) -> None:
    """Have the bus hear of some of what was written, in order for each account, and again where that fails."""
    if turn.around.untold():
        turn.follow()


def note_event(turn: Turn, event: Mapping[str, Any]) -> None:
    """Note what an invocation may change: an import makes friends."""
    if event.get("provider") in ("steam", "facebook") and "user_id" in event:
        turn.operation.everywhere["friendship"] = befriending(event["user_id"])


def befriending(user_id: str, *, reset: bool = False) -> Perhaps:
    """Return what an import means for any friendship: who is a friend there may be one here."""

    def effects(thing: str) -> list[Effect]:
        both = thing.split()[1:]
        if user_id not in both:
            return []
        [other] = [one for one in both if one != user_id]
        friendship = Friendship(user_id, other)
        ended = [friendship.wished(start_over, "start over")] if reset else []
        return [*ended, friendship.wished(befriend, "import")]

    return effects
