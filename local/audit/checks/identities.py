"""Each identity belongs to an account that lists it."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from local.audit.findings import Check, Finding, attempt, read, split
from symbolon.aws.dynamodb import Item, Key, Write
from symbolon.identities.link_writes import MAX_LINKS
from symbolon.identities.presence import THERE
from symbolon.identities.users import identity_key, user_key

MANY = ("device",)
"""Providers of which an account may have several identities: they are listed by their whole key."""


def look(items: Sequence[Item]) -> Iterator[Finding]:
    """Yield those of these items of identities that break the promise."""
    users = read([user_key(item["user_id"]) for item in items])
    for item in items:
        user = users.get(user_key(item["user_id"]))
        if user is None:
            yield _orphan(item)
        elif not _is_listed(item["identity"], user):
            yield _unlisted(item, user)


def _is_listed(identity: str, user: Mapping[str, object]) -> bool:
    """Tell whether the account lists it; what a merge has brought as the second of a kind is under its whole key."""
    links, (provider, subject) = user.get("links"), split(identity)
    return isinstance(links, Mapping) and subject in (links.get(provider), links.get(identity))


def place_of(identity: str) -> str:
    """Return where an account lists an identity, as a rule."""
    provider, _ = split(identity)
    return identity if provider in MANY else provider


def _orphan(item: Item) -> Finding:
    provider, user_id = split(item["identity"])[0], item["user_id"]
    writes = [Write("ConditionCheck", user_key(user_id), "attribute_not_exists(user_id)"), _release(item)]
    return Finding(
        identity_key(item["identity"]),
        user_id,
        f"an identity of {provider} leads to an account that is gone",
        "Whoever signs in with it is turned away each time, with 503.",
        partial(attempt, writes),
    )


def _unlisted(item: Item, user: Mapping[str, object]) -> Finding:
    provider, user_id = split(item["identity"])[0], item["user_id"]
    links = user.get("links")
    other = links.get(place_of(item["identity"])) if isinstance(links, Mapping) else None
    if not isinstance(links, Mapping) or (other and not _leads_to(identity_key(f"{provider}#{other}"), user_id)):
        return _found(item, "It signs in to the account, which shows another.", by_hand="mend the account first")
    if other:
        values = {":other": other}
        shown = Write("ConditionCheck", user_key(user_id), "links.#place = :other", "", {"#place": provider}, values)
        means = "One that its owner has replaced still signs in to the account."
        return _found(item, means, [shown, _release(item)])
    means = "It signs in to the account, which does not show it, and it cannot be unlinked."
    return _found(item, means, [_listing(item), _held(item)])


def _found(item: Item, means: str, writes: Sequence[Write] = (), by_hand: str = "") -> Finding:
    says = f"the account does not list an identity of {split(item['identity'])[0]} that leads to it"
    mend = partial(attempt, writes) if writes else None
    return Finding(identity_key(item["identity"]), item["user_id"], says, means, mend, by_hand)


def _listing(item: Item) -> Write:
    condition = f"{THERE} AND attribute_not_exists(links.#place) AND size(links) < :most"
    values = {":subject": split(item["identity"])[1], ":most": MAX_LINKS}
    names = {"#place": place_of(item["identity"])}
    return Write("Update", user_key(item["user_id"]), condition, "SET links.#place = :subject", names, values)


def _held(item: Item) -> Write:
    values = {":owner": item["user_id"]}
    return Write("ConditionCheck", identity_key(item["identity"]), "user_id = :owner", values=values)


def _release(item: Item) -> Write:
    return Write("Delete", identity_key(item["identity"]), "user_id = :owner", values={":owner": item["user_id"]})


def _leads_to(at: Key, user_id: str) -> bool:
    return bool(read([at]).get(at, {}).get("user_id") == user_id)


CHECK = Check("Each identity belongs to an account that lists it.", "IDENTITIES_TABLE", look)
