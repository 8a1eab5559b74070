"""Partners' servers in a hurry, over HTTP on the embedded store."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.helpers.players.partner_command import Done
from tests.helpers.players.partner_server import PartnerServer, over_http, session_of
from tests.helpers.service.local_gateway import start

pytestmark = pytest.mark.long

USERS = 300
THREADS = 32
AT_ONCE = 50


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PartnerServer]:
    """Give the server of a partner of a development server with an empty store."""
    folder = tmp_path_factory.mktemp("races")
    started = start(folder)
    send = over_http(started.wait_for_url())
    yield PartnerServer(send, Done.by("add", "Racer", STATE_DIR=str(folder / "state")).keys)
    started.end()


def test_hundreds_of_users_are_hundreds_of_accounts(server: PartnerServer) -> None:
    """Three hundred users whose sessions start side by side are as many new accounts, and nobody is refused."""
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(server.start, [f"user-{number}" for number in range(USERS)]))

    assert [answer.error for answer in answers if answer.status != 200] == []
    assert all(answer.body["is_new_user"] for answer in answers)
    assert len({session_of(answer).user_id for answer in answers}) == USERS


def test_one_user_at_once_is_one_account(server: PartnerServer) -> None:
    """Of fifty first sessions of one user, each with another profile, all succeed and one makes the account."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda level: server.start("one-user", level=level), range(1, AT_ONCE + 1)))

    assert [answer.error for answer in answers if answer.status != 200] == []
    assert len({session_of(answer).user_id for answer in answers}) == 1
    assert sum(answer.body["is_new_user"] for answer in answers) == 1
