"""Each row has what every row of its table has."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from local.audit.findings import WHOLE, Check, Finding, attempt, lacking, read, split
from symbolon.aws.dynamodb import Item, Key, Write, key
from symbolon.friends.capacity import counting, steps
from symbolon.friends.edges import edge_key
from symbolon.friends.friendship import State
from symbolon.identities.users import user_key

_KEYS: Mapping[str, tuple[str, ...]] = {
    "USERS_TABLE": ("user_id",),
    "IDENTITIES_TABLE": ("identity",),
    "USERNAMES_TABLE": ("username",),
    "FRIENDS_TABLE": ("user_id", "friend_id"),
    "PARTNERS_TABLE": ("client_id",),
    "REVOCATIONS_TABLE": ("revocation",),
    "MATCHES_TABLE": ("match_id",),
}
_BY_HAND: Mapping[str, tuple[str, str, str]] = {
    "USERS_TABLE": (
        "the account's item",
        "Whatever the player does fails with 500.",
        "restore the item from a backup of the table",
    ),
    "PARTNERS_TABLE": (
        "the partner {client_id}",
        "None of its users gets a session.",
        "add it anew: make partner ARGS='add …'",
    ),
}
"""Of what nobody but an operator can mend: what it is called, what it means, what to do."""

_DROPPED: Mapping[str, tuple[str, str]] = {
    "IDENTITIES_TABLE": ("an identity", "Whoever signs in with it is turned away each time. Mended, it is free."),
    "USERNAMES_TABLE": ("a username", "Nobody can have the name, and nobody has it. Mended, it is free."),
    "FRIENDS_TABLE": ("a friendship", "The player's list of friends cannot be shown. Mended, either may invite again."),
    "REVOCATIONS_TABLE": ("a token to be revoked", "None: it cannot be read, and keeps others from being revoked."),
    "MATCHES_TABLE": ("a match", "Nobody can join it. Mended, its game server registers it anew with its next report."),
}
"""Of what is dropped, since nothing follows from it: what it is called, and what it means."""


def look(table: str, items: Sequence[Item]) -> Iterator[Finding]:
    """Yield those of these items of a table that break the promise."""
    for item in items:
        if not (missing := lacking(table, item)):
            continue
        at, who = key(table, **{name: item[name] for name in _KEYS[table]}), str(item.get("user_id", ""))
        if table in _BY_HAND:
            thing, means, by_hand = _BY_HAND[table]
            says = f"{thing.format(**item)} lacks {', '.join(missing)}"
            yield Finding(at, who, says, means, by_hand=by_hand)
        else:
            thing, means = _DROPPED[table]
            of = f" of {split(item['identity'])[0]}" if table == "IDENTITIES_TABLE" else ""
            yield Finding(at, who, f"{thing}{of} lacks {', '.join(missing)}", means, partial(_drop, at, item))


def _drop(at: Key, item: Item) -> None:
    """Drop the row if it is as it was; of a friendship the other edge goes with it, but for a block."""
    names = {f"#{name}": name for name in WHOLE[at.table]}
    seen = {f":{name}": item[name] for name in WHOLE[at.table] if name in item}
    conditions = [
        f"#{name} = :{name}" if name in item else f"attribute_not_exists(#{name})" for name in WHOLE[at.table]
    ]
    attempt([Write("Delete", at, " AND ".join(conditions), "", names, seen), *_other_edge(at, item)])


def _other_edge(at: Key, item: Item) -> list[Write]:
    if at.table != "FRIENDS_TABLE":
        return []
    other, owner = edge_key(item["friend_id"], item["user_id"]), user_key(item["friend_id"])
    found = read([other, owner])
    edge = found.get(other)
    if edge is None or lacking(at.table, edge) or edge["state"] == State.BLOCKED:
        return []
    drop = Write("Delete", other, "#state = :was", "", {"#state": "state"}, {":was": edge["state"]})
    is_counted = owner in found and "merged_into" not in found[owner]
    return [drop, *([counting(owner, steps(State(edge["state"]), None), None)] if is_counted else [])]


CHECKS = [
    Check("Each row has what every row of its table has.", table, partial(look, table), of_any_shape=True)
    for table in WHOLE
]
