"""Each account has an identity, and each identity that it lists leads to it."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from local.audit.findings import Check, Finding, attempt, read, split
from symbolon.aws.dynamodb import Item, Key, Write
from symbolon.identities.users import identity_key, user_key

_ALONE = "no other way leads into the account: give it another identity, then look again"


def look(items: Sequence[Item]) -> Iterator[Finding]:
    """Yield those of these items of users that break the promise."""
    users = [item for item in items if isinstance(item.get("links"), Mapping)]
    owners = read([identity_key(at) for item in users for at in _listed(item).values()])
    for item in users:
        if not item["links"] and "merged_into" not in item:
            yield _closed(item)
        for place, identity in _listed(item).items():
            owner = owners.get(identity_key(identity), {}).get("user_id")
            if owner is None:
                yield _missing(item, place)
            elif owner != item["user_id"]:
                yield _of_another(item, place)


def _listed(item: Item) -> dict[str, str]:
    """Return the identities that an account lists, by their places."""
    return {place: f"{split(place)[0]}#{subject}" for place, subject in item["links"].items()}


def _closed(item: Item) -> Finding:
    means = "Nobody can sign in to it any more."
    by_hand = "link an identity of the player's, once it is sure who that is"
    return Finding(user_key(item["user_id"]), item["user_id"], "the account has no identity", means, None, by_hand)


def _missing(item: Item, place: str) -> Finding:
    at = identity_key(_listed(item)[place])
    put = Write("Put", at, "attribute_not_exists(user_id)", item={"user_id": item["user_id"]})
    return Finding(
        user_key(item["user_id"]),
        item["user_id"],
        f"an identity of {split(place)[0]} that the account lists leads nowhere",
        "The player cannot sign in with it: who tries gets another, empty account.",
        partial(attempt, [_still_listed(item, place), put]),
    )


def _of_another(item: Item, place: str) -> Finding:
    says = f"an identity of {split(place)[0]} that the account lists leads to another account"
    means = "The account shows it, but the player who signs in with it is in another account."
    mend = partial(attempt, [_unlisting(item, place), _of_who_has_it(item, place)])
    if len(item["links"]) == 1:
        return Finding(user_key(item["user_id"]), item["user_id"], says, means, None, _ALONE, is_double=True)
    return Finding(user_key(item["user_id"]), item["user_id"], says, means, mend, is_double=True)


def _still_listed(item: Item, place: str) -> Write:
    values = {":subject": item["links"][place]}
    return Write("ConditionCheck", _at(item), "links.#place = :subject", "", {"#place": place}, values)


def _unlisting(item: Item, place: str) -> Write:
    values = {":subject": item["links"][place], ":one": 1}
    condition = "links.#place = :subject AND size(links) > :one"
    return Write("Update", _at(item), condition, "REMOVE links.#place", {"#place": place}, values)


def _of_who_has_it(item: Item, place: str) -> Write:
    at = identity_key(_listed(item)[place])
    condition = "attribute_exists(user_id) AND user_id <> :user"
    return Write("ConditionCheck", at, condition, values={":user": item["user_id"]})


def _at(item: Item) -> Key:
    return user_key(item["user_id"])


CHECK = Check("Each account has an identity, and each that it lists leads to it.", "USERS_TABLE", look)
