"""What a client gets along with the refusal of a link: a ticket by which the two accounts can become one.

It is given to whoever has proved the identity, to which the other account belongs: of an address that means its
password, too, which a link does not ask for otherwise. It is bound to the session and to both accounts.
"""

from collections.abc import Callable

from symbolon.errors import ResourceExhausted
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.signin import Gate, holder
from symbolon.identities.users import User
from symbolon.sessions import tickets
from symbolon.sessions.sessions import Session
from symbolon.settings.settings import Settings


def offer(session: Session, identity: ExternalIdentity, gate: Callable[[], Gate], settings: Settings) -> dict[str, str]:
    """Return what the refusal says besides: a ticket, or nothing where the identity was not proved to us."""
    held = holder(identity)
    if held is None or held[0].user_id == session.user.user_id or not _is_proved(held[0], identity, gate):
        return {}
    content = {
        "tid": session.claims.session_id,
        "uid": session.user.user_id,
        "other": held[0].user_id,
        "identity": held[1],
    }
    return {"ticket": tickets.write(tickets.MERGE, content, settings)}


def _is_proved(owner: User, identity: ExternalIdentity, gate: Callable[[], Gate]) -> bool:
    if identity.secret is None:
        return True
    try:
        permit = gate().guess(owner, owner.username)
        if identity.secret.matches(owner.password_hash):
            permit.succeeded()
            return True
        permit.failed()
    except ResourceExhausted:  # the refusal of the link stands, whatever may be guessed
        pass
    return False
