"""What players know of each other's doings: sessions that were started, accounts and matches that there may be.

All of it is shared, so that few accounts are met by many: that is where the races are.
"""

from dataclasses import dataclass, field
from typing import Any

from local.torture.judge.accounts import REFRESH, SESSION, Token
from local.torture.play.wire import Call, claims_of


@dataclass(frozen=True)
class Identity:
    """An identity, by its provider and subject, and what a client sends to prove it."""

    provider: str
    subject: str

    @property
    def key(self) -> str:
        """Its name among all of them."""
        return f"{self.provider}#{self.subject}"

    def credential(self, password: str) -> dict[str, str]:
        """Return the credential; of an e-mail address with a password."""
        if self.provider == "email":
            return {"email": self.subject, "password": password}
        return {"user_id" if self.provider == "partner" else "id": self.subject}


IDENTITIES = (
    *(Identity("device", f"device-id-{number}") for number in range(3)),
    *(Identity("custom", f"custom-id-{number}") for number in range(2)),
    *(Identity("email", f"player{number}@example.com") for number in range(2)),
)
PASSWORDS = ("correct horse", "battery staple")
USERNAMES = ("anna", "berta", "clara")
PARTNER_USERS = ("user-1", "user-2")


@dataclass(frozen=True)
class Session:
    """A session: its two tokens and what they say."""

    token: str
    refresh_token: str

    @property
    def claims(self) -> dict[str, Any]:
        """What its tokens say."""
        return claims_of(self.token)

    @property
    def user_id(self) -> str:
        """Whose it is."""
        return str(self.claims["uid"])

    @property
    def session_id(self) -> str:
        """Its name."""
        return str(self.claims["tid"])

    @property
    def generation(self) -> int:
        """The generation of the account's sessions that it is of."""
        return int(self.claims["gen"])

    @property
    def as_token(self) -> Token:
        """Its session token, as it is judged."""
        return Token(SESSION, self.session_id, self.generation)

    @property
    def as_refresh_token(self) -> Token:
        """Its refresh token, as it is judged."""
        return Token(REFRESH, self.session_id, self.generation)


@dataclass(frozen=True)
class Entry:
    """What an operator did, as it is on record: the entry's name, what was done to whom, and what it was about."""

    name: str
    kind: str
    user_id: str
    identity: Identity | None = None
    username: str = ""


@dataclass(frozen=True)
class Grant:
    """What a device has asked for: the code that it shows, and the one that it keeps."""

    user_code: str
    device_code: str


@dataclass
class Board:
    """The shared knowledge of all players: sessions, what was linked to accounts, who operates which match."""

    sessions: list[Session] = field(default_factory=list)
    linked: list[tuple[str, Identity]] = field(default_factory=list)
    operators: dict[str, Session] = field(default_factory=dict)
    prepared: dict[str, bool] = field(default_factory=dict)
    """The matches that are there, and whether each was prepared."""
    deleted: set[str] = field(default_factory=set)
    entries: list[Entry] = field(default_factory=list)
    tickets: list[tuple[Session, str]] = field(default_factory=list)
    """Of links that were refused: the session, and the ticket by which its account and the other can become one."""
    has_merges: bool = False
    """Whether anybody has begun to merge accounts, after which one may have two identities of a kind."""

    merged: list[tuple[str, str]] = field(default_factory=list)
    """Of merges that were done: the account that was kept, and the other."""
    spent: list[tuple[Identity, dict[str, Any]]] = field(default_factory=list)
    """Tickets that have signed somebody in, and whose each is."""
    codes: list[tuple[Identity, dict[str, Any]]] = field(default_factory=list)
    """Credentials with a provider's code that were shown, and whose each is."""
    has_waited: bool = False
    askers: dict[str, set[str]] = field(default_factory=dict)
    """By address the accounts that have asked to have it."""
    grants: list[Grant] = field(default_factory=list)
    callbacks: list[Call] = field(default_factory=list)
    acted_on: list[Call] = field(default_factory=list)
    """Of those the ones that were answered."""
    about: dict[str, Identity] = field(default_factory=dict)
    """By a callback's name whom it is about."""

    def sessions_of_one(self) -> list[Session]:
        """Return the sessions of the account that was known first of those that are there."""
        there = [session for session in self.sessions if session.user_id not in self.deleted]
        return [session for session in there if session.user_id == there[0].user_id]

    def linked_to(self, user_id: str) -> list[Identity]:
        """Return the identities that an account has, as far as anybody knows."""
        return [identity for owner, identity in self.linked if owner == user_id]

    def link(self, user_id: str, identity: Identity) -> None:
        """Note that an account has an identity now."""
        self.linked = [entry for entry in self.linked if entry[1] != identity] + [(user_id, identity)]

    def unlink(self, user_id: str, identity: Identity) -> None:
        """Note that it does not have it any more."""
        self.linked = [entry for entry in self.linked if entry != (user_id, identity)]

    @property
    def user_ids(self) -> list[str]:
        """Return all accounts that anybody knows."""
        return list(dict.fromkeys(session.user_id for session in self.sessions))
