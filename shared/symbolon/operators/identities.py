"""The identities of an account as operators see them, and taking one away."""

from collections.abc import Iterator
from dataclasses import dataclass

from symbolon.accounts.notices import UNLINKED, tell
from symbolon.aws import dynamodb
from symbolon.errors import NotFound
from symbolon.identities import links
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.link_writes import provider_of
from symbolon.identities.links import LinkRule
from symbolon.identities.users import User, identity_key
from symbolon.operators.acting import entry_of, get_user, standing
from symbolon.records.entries import Author

_PASSWORDS = "email"
"""The provider of identities that a password belongs to."""


@dataclass(frozen=True)
class Identity:
    """One identity of an account, and when it was linked; "" where that was before link times were kept."""

    provider: str
    subject: str
    link_time: str


def identities_of(user: User) -> list[Identity]:
    """Return the account's identities, in the order of their providers."""
    keys = {place: identity_key(f"{provider_of(place)}#{subject}") for place, subject in user.links.items()}
    items = dynamodb.batch_get(keys.values())
    return sorted(
        (
            Identity(provider_of(place), subject, items.get(keys[place], {}).get("link_time", ""))
            for place, subject in user.links.items()
        ),
        key=lambda identity: (identity.provider, identity.link_time, identity.subject),
    )


def unlink(user_id: str, provider: str, subject: str, author: Author) -> str:
    """Take the identity from the account, "" being the only one of its provider; return the name of the entry.

    Raises NotFound where the account has none such, PermissionDenied where it is the last one, FailedPrecondition where
    it was merged into another meanwhile.
    """
    user = get_user(user_id)
    found = [place for place in _places(user, provider) if subject in ("", user.links[place])]
    if len(found) != 1:
        raise NotFound("The account has several such identities: name the subject." if found else "Identity not found.")
    with standing(user_id):
        links.unlink(user, ExternalIdentity(provider, user.links[found[0]]), rule_of(found[0]), author)
    tell(UNLINKED, user, provider=provider)
    return entry_of(author, user_id)


def rule_of(place: str) -> LinkRule:
    """Return the rule by which what is at this place of a user's links was linked."""
    provider = provider_of(place)
    in_use = "The identity belongs to another account now."
    return LinkRule(in_use, many=place != provider, has_secret=provider == _PASSWORDS)


def _places(user: User, provider: str) -> Iterator[str]:
    return (place for place in user.links if provider_of(place) == provider)
