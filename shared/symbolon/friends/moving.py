"""Friendships that go with an account when it is merged into another, and come back when an operator undoes that.

An account to which friendships are on their way has `incoming`, which says from where: {"from": <user id>}, with "back"
where a merge is undone. They move a few at a time, each with both of its edges and all counts in one transaction, and
whatever is asked about the account's friends asks for the rest first: so nobody sees a part, and it goes on after any
failure. A moved edge remembers, as `moved`, what both accounts had; once it is changed it is the new account's alone.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Key, TransactionRefused, Write
from symbolon.errors import NotFound, Unavailable
from symbolon.friends.edges import edge_key, edge_keys
from symbolon.friends.friends import batches, pages_of
from symbolon.friends.moves import Edge, Way
from symbolon.identities.users import User, user_key

_AT_ONCE = 16
"""Friendships of one transaction: each has four edges and a user."""

_ATTEMPTS = 6


def complete(user: User) -> None:
    """Move what is on its way to the account, if anything is; raises Unavailable, after which the rest stays to do."""
    if not user.incoming:
        return
    way = Way(user.incoming["from"], user.user_id, bool(user.incoming.get("back")))
    for page in pages_of(way.source):
        for edges in batches(filter(way.concerns, page), _AT_ONCE):
            friend_ids = [edge["friend_id"] for edge in edges]
            if not _is_done(way, friend_ids, 1):
                _each(way, friend_ids)
    _part(way)
    values = {":source": way.source}
    dynamodb.update(
        Write("Update", user_key(way.target), "incoming.#from = :source", "REMOVE incoming", {"#from": "from"}, values)
    )


def _part(way: Way) -> None:
    """End what the account is to the other one: a block by it alone is in no list of the other's."""
    if not way.back and dynamodb.batch_get([edge_key(way.target, way.source)]):
        _each(way, [way.target])


def _each(way: Way, friend_ids: Iterable[str]) -> None:
    for friend_id in friend_ids:
        if not _is_done(way, [friend_id], _ATTEMPTS):
            raise Unavailable("The friendship is being changed by others.")


def _is_done(way: Way, friend_ids: Sequence[str], attempts: int) -> bool:
    gone: set[Key] = set()
    for _ in range(attempts):
        keys = [at for one in friend_ids for side in (way.source, way.target) for at in edge_keys(side, one)]
        items = dynamodb.batch_get(keys)
        left = [one for one in friend_ids if way.concerns(items.get(edge_key(way.source, one), {}))]
        writes = _writes(way, [edge for one in left for edge in way.edges(one, items, gone)], gone)
        if not writes:
            return True
        try:
            dynamodb.transact(list(writes.values()))
        except TransactionRefused as refused:
            places = list(writes)
            gone |= {places[at] for at, item in refused.found.items() if item is None}
            if user_key(way.target) in gone:
                raise NotFound("Account not found.") from refused
        else:
            return True
    return False


def _writes(way: Way, edges: Sequence[Edge], gone: Collection[Key]) -> dict[Key, Write]:
    counts: dict[str, Counter[str]] = {}
    for edge in edges:
        owner = dict(edge.at.parts)["user_id"]
        counts.setdefault(owner, Counter()).update(edge.steps)
    if not way.back:  # an account that was merged has no counts any more
        counts.pop(way.source, None)
    users = {user_key(user_id): by for user_id, by in counts.items() if user_key(user_id) not in gone}
    return {edge.at: edge.write() for edge in edges} | {at: _counting(at, by) for at, by in users.items()}


def _counting(at: Key, by: Mapping[str, int]) -> Write:
    changed = {name: step for name, step in by.items() if step}
    if not changed:
        return Write("ConditionCheck", at, "attribute_exists(user_id)")
    update = "ADD " + ", ".join(f"{name} :{name}" for name in changed)
    values = {f":{name}": step for name, step in changed.items()}
    return Write("Update", at, "attribute_exists(user_id)", update, values=values)
