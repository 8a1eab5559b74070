"""Two accounts become one: the transactions by which all identities of one go to the other, and by which they return.

Each identity has one account before and after, and each account lists exactly its identities. The account that is
merged stays as a tombstone, whose item has
    `merged_into` (the other's id), `merge_time`, `links` without any, and `former`: links and `absorbed` as they were.
Its password goes where its address goes. Its username stays its own, so that nobody takes the player's name. All of its
sessions have ended, no identity leads to it, and nothing gives it one. The other account has the ids of those that it
took in as `absorbed`.
Where both have an identity of a kind of which there is one as a rule, the second stands under its own key
("google#<subject>") and signs in like any other. Of addresses there cannot be two, since an account has one password.
"""

from collections.abc import Collection, Mapping
from typing import Any

from symbolon.aws.dynamodb import Write
from symbolon.errors import FailedPrecondition
from symbolon.identities.bans import NOT_BANNED
from symbolon.identities.link_writes import MAX_LINKS, provider_of
from symbolon.identities.users import PROFILE_FIELDS, User, identity_key, timestamp, user_key

MAX_ABSORBED = 8
"""Accounts that one has taken in: they are deleted with it, in one transaction."""

_ADDRESS = "email"
_SECRETS = ("password_hash", "verify_time")
_COUNTS = ("edge_count", "entries", "invites_sent", "invites_received")


def obstacle(kept: User, merged: User) -> str:
    """Return why the accounts cannot become one, as a message for their player; "" when they can."""
    if _ADDRESS in kept.links and _ADDRESS in merged.links:
        return "Both accounts have an e-mail address, and one account can have one: unlink one of them first."
    if len(kept.links) + len(merged.links) > MAX_LINKS:
        return f"The accounts have more than {MAX_LINKS} identities together: unlink some first."
    if 1 + len(kept.absorbed) + len(merged.absorbed) > MAX_ABSORBED:
        return f"An account can be merged with {MAX_ABSORBED} others at most."
    return ""


def merging(kept: User, merged: User) -> list[Write]:
    """Return the transaction that moves all identities; it fails where either account is not as it was seen.

    Raises FailedPrecondition where they cannot become one.
    """
    if problem := obstacle(kept, merged):
        raise FailedPrecondition(problem)
    return [_keeping(kept, merged), _burying(kept, merged), *_handing_over(merged.links, merged.user_id, kept.user_id)]


def splitting(kept: User, merged: User, former: Mapping[str, Any]) -> list[Write]:
    """Return the transaction that undoes a merge: what the other account still has of the identities goes back.

    Raises FailedPrecondition where one of the two would have none.
    """
    returning = {place: at for place in former["links"] if (at := _place_in(kept, place, former["links"][place]))}
    left = {at: subject for at, subject in kept.links.items() if at not in returning.values()}
    if not returning:
        raise FailedPrecondition("All identities of the merged account were unlinked since.")
    if not left:
        raise FailedPrecondition("The account would have no identity: all others were unlinked since.")
    links = {place: former["links"][place] for place in returning}
    return [
        _giving_back(kept, left, {merged.user_id, *former["absorbed"]}, has_address=_ADDRESS in links),
        _reviving(kept, merged, {"links": links, "absorbed": former["absorbed"]}),
        *_handing_over(links, kept.user_id, merged.user_id),
    ]


def _keeping(kept: User, merged: User) -> Write:
    links = {**kept.links, **{_free_place(kept, place, subject): subject for place, subject in merged.links.items()}}
    changed: dict[str, Any] = {
        "links": links,
        "absorbed": [*kept.absorbed, *merged.absorbed, merged.user_id],
        "incoming": {"from": merged.user_id},
        "update_time": timestamp(),
        **(_secrets(merged) if _ADDRESS in merged.links else {}),
    }
    texts = {name: merged.profile.get(name, "") for name in PROFILE_FIELDS}
    filled: dict[str, Any] = {**texts, "contact_email": merged.contact_email, "partner_profile": merged.partner_profile}
    if merged.metadata != "{}" and kept.metadata == "{}":
        changed["metadata"] = merged.metadata
    names, sets, values = _sets(changed)
    for name, value in filled.items():
        if value:
            names[f"#{name}"], values[f":{name}"] = name, value
            sets.append(f"#{name} = if_not_exists(#{name}, :{name})")
    condition, seen = _as_seen(kept)
    return Write("Update", user_key(kept.user_id), condition, "SET " + ", ".join(sets), names, values | seen)


