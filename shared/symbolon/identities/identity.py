"""What a provider's `verify` returns: who the credential's owner is, in terms that no provider is named in."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol, TypeGuard

from symbolon.identities.names import cleaned
from symbolon.identities.proofs import Proof
from symbolon.values import NOTHING, concealing

PROFILE_BYTES = {"display_name": 255, "avatar_url": 512, "contact_email": 255}
"""The most that an account keeps of each, as in Nakama's tables."""

MAX_SUBJECT_BYTES = 255

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""What JSON can write and UTF-8 cannot, and NUL."""


def text_claim(claims: Mapping[str, Any], name: str) -> str:
    """Return a text that a provider may say or leave out, "" when it is absent or nothing that can be stored."""
    value = claims.get(name)
    return value if isinstance(value, str) and not _UNSTORABLE.search(value) else ""


def is_subject(claim: object) -> TypeGuard[str]:
    """Tell whether what a provider says can be a subject: a text that can be stored, of 1-255 bytes."""
    return isinstance(claim, str) and not _UNSTORABLE.search(claim) and 0 < len(claim.encode()) <= MAX_SUBJECT_BYTES


class Secret(Protocol):
    """A secret that proves the identity against the account's own record: a password, see `passwords`."""

    def hash(self) -> str:
        """Return what to store for this secret, which is new; raises InvalidArgument when it must not be chosen."""

    def rehash(self) -> str:
        """Return what to store anew for this secret, which the account has already."""

    def matches(self, stored: str) -> bool:
        """Tell whether `stored` was made from this secret; "" (nothing stored) takes as long and is False."""

    def is_outdated(self, stored: str) -> bool:
        """Tell whether `stored`, which matched, was made in another way than a new hash would be."""


class Profile(NamedTuple):
    """What the provider says of its user; hints for empty fields, never a login and never a reason to join accounts."""

    display_name: str = ""
    avatar_url: str = ""
    email: str = ""

    def attributes(self) -> dict[str, str]:
        """Return what there is and fits, cleaned, under the names of the user's attributes."""
        told = {"display_name": self.display_name, "avatar_url": self.avatar_url, "contact_email": self.email}
        offered = {name: cleaned(name, text) for name, text in told.items() if text}
        return {name: text for name, text in offered.items() if 0 < len(text.encode()) <= PROFILE_BYTES[name]}


class ExternalIdentity(NamedTuple):
    """A verified identity: the provider's name and the provider's own immutable id of its user (the subject).

    `secret` is set where the subject proves nothing by itself. `username` is set instead of a subject where the
    account is to be found by its username and secret; no account is ever made from one. `former_subject` is the one
    under which the provider knew the same user before, when it says so: an account found by it moves to the new one.
    Where it says so by a `transfer_id` instead, `symbolon.identities.transfers` knows more.
    `objection` tells why no account may get it, where one may have it already: see `objects`.
    With `must_be_verified` it signs in only to an account that has proved it. `former_secret` is shown by whoever
    replaces what the account has of this kind. `friends` is what asking the provider for the user's friends takes, None
    where there is nobody to ask for. `proof` is set where the credential works once. `stated_at` is when the provider
    stated it (seconds since 1970), 0 where it was asked just now. `grant` is what came with the credential to be kept
    for the account's deletion, see `symbolon.accounts.revocations`. `said` is what the provider says of the user, in
    its own words, for a studio's function to judge (`symbolon.hooks`).
    """

    provider: str
    subject: str
    profile: Profile = Profile()
    secret: Secret | None = None
    username: str = ""
    former_subject: str = ""
    transfer_id: str = ""
    objection: Callable[[], str] | None = None
    must_be_verified: bool = False
    former_secret: Secret | None = None
    friends: Mapping[str, str] | None = None  # an access token may be in it
    proof: Proof | None = None
    stated_at: int = 0
    grant: Mapping[str, str] | None = None
    said: Mapping[str, Any] = NOTHING

    def __repr__(self) -> str:
        """Show what is no secret."""
        return concealing(self, "friends", "grant", "said")

    def objects(self) -> str:
        """Return the message for who tries to get it where no account may, "" where one may."""
        return self.objection() if self.objection else ""

    @property
    def key(self) -> str:
        """The identity's key, unique among all accounts."""
        return f"{self.provider}#{self.subject}"
