"""How a player comes: whole or not at all, once, and beside others who sign in at the same moment.

An account that is here is the player's business here: what the old server says of it counts no more once anything about
it was changed here. Until then an identity that was linked over there meanwhile is believed. Whoever was deleted here
does not come again.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, Key, TransactionRefused, Write
from symbolon.errors import Unavailable
from symbolon.identities.links import generate_username
from symbolon.identities.usernames import username_item
from symbolon.identities.users import identity_key, timestamp, user_key, username_key
from symbolon.legacy.accounts import Newcomer, Proven, same_address
from symbolon.legacy.memory import came_key

CAME_AT = "came_at"
"""The attribute of a user's item that says when the account came from elsewhere."""

_ATTEMPTS = 6
_FREE = "attribute_not_exists(user_id)"


def arrive(newcomer: Newcomer, proven: Proven) -> bool:
    """Bring the player, or what was proven to the player who is here; tell whether that identity has an account now.

    Raises Unavailable.
    """
    for _ in range(_ATTEMPTS):
        at, came = user_key(newcomer.user_id), came_key(newcomer.user_id)
        here = dynamodb.get(at)
        if here is None and dynamodb.get(came):
            return False
        owners = dynamodb.batch_get(_claims(newcomer))
        if identity_key(proven.key) in owners:
            return True
        writes = _joining(here, proven) if here else _coming(_settled(newcomer, owners), came)
        if not writes:
            return False
        try:
            dynamodb.transact(writes)
        except TransactionRefused:
            continue
        return True
    raise Unavailable("The account is being changed by others.")


def _settled(newcomer: Newcomer, owners: Mapping[Key, Item]) -> Newcomer:
    """Return the player without what is somebody else's here, and with another name where that is."""
    links = {place: subject for place, subject in newcomer.links.items() if _at(place, subject) not in owners}
    username = newcomer.username
    if not username or username_key(username) in owners:
        username = generate_username()
    return replace(newcomer, username=username, links=links)


def _coming(newcomer: Newcomer, came: Key) -> list[Write]:
    now = timestamp()
    item: dict[str, Any] = {"create_time": now, "update_time": now, "lang_tag": "en", **newcomer.attributes}
    item |= {"username": newcomer.username, "links": dict(newcomer.links), "generation": 0, CAME_AT: now}
    owned = {"user_id": newcomer.user_id, "link_time": now}
    return [
        Write("Put", user_key(newcomer.user_id), _FREE, item=item),
        Write("Put", came, "", item={"answer": "came"}),
        Write("Put", username_key(newcomer.username), _FREE, item=username_item(newcomer.username, newcomer.user_id)),
        *(Write("Put", _at(place, subject), _FREE, item=owned) for place, subject in newcomer.links.items()),
    ]


def _joining(here: Item, proven: Proven) -> list[Write]:
    """Return what gives the identity to the account that is here, nothing where it does not get it any more."""
    # A second one of a kind stands under its own key, as after a merge.
    place = proven.key if proven.place in here["links"] else proven.place
    if CAME_AT not in here or "merged_into" in here or place in here["links"]:
        return []
    values: dict[str, Any] = {":subject": proven.subject, ":before": here["update_time"]}
    names, change = {"#place": place}, "SET links.#place = :subject"
    condition = "attribute_not_exists(links.#place) AND update_time = :before AND attribute_not_exists(merged_into)"
    if proven.provider == "email":
        # Its password could not come with the player: no server tells one, and a hash no API.
        if place != "email" or "password_hash" in here or same_address(here.get("contact_email", "")) != proven.subject:
            return []
        condition += " AND contact_email = :contact AND attribute_not_exists(password_hash)"
        change += ", password_hash = :hash REMOVE contact_email"
        values |= {":contact": here["contact_email"], ":hash": proven.password_hash}
    elif here["update_time"] >= here[CAME_AT]:
        return []
    owned = {"user_id": here["user_id"], "link_time": timestamp()}
    return [
        Write("Update", user_key(here["user_id"]), condition, change, names, values),
        Write("Put", identity_key(proven.key), _FREE, item=owned),
    ]


def _claims(newcomer: Newcomer) -> list[Key]:
    names = [username_key(newcomer.username)] if newcomer.username else []
    return names + [_at(place, subject) for place, subject in newcomer.links.items()]


def _at(place: str, subject: str) -> Key:
    return identity_key(f"{place.partition('#')[0]}#{subject}")