def _burying(kept: User, merged: User) -> Write:
    former = {"links": dict(merged.links), "absorbed": list(merged.absorbed)}
    changed = {"links": {}, "merged_into": kept.user_id, "merge_time": timestamp(), "former": former}
    names, sets, values = _sets(changed)
    condition, seen = _as_seen(merged)
    gone = (*_SECRETS, "spared", "guard", "absorbed", *_COUNTS)
    update = f"SET {', '.join(sets)} REMOVE {', '.join(gone)} ADD generation :one"
    return Write("Update", user_key(merged.user_id), condition, update, names, values | seen | {":one": 1})


def _giving_back(kept: User, left: Mapping[str, str], leaving: Collection[str], *, has_address: bool) -> Write:
    absorbed = [one for one in kept.absorbed if one not in leaving]
    names, sets, values = _sets({"links": dict(left), "absorbed": absorbed, "update_time": timestamp()})
    condition, seen = _as_seen(kept, is_ban_no_matter=True)
    gone = ["spared", *(_SECRETS if has_address else ())]
    update = f"SET {', '.join(sets)} REMOVE {', '.join(gone)} ADD generation :one"
    return Write("Update", user_key(kept.user_id), condition, update, names, values | seen | {":one": 1})


def _reviving(kept: User, merged: User, former: Mapping[str, Any]) -> Write:
    changed = {**former, "incoming": {"from": kept.user_id, "back": True}, "update_time": timestamp()}
    names, sets, values = _sets(changed | (_secrets(kept) if _ADDRESS in former["links"] else {}))
    update = f"SET {', '.join(sets)} REMOVE merged_into, merge_time, former ADD generation :one"
    values |= {":one": 1, ":kept": kept.user_id}
    return Write("Update", user_key(merged.user_id), "merged_into = :kept", update, names, values)


def _handing_over(links: Mapping[str, str], giver: str, taker: str) -> list[Write]:
    keys = [identity_key(f"{provider_of(place)}#{subject}") for place, subject in links.items()]
    values = {":giver": giver, ":taker": taker}
    return [Write("Update", at, "user_id = :giver", "SET user_id = :taker", values=values) for at in keys]


def _as_seen(user: User, *, is_ban_no_matter: bool = False) -> tuple[str, dict[str, Any]]:
    """Return the condition that what a merge is made from has not changed, and the values in it."""
    condition = "links = :seen AND attribute_not_exists(merged_into) AND attribute_not_exists(incoming)"
    values: dict[str, Any] = {":seen": dict(user.links)}
    for name, seen in (*((name, getattr(user, name)) for name in _SECRETS), ("absorbed", list(user.absorbed))):
        missing = f"attribute_not_exists({name})"
        condition += f" AND {name} = :seen_{name}" if seen else f" AND ({missing} OR {name} = :seen_{name})"
        values[f":seen_{name}"] = seen
    if is_ban_no_matter:
        return condition, values
    return f"{condition} AND {NOT_BANNED}", values | {":now": timestamp()}


def _secrets(user: User) -> dict[str, str]:
    return {name: text for name in _SECRETS if (text := getattr(user, name))}


def _sets(changed: Mapping[str, Any]) -> tuple[dict[str, str], list[str], dict[str, Any]]:
    names = {f"#{name}": name for name in changed}
    return names, [f"#{name} = :{name}" for name in changed], {f":{name}": value for name, value in changed.items()}


def _free_place(kept: User, place: str, subject: str) -> str:
    return f"{provider_of(place)}#{subject}" if place in kept.links else place


def _place_in(user: User, place: str, subject: str) -> str:
    places = (place, f"{provider_of(place)}#{subject}")
    return next((one for one in places if user.links.get(one) == subject), "")
