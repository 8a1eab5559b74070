"""How changes of an account's identities are written: the transactions, and what goes on record with them."""

from typing import Any

from symbolon.aws.dynamodb import Write
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.usernames import username_item
from symbolon.identities.users import User, identity_key, missing, timestamp, user_key, username_key
from symbolon.records.entries import OPERATOR, Author, Deed, record

MAX_LINKS = 64
"""Identities of one account: with its user, its username and an entry they must fit one transaction, to be deleted."""

_FREE = "attribute_not_exists(user_id)"


def creation(
    user_id: str, identity: ExternalIdentity, attributes: dict[str, Any], *, claimed: bool = False
) -> list[Write]:
    """Return the transaction that makes an account; the first write fails where the identity has an owner.

    The last one fails where the identity's credential works once and was spent before. The username is part of it,
    unless it was claimed before.
    """
    name = attributes["username"]
    naming = Write("Put", username_key(name), _FREE, item=username_item(name, user_id))
    return [
        Write("Put", identity_key(identity.key), _FREE, item=_owned_by(user_id)),
        *([] if claimed else [naming]),
        Write("Put", user_key(user_id), _FREE, item=attributes),
        *([identity.proof.spending(for_session=True)] if identity.proof else []),
    ]


def linking(user: User, identity: ExternalIdentity, place: str, author: Author | None) -> list[Write]:
    """Return the transaction that puts the identity at this place of the user's links, for what there was.

    The second write fails where the identity has another owner, the last where its credential was spent before.
    """
    previous = user.links.get(place)
    writes = [_adding(user, identity, place)]
    if previous != identity.subject:
        writes.append(Write("Put", identity_key(identity.key), _FREE, item=_owned_by(user.user_id)))
        writes += [release(user, f"{identity.provider}#{previous}")] if previous else []
    spending = [identity.proof.spending(for_session=False)] if identity.proof else []
    return writes + record(author, user.user_id, _link_deed(identity, previous)) + spending


def unlinking(user: User, place: str, author: Author | None, *, has_secret: bool) -> list[Write]:
    """Return the transaction that empties this place of the user's links; with `has_secret`, the password goes too."""
    subject = user.links[place]
    update = "SET update_time = :now REMOVE links.#place" + (", password_hash, verify_time" if has_secret else "")
    values = {":now": timestamp(), ":subject": subject, ":one": 1}
    condition = "links.#place = :subject AND size(links) > :one"
    if has_secret and user.password_hash:  # what an undo brings back is what was there
        condition += " AND password_hash = :hash"
        values[":hash"] = user.password_hash
    deed = _unlink_deed(user, place, keeps_hash=has_secret and author is not None and author.kind == OPERATOR)
    return [
        Write("Update", user_key(user.user_id), condition, update, {"#place": place}, values),
        release(user, f"{provider_of(place)}#{subject}"),
        *record(author, user.user_id, deed),
    ]


def release(user: User, identity: str) -> Write:
    """Return the write that makes an identity of the account (`ExternalIdentity.key`) free again."""
    return Write("Delete", identity_key(identity), "user_id = :owner", values={":owner": user.user_id})


def provider_of(place: str) -> str:
    """Return the provider of the identity at a place of the user's links."""
    return place.partition("#")[0]


def _adding(user: User, identity: ExternalIdentity, place: str) -> Write:
    previous = user.links.get(place)
    values = {":subject": identity.subject, ":now": timestamp()}
    update = "SET links.#place = :subject, update_time = :now"
    for name, value in missing(user, identity.profile).items():
        update += f", {name} = if_not_exists({name}, :{name})"
        values[f":{name}"] = value
    if identity.secret:
        update += ", password_hash = :hash"
        values[":hash"] = identity.secret.hash()
        update += "" if previous == identity.subject else " REMOVE verify_time"  # which was of another address
    condition = "attribute_not_exists(links.#place) AND size(links) < :most AND attribute_not_exists(merged_into)"
    if previous:
        condition = "links.#place = :previous"
    limit = {":previous": previous} if previous else {":most": MAX_LINKS}
    return Write("Update", user_key(user.user_id), condition, update, {"#place": place}, values | limit)


def _owned_by(user_id: str) -> dict[str, str]:
    return {"user_id": user_id, "link_time": timestamp()}


def _link_deed(identity: ExternalIdentity, previous: str | None) -> Deed:
    linked = {"provider": identity.provider, "subject": identity.subject}
    if previous == identity.subject:
        return Deed("password", after=linked)
    return Deed("link", before={**linked, "subject": previous} if previous else {}, after=linked)


def _unlink_deed(user: User, place: str, *, keeps_hash: bool) -> Deed:
    # Of a player who takes the own password away nothing is kept, an operator may have to bring it back.
    kept = {"place": place} | ({"password_hash": user.password_hash} if keeps_hash else {})
    return Deed("unlink", before={"provider": provider_of(place), "subject": user.links[place]}, kept=kept)
