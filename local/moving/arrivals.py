"""What becomes of players where they come to: who is here already, who comes, and what is someone else's here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from local.moving.players import Player
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, Key, TransactionRefused, Write
from symbolon.identities.links import generate_username
from symbolon.identities.usernames import username_item
from symbolon.identities.users import identity_key, timestamp, user_key, username_key
from symbolon.legacy.arrivals import CAME_AT

_MAX_READS = 100
_ATTEMPTS = 6
_FREE_OR_OURS = "attribute_not_exists(user_id) OR user_id = :owner"


@dataclass(frozen=True)
class Arrival:
    """A player as it comes; `is_here` when it came before, `why_not` when it cannot come."""

    player: Player
    is_here: bool = False
    why_not: str = ""

    @property
    def units(self) -> int:
        """The write units that bringing it takes: two for each item of a transaction."""
        return 2 * (2 + len(self.player.links))


class Arrivals:
    """Looks players up where they come to, and remembers what earlier ones of the same import take."""

    def __init__(self) -> None:
        self._taken: dict[Key, str] = {}

    def settle(self, players: Sequence[Player]) -> list[Arrival]:
        """Return what becomes of the players, by few reads; nothing is written."""
        items = _read(keys for player in players for keys in ([user_key(player.user_id)], _claims(player)))
        return [self._settled(player, items) for player in players]

    def _settled(self, player: Player, items: Mapping[Key, Item]) -> Arrival:
        if user_key(player.user_id) in items:
            return Arrival(player, is_here=True)

        def is_foreign(at: Key) -> bool:
            return self._taken.get(at, items.get(at, {}).get("user_id", player.user_id)) != player.user_id

        kept = {place: subject for place, subject in player.links.items() if not is_foreign(_key(player, place))}
        lost = player.links.keys() - kept.keys()
        losses = [f"its {place.partition('#')[0]} identity, another account's here" for place in sorted(lost)]
        username = player.username
        if not username or is_foreign(username_key(username)):
            username = generate_username()
            losses.append(f"its username, another account's here: it is called {username} now")
        if not kept:
            return Arrival(player, why_not="all of its identities are other accounts' here")
        changed = _changed(player, username, kept, losses)
        self._taken |= dict.fromkeys(_claims(changed), player.user_id)
        return Arrival(changed)


def bring(arrival: Arrival) -> Arrival:
    """Write the player's items, all or none, and return how it came; raises Unavailable when the tables do not answer.

    What others take meanwhile is settled anew, so that it is safe beside players who sign in.
    """
    for _ in range(_ATTEMPTS):
        if arrival.is_here or arrival.why_not:
            return arrival
        try:
            dynamodb.transact(_writes(arrival.player))
        except TransactionRefused:
            [arrival] = Arrivals().settle([arrival.player])
        else:
            return arrival
    return replace(arrival, why_not="others change its identities all the time: import again")


def _changed(player: Player, username: str, kept: Mapping[str, str], losses: Iterable[str]) -> Player:
    attributes = player.attributes
    if "email" in player.links and "email" not in kept:
        attributes = {name: value for name, value in attributes.items() if name != "password_hash"}
    return replace(player, username=username, links=kept, attributes=attributes, losses=(*player.losses, *losses))


def _claims(player: Player) -> list[Key]:
    """Return the keys of the items that make the player's names its own."""
    return [username_key(player.username), *(identity_key(identity) for identity in player.identities.values())]


def _key(player: Player, place: str) -> Key:
    return identity_key(player.identities[place])


def _read(groups: Iterable[Iterable[Key]]) -> dict[Key, Item]:
    wanted = list(dict.fromkeys(at for group in groups for at in group))
    found: dict[Key, Item] = {}
    for start in range(0, len(wanted), _MAX_READS):
        found |= dynamodb.batch_get(wanted[start : start + _MAX_READS])
    return found


def _writes(player: Player) -> list[Write]:
    item = {**player.attributes, "username": player.username, "links": dict(player.links), "generation": 0}
    item[CAME_AT] = timestamp()
    owner = {":owner": player.user_id}
    items = {username_key(player.username): username_item(player.username, player.user_id)}
    names = [
        Write("Put", at, _FREE_OR_OURS, values=owner, item=items.get(at, {"user_id": player.user_id}))
        for at in _claims(player)
    ]
    return [Write("Put", user_key(player.user_id), "attribute_not_exists(user_id)", item=item), *names]
