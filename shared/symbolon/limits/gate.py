"""The gate before signing in: guesses at passwords, and new accounts. Fulfils `symbolon.identities.signin.Gate`."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from symbolon.errors import ResourceExhausted, Unavailable
from symbolon.identities.users import User
from symbolon.limits.counters import Counter
from symbolon.limits.guard import Guard
from symbolon.limits.guesses import Attempt, Ledger, Permit, admit, of_named, of_user
from symbolon.limits.networks import digest, network_of
from symbolon.settings.limits import Limits

NEW_ACCOUNTS_REFUSED = "NewAccountsRefused"

_PASSWORDS = "passwords"


@dataclass(frozen=True)
class Gate:
    """The gate for one request: the IP address that it came from, and the trace's events, for the metrics.

    `tried` hears the id of the account whose secret is guessed at, for the log.
    `is_players` says that the address is a player's, and not that of a server at which many sign in.
    """

    address: str
    limits: Limits
    events: list[str] = field(default_factory=list)
    is_players: bool = True
    tried: Callable[[str], None] = lambda _: None

    def guess(self, user: User | None, name: str) -> Permit:
        """Admit a guess at the password of an account, or of none, which was asked for by this name."""
        if user:
            self.tried(user.user_id)
        return self._admit(of_user(user) if user else of_named(_PASSWORDS, name))

    def link(self, user: User) -> Permit:
        """Admit the owner's attempt to link an address, which tells whether somebody else has it."""
        return self._admit(of_user(user), row="link")

    def new_account(self) -> None:
        """Count a new account; raises ResourceExhausted where the network has made too many of them."""
        most, message = self.limits.network_accounts_per_hour, "Too many new accounts from this network."
        try:
            Counter("accounts", self._network, most, message).count_roughly()
        except Unavailable:
            return  # what cannot be counted must not keep players out
        except ResourceExhausted:
            self.events.append(NEW_ACCOUNTS_REFUSED)
            raise

    def welcome(self, user_id: str) -> Mapping[str, Any]:
        """Return the attributes with which a new account knows the network that made it."""
        return {"guard": Guard(known=(digest(user_id, self._network),)).stored_at(0)}

    @property
    def _network(self) -> str:
        return network_of(self.address)

    def _admit(self, ledger: Ledger, row: str = "") -> Permit:
        counter = guess_counter(_PASSWORDS, self._network, self.limits) if self.is_players else None
        return admit(Attempt(ledger, self._network, self.limits, counter, row, self.events))


def wrong_key(scope: str, address: str, limits: Limits) -> None:
    """Count a wrong key or secret of a server; raises ResourceExhausted once its network has shown too many.

    Right ones are not counted, and pass whatever was counted: they are too long to be guessed.
    """
    with suppress(Unavailable):
        guess_counter(scope, network_of(address), limits).count()


def guess_counter(scope: str, network: str, limits: Limits) -> Counter:
    """Return the counter of a network's wrong guesses at secrets of a kind."""
    return Counter(scope, network, limits.network_guesses_per_hour, "Too many failed attempts from this network.")
