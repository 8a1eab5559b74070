"""Calls at the same moment, by real threads against a running server over stores that keep DynamoDB's promises."""

import uuid
from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest

from tests.helpers.players.client import Client, device_of
from tests.helpers.players.races import at_once, over_http
from tests.helpers.service.local_gateway import guarded_gateway
from tests.helpers.service.real_engines import running

PASSWORDS = ("a-password-of-anna", "a-password-of-bert")


@pytest.fixture(scope="module", params=["embedded", pytest.param("dynoxide", marks=pytest.mark.long)])
def server(request: pytest.FixtureRequest) -> Iterator[Client]:
    """Give a client of a running server, whose functions may do what their roles allow and nothing else."""
    with running(request.param) as endpoint, guarded_gateway(endpoint) as url:
        yield Client(over_http(url))


def fresh(kind: str) -> str:
    """Give a name that nobody has."""
    return f"{kind}-{uuid.uuid4().hex}"


@pytest.mark.parametrize("round_", [0, *(pytest.param(more, marks=pytest.mark.long) for more in (1, 2, 3))])
def test_first_sign_ins_with_one_device(server: Client, round_: int) -> None:
    """Of 50 first sign-ins with one device id all succeed, one creates, and there is one account."""
    device = fresh(f"device-{round_}")

    answers = at_once([partial(server.authenticate, "device", id=device)] * 50)

    assert Counter(answer.status for answer in answers) == {200: 50}
    assert sum(answer.body.get("created", False) for answer in answers) == 1
    assert len({answer.user_id for answer in answers}) == 1
    assert server.get_account(answers[0]).body["devices"] == [{"id": device}]


@pytest.mark.long
def test_first_sign_ins_with_two_passwords(server: Client) -> None:
    """Whoever makes the account has chosen its password; those who came with another one are refused."""
    for _ in range(3):
        address = f"{fresh('anna')}@example.com"
        calls = [partial(server.authenticate, "email", email=address, password=PASSWORDS[at % 2]) for at in range(6)]

        answers = at_once(calls)

        by_password = [{answer.status for answer in answers[at::2]} for at in range(2)]
        chosen, others = sorted(by_password, key=min)
        assert 200 in chosen
        # Who comes in the middle of the others' guesses may have to wait.
        assert chosen <= {200, 429}, [answer.error for answer in answers]
        assert others <= {401, 429}  # who loses the race tries again, which counts as another guess
        assert sum(answer.body.get("created", False) for answer in answers) == 1


@pytest.mark.long
def test_first_sign_ins_with_one_username(server: Client) -> None:
    """Of several new players who want one username one gets it, and the others have no account yet."""
    for _ in range(5):
        name, devices = fresh("name"), [fresh("device") for _ in range(6)]

        answers = at_once([partial(server.authenticate, "device", {"username": name}, id=device) for device in devices])

        assert Counter(answer.status for answer in answers) == {200: 1, 409: 5}
        refused = [device for device, answer in zip(devices, answers, strict=True) if answer.status == 409]
        assert {server.authenticate("device", {"create": "false"}, id=device).status for device in refused} == {404}


def test_unlinks_that_would_each_leave_one(server: Client) -> None:
    """Of two unlinks that would leave nothing together one is refused, and the account can still be entered."""
    for _ in range(10):
        device, custom = fresh("device"), fresh("custom")
        session = server.authenticate("device", id=device)
        server.link(session, "custom", id=custom)

        answers = at_once(
            [partial(server.unlink, session, "custom", id=custom), partial(server.unlink, session, "device", id=device)]
        )

        assert sorted(answer.status for answer in answers) == [200, 403]
        left = [
            server.authenticate("device", {"create": "false"}, id=device).status,
            server.authenticate("custom", {"create": "false"}, id=custom).status,
        ]
        assert sorted(left) == [200, 404]


