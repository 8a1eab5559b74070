"""Changes of friendships at the same moment, from many threads: edges and counts agree afterwards, whoever won."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

from symbolon.aws import signed
from symbolon.friends import importing
from symbolon.friends.edges import Wish
from symbolon.settings.limits import Limits
from tests.helpers.players.client import Client
from tests.helpers.players.friends import Player, check
from tests.helpers.service.real_engines import REAL_ENGINES
from tests.helpers.service.store import Store

pytestmark = REAL_ENGINES
FRIEND, _SENT, _RECEIVED, BLOCKED = range(4)
TIMES = 10


def at_once(actions: Sequence[Callable[[], object]]) -> None:
    """Start all actions at the same moment and wait for them. Raises what one of them raised."""
    barrier = Barrier(len(actions))

    def start(action: Callable[[], object]) -> None:
        barrier.wait()
        action()
        for host in list(signed._connections._open):  # noqa: SLF001 (those of a thread that ends)
            signed._connections.close(host)  # noqa: SLF001

    with ThreadPoolExecutor(len(actions)) as pool:
        list(pool.map(start, actions))


def players(client: Client, number: int) -> list[Player]:
    """Sign in so many players."""
    return [Player.new(client, f"player-{index:02}") for index in range(number)]


def test_mutual_invites(client: Client, store: Store) -> None:
    """Two who invite each other at the same moment, twice each, are friends, once."""
    anna, bert = players(client, 2)

    for _ in range(2 * TIMES):
        at_once([partial(anna.add, bert), partial(bert.add, anna)] * 2)

        assert (anna.states, bert.states) == ({bert.name: FRIEND}, {anna.name: FRIEND})
        check(store)
        anna.delete(bert)


def test_accept_against_block(client: Client, store: Store) -> None:
    """Of an acceptance and a block at the same moment the block stays, and nobody has a friend."""
    anna, bert = players(client, 2)

    for _ in range(TIMES):
        anna.add(bert)
        at_once([partial(bert.add, anna), partial(anna.block, bert)])

        assert (anna.states, bert.states) == ({bert.name: BLOCKED}, {})
        check(store)
        anna.delete(bert)


def test_accept_against_removal(client: Client, store: Store) -> None:
    """An acceptance and a withdrawal at the same moment leave nothing, or the invite that the acceptance then is."""
    anna, bert = players(client, 2)

    for _ in range(TIMES):
        anna.add(bert)
        at_once([partial(bert.add, anna), partial(anna.delete, bert)])

        assert anna.states.get(bert.name) != FRIEND
        check(store)
        anna.delete(bert)


def wish(player: Player, provider: str) -> Wish:
    """Give the wish of a player who has friends at a provider."""
    return importing.wish(player.user_id, provider, Limits())


def test_imports_of_a_whole_circle(client: Client, store: Store) -> None:
    """Eight players who all import each other at the same moment, each twice, are all friends of each other."""
    circle = players(client, 8)
    for player in circle:
        store.put_identity(f"steam#{player.name}", player.user_id)
    names = [player.name for player in circle]

    at_once([partial(importing.make_friends, wish(player, "steam"), "steam", names) for player in circle * 2])

    assert all(player.edge_count == 7 for player in circle)
    assert len(store.rows("FriendsTable")) == 8 * 7
    check(store)


def test_import_against_everything(client: Client, store: Store) -> None:
    """An import while others block, remove and invite leaves counts that are right."""
    anna, *others = players(client, 13)
    for player in others:
        store.put_identity(f"facebook#{player.name}", player.user_id)
    names = [player.name for player in others]
    blocking, removing, inviting = others[:4], others[4:8], others[8:]

    at_once(
        [
            partial(importing.make_friends, wish(anna, "facebook"), "facebook", names, reset=True),
            *(partial(player.block, anna) for player in blocking),
            *(partial(player.delete, anna) for player in removing),
            *(partial(player.add, anna) for player in inviting),
        ]
    )

    assert not anna.states.keys() & {player.name for player in blocking}
    assert {player.name: FRIEND for player in inviting}.items() <= anna.states.items()
    check(store)


def test_deletion_against_invites(client: Client, store: Store) -> None:
    """An account that is deleted while others invite, accept and block it leaves no friend and no count behind."""
    others = players(client, 6)

    for number in range(TIMES):
        gone = Player.new(client, f"gone-{number}")
        gone.add(*others[:2])
        gone.befriend(*others[2:4])

        at_once([gone.delete_account, *(partial(player.add, gone) for player in others)])

        assert [row for row in store.rows("FriendsTable") if gone.user_id in (row["user_id"], row["friend_id"])] == []
        check(store)


def test_many_who_invite_one(client: Client, store: Store) -> None:
    """A player whom many invite at the same moment gets every invite, and accepting all at once makes all friends."""
    star, *fans = players(client, 21)

    at_once([partial(fan.add, star) for fan in fans])
    star.add(*fans)

    assert star.edge_count == 20
    check(store)
