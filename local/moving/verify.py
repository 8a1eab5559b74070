"""Comparing both sides after an import: each player there is here, with the same names, identities and password."""

from collections.abc import Iterable, Iterator, Sequence

from local.moving.players import Player
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item
from symbolon.identities.users import identity_key, user_key, username_key


def differences(batches: Iterable[Sequence[Player]]) -> Iterator[str]:
    """Give a line for each player who is not here as the source has it; what changed here since shows too."""
    for players in batches:
        here = dynamodb.batch_get(user_key(player.user_id) for player in players)
        for player in players:
            item = here.get(user_key(player.user_id))
            different = _different(player, item) if item else ["is not here"]
            if different:
                yield f"  {player.user_id}  {', '.join(different)}"


def _different(player: Player, item: Item) -> list[str]:
    expected = {**player.attributes, "username": player.username, "links": dict(player.links)}
    found = [f"{name} differs" for name, value in expected.items() if item.get(name) != value]
    identities = [f"{place.partition('#')[0]}#{subject}" for place, subject in item["links"].items()]
    names = [username_key(item["username"]), *map(identity_key, identities)]
    owners = dynamodb.batch_get(names)
    strangers = [at for at in names if owners.get(at, {}).get("user_id") != player.user_id]
    return found + ["a name is not its own"] * bool(strangers)