def test_links_of_one_identity_by_two(server: Client) -> None:
    """Of two users who link one identity one gets it, and it signs in to that account."""
    for _ in range(10):
        custom = fresh("custom")
        users = [server.sign_in(fresh("user")) for _ in range(2)]

        answers = at_once([partial(server.link, user, "custom", id=custom) for user in users])

        assert sorted(answer.status for answer in answers) == [200, 409]
        [winner] = [user for user, answer in zip(users, answers, strict=True) if answer.status == 200]
        assert server.authenticate("custom", id=custom).user_id == winner.user_id


@pytest.mark.long
def test_link_and_first_sign_in(server: Client) -> None:
    """An identity that is linked and signs in for the first time at once belongs to one account."""
    for _ in range(10):
        custom, session = fresh("custom"), server.sign_in(fresh("user"))

        linked, created = at_once(
            [partial(server.link, session, "custom", id=custom), partial(server.authenticate, "custom", id=custom)]
        )

        assert created.status == 200
        assert linked.status == (409 if created.body.get("created") else 200)
        assert (created.user_id == session.user_id) is (linked.status == 200)


@pytest.mark.long
def test_refreshes_of_one_token(server: Client) -> None:
    """20 parallel refreshes of one token give one successor, which is good."""
    for _ in range(3):
        session = server.sign_in(fresh("user"))

        answers = at_once([partial(server.refresh, session.refresh_token, vars={"n": str(n)}) for n in range(20)])

        assert Counter(answer.status for answer in answers) == {200: 20}
        assert len({(answer.token, answer.refresh_token) for answer in answers}) == 1
        assert server.get_account(answers[0]).status == server.refresh(answers[0].refresh_token).status == 200


@pytest.mark.long
def test_refresh_and_logout(server: Client) -> None:
    """When a logout has been answered no token works, not one that a refresh gave at the same moment either."""
    for _ in range(10):
        session = server.sign_in(fresh("user"))

        calls = [partial(server.logout, session), *[partial(server.refresh, session.refresh_token)] * 3]
        ended, *refreshed = at_once(calls)

        assert ended.status == 200
        for given in [session, *(answer for answer in refreshed if answer.status == 200)]:
            assert (server.get_account(given).status, server.refresh(given.refresh_token).status) == (401, 401)


@pytest.mark.long
def test_renames_to_one_username(server: Client) -> None:
    """Of ten users who want one username one gets it, and the others keep theirs."""
    wanted, names = fresh("wanted"), [fresh("user") for _ in range(10)]
    users = [server.sign_in(name) for name in names]

    answers = at_once([partial(server.update_account, user, username=wanted) for user in users])

    assert Counter(answer.status for answer in answers) == {200: 1, 409: 9}
    after = [server.get_account(user).body["user"]["username"] for user in users]
    expected = [wanted if answer.status == 200 else name for name, answer in zip(names, answers, strict=True)]
    assert after == expected


@pytest.mark.long
def test_renames_of_one_account(server: Client) -> None:
    """Renames of an account and a link to it, all at once, succeed: it has one of the names, the others are free."""
    for _ in range(4):
        session, wanted, custom = server.sign_in(fresh("user")), [fresh("name") for _ in range(5)], fresh("custom")

        answers = at_once(
            [
                *(partial(server.update_account, session, username=name) for name in wanted),
                partial(server.link, session, "custom", id=custom),
            ]
        )

        assert Counter(answer.status for answer in answers) == {200: 6}
        account = server.get_account(session).body
        assert (account["user"]["username"] in wanted, account["custom_id"]) == (True, custom)
        found = server.get_users(session, usernames=wanted).body["users"]
        assert [user["username"] for user in found] == [account["user"]["username"]]


@pytest.mark.long
def test_deletion_and_link(server: Client) -> None:
    """An identity that is linked while its account is deleted is free afterwards, whichever was first."""
    for _ in range(10):
        name, custom = fresh("user"), fresh("custom")
        session = server.sign_in(name)

        deleted, linked = at_once(
            [partial(server.delete_account, session), partial(server.link, session, "custom", id=custom)]
        )

        assert (deleted.status, linked.status) in {(200, 200), (200, 404)}
        assert server.get_account(session).status == 404
        assert server.authenticate("custom", {"create": "false"}, id=custom).status == 404
        assert server.authenticate("device", {"create": "false"}, id=device_of(name)).status == 404
