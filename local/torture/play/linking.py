"""Linking and unlinking identities."""

from local.torture.judge.history import Effect, Telling
from local.torture.judge.things import Field, Owned
from local.torture.play.board import PASSWORDS, Identity, Session
from local.torture.play.proving import credential
from local.torture.play.turn import Turn, plays
from local.torture.play.wire import Answer, request

_OK, _TAKEN = 200, 409
_SEVERAL = 2


@plays(5)
def link(turn: Turn) -> None:
    """Link an identity to a session's account."""
    session = turn.session()
    if session is not None:
        _link(turn, session)


def _link(turn: Turn, session: Session) -> None:
    identity = turn.identity()
    password = turn.draw.choice(PASSWORDS)
    route = f"POST /v2/account/link/{identity.provider}"
    answer = turn.ask_as(session, request(route, credential(turn, identity, password, "link")))
    note_link(turn, answer, identity, session.user_id)
    if answer.status == _OK:
        turn.board.link(session.user_id, identity)
    if answer.body.get("ticket"):
        turn.board.tickets.append((session, answer.body["ticket"]))
    if identity.provider == "email":
        turn.means(answer, [Field(f"password of {session.user_id}").written(password)])


def note_link(turn: Turn, answer: Answer, identity: Identity, user_id: str) -> None:
    """Note what the answer to a link says: of the kinds of which there is one, it replaces another."""
    owned = Owned(f"identity {identity.key}")
    replaced = [] if identity.provider == "device" else released_of(turn, identity.provider, user_id, but=identity)
    turn.means(answer, [owned.given(user_id), *replaced])
    turn.tells(answer, Telling(("account.created", "account.linked"), user_id, identity.provider))
    if answer.status == _TAKEN:
        turn.operation.effects.append(owned.of_another(user_id))


@plays(4)
def unlink(turn: Turn) -> None:
    """Unlink an identity from a session's account; from one that has no other it is tried now and then."""
    session = turn.session()
    if session is None:
        return
    linked = turn.board.linked_to(session.user_id)
    if len(linked) < _SEVERAL and turn.happens(0.8):
        _link(turn, session)
    else:
        _unlink(turn, session, turn.draw.choice(linked) if linked and turn.happens(0.8) else turn.identity())


def _unlink(turn: Turn, session: Session, identity: Identity) -> None:
    """Unlink an identity, by its credential or, but for devices, by its kind alone."""
    route = f"POST /v2/account/unlink/{identity.provider}"
    if identity.provider == "device" or turn.happens(0.6):
        answer = turn.ask_as(session, request(route, credential(turn, identity, PASSWORDS[0])))
        turn.tells(answer, Telling(("account.unlinked",), session.user_id, identity.provider, each=True))
        if turn.means(answer, [Owned(f"identity {identity.key}").taken(session.user_id)]):
            turn.board.unlink(session.user_id, identity)
    else:
        answer = turn.ask_as(session, request(route, {}))
        turn.means(answer, released_of(turn, identity.provider, session.user_id))


def released_of(turn: Turn, provider: str, user_id: str, but: Identity | None = None) -> list[Effect]:
    """Return what it means that an account gave up its identity of a kind: after a merge it may have another."""
    others = [identity for identity in turn.identities if identity.provider == provider and identity != but]
    owned = [Owned(f"identity {identity.key}") for identity in others]
    return [one.perhaps_freed(user_id) if turn.board.has_merges else one.released(user_id) for one in owned]
