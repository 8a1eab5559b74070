"""What a client asks for, by route or as a procedure: the fields in, the answer out. See docs/recovery.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from symbolon.api import authors
from symbolon.api.body import Body
from symbolon.api.request import Request
from symbolon.aws.dynamodb import Item
from symbolon.errors import FailedPrecondition, InvalidArgument, Unauthenticated
from symbolon.identities.addresses import known_address, new_address
from symbolon.identities.passwords import Password
from symbolon.limits.counters import Counter
from symbolon.limits.gate import Gate, guess_counter
from symbolon.limits.guesses import Attempt, admit, of_named
from symbolon.limits.networks import digest, network_of
from symbolon.mail.addresses import rows_of
from symbolon.recovery import changes, codes, passwords, post, undoing
from symbolon.recovery.codes import CHANGE, RESET, UNDO, VERIFY
from symbolon.recovery.passwords import Proof
from symbolon.sessions import sessions
from symbolon.sessions.sessions import Session
from symbolon.settings.limits import Limits
from symbolon.settings.mail import MailSettings
from symbolon.settings.settings import Settings

_SCOPE = "codes"


@dataclass(frozen=True)
class Asked:
    """A request for one of the actions: its fields, and whence it came."""

    fields: Body
    request: Request
    settings: Settings

    def __post_init__(self) -> None:
        """Raise FailedPrecondition where the deployment sends no mail."""
        MailSettings.of(self.settings)

    @property
    def key(self) -> bytes:
        """The key under which codes are kept."""
        return MailSettings.of(self.settings).code_key

    @property
    def network(self) -> str:
        """The caller's network, by which letters and guesses are counted."""
        return network_of(self.request.source_ip)

    def count_letter(self) -> None:
        """Count a letter that the caller's network asks for; raises ResourceExhausted."""
        most = Limits.of(self.settings.document).network_letters_per_hour
        Counter("letters", self.network, most, "Too many letters were asked for from this network.").count()

    def proof(self, *purposes: str) -> Proof:
        """Return the proof, for one of the purposes, among the fields; raises ResourceExhausted after too many guesses.

        Guesses from a network in which an account whose code waits has signed in are counted apart from strangers'.
        """
        address = known_address(self.fields.text("email"))
        if not self.fields.text("code"):
            raise InvalidArgument("Code is required.")
        limits = Limits.of(self.settings.document)
        counter = guess_counter(_SCOPE, self.network, limits)
        rows, events = rows_of(address, purposes), self.request.trace.events
        is_at_home = any(_is_at_home(item, self.network) for item in rows.values())
        row = f"home {digest(address, self.network)}" if is_at_home else ""
        attempt = Attempt(of_named(_SCOPE, address), self.network, limits, counter, row, events)
        return Proof(address, self.fields.text("code"), admit(attempt), self.key, rows)


def forgot_password(asked: Asked) -> Mapping[str, Any]:
    """Have a code mailed, if the address has an account: the answer is the same, and takes the same time."""
    address = known_address(asked.fields.text("email"))
    asked.count_letter()
    post.ask_for_reset(address)
    return {}


def reset_password(asked: Asked) -> Mapping[str, Any]:
    """Set a new password for who proves the address, end all sessions, and return a new one.

    With `unlink_others` nothing but the address leads to the account from then on.
    """
    password = Password.checked(asked.fields.text("password"))
    is_alone, author = asked.fields.flag("unlink_others") is True, authors.player(asked.request, asked.settings)
    user = passwords.reset(asked.proof(RESET), password, author, is_alone=is_alone)
    asked.request.trace.user_id = user.user_id
    post.tell(post.PASSWORD, user)
    return sessions.issue(user, asked.fields.variables(), asked.request, asked.settings)


def change_password(asked: Asked, session: Session) -> Mapping[str, Any]:
    """Replace the password by one that the caller chooses, who knows the old one; other sessions end."""
    new = Password.checked(asked.fields.text("password"))
    if not session.user.password_hash:
        raise FailedPrecondition("The account has no password: link an e-mail address.")
    _prove(asked, session, asked.fields.text("current"))
    passwords.change(session.user, session.claims, new, authors.player(asked.request, asked.settings))
    post.tell(post.PASSWORD, session.user)
    return {}


def request_verification(asked: Asked, session: Session) -> Mapping[str, Any]:
    """Mail a code to the account's own address; one that is verified already gets none."""
    user = session.user
    address = user.links.get("email", "")
    if not address:
        raise FailedPrecondition("The account has no e-mail address.")
    if not user.verify_time:
        asked.count_letter()
        code = codes.put((address, VERIFY, user.user_id), asked.key)
        post.send(VERIFY, address, user, code=code)
    return {}


def verify_address(asked: Asked) -> Mapping[str, Any]:
    """Do what the code is for: prove the account's address, or give it the new one, which the old one is told."""
    done = changes.verify(asked.proof(VERIFY, CHANGE), authors.player(asked.request, asked.settings))
    asked.request.trace.user_id = done.user.user_id
    if done.former:
        post.send(post.CHANGED, done.former, done.user)
    return {}


def change_address(asked: Asked, session: Session) -> Mapping[str, Any]:
    """Mail a code to another address, which the account has once that is proved. The password is the account's own.

    An account without an address gets this one with this password.
    """
    address, password = (
        new_address(asked.fields.text("email"), is_mailed=not asked.settings.is_local),
        asked.fields.text("password"),
    )
    user = session.user
    more = {}
    if user.password_hash:
        _prove(asked, session, password)
    else:
        more = {"password_hash": Password.checked(password).hash()}
    asked.count_letter()
    code = codes.put((address, CHANGE, user.user_id), asked.key, **more)
    post.send(CHANGE, address, user, code=code)
    return {}


def undo_change(asked: Asked) -> Mapping[str, Any]:
    """Give the account back the address to which the code was mailed, and mail another code for a new password."""
    user = undoing.undo(asked.proof(UNDO), authors.player(asked.request, asked.settings))
    asked.request.trace.user_id = user.user_id
    post.ask_for_reset(known_address(asked.fields.text("email")))
    return {}


def _is_at_home(item: Item, network: str) -> bool:
    """Tell whether the account whose code this is has signed in from the network; its guard names it so, too."""
    return digest(item["user_id"], network) in item.get("networks", [])


def _prove(asked: Asked, session: Session, password: str) -> None:
    """Check the account's password; raises Unauthenticated, or ResourceExhausted after too many wrong ones."""
    gate = Gate(asked.request.source_ip, Limits.of(asked.settings.document), asked.request.trace.events)
    permit = gate.guess(session.user, session.user.username)
    if not Password(password).matches(session.user.password_hash):
        permit.failed()
        raise Unauthenticated("Invalid credentials.")
    permit.succeeded()
