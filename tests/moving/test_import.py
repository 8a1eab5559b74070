"""`make import`: a Nakama's players come with all by which they are known, once, and beside players who are here."""

from pathlib import Path

import pytest

from local.errors import StartError
from local.moving.bring import Import, Options
from local.moving.nakama import NOBODY, Folder
from local.moving.report import Report
from local.moving.target import Target
from symbolon.identities.passwords import Password
from tests.helpers.players.client import Client
from tests.helpers.service.aws import Aws
from tests.helpers.service.nakama_export import BCRYPT, device, edge, id_of, password, user, write
from tests.helpers.service.store import Store

OPTIONS = Options(workers=1, units_per_second=0, dry_run=False, verify=False, report=Path("report"))


def import_of(folder: Path) -> Import:
    """Give an import of the folder, with one worker: tables in memory know no threads."""
    return Import(Folder(folder), OPTIONS, Target("the tests"))


def brought(folder: Path) -> Report:
    """Import the folder."""
    return import_of(folder).bring()


def reasons(report: Report) -> list[str]:
    """Give what a report names."""
    return [line["why"] for line in report.lines]


@pytest.fixture
def anna(tmp_path: Path) -> Path:
    """Give an export with a player who has one of everything."""
    names = {"custom_id": "custom-of-anna", "apple_id": "000.anna", "facebook_id": "11", "google_id": "22"}
    names |= {"gamecenter_id": "T:33", "steam_id": "44", "facebook_instant_game_id": "55"}
    profile = {"display_name": "Ännä", "avatar_url": "https://example.com/a", "location": "Köln", "timezone": "UTC"}
    row = user("anna", email="Anna@Example.com", password=password(BCRYPT), lang_tag="de", metadata='{"a": 1}', **names)
    return write(tmp_path, [row | profile], [device("device-of-anna", "anna"), device("second-of-anna", "anna")])


def test_player_with_everything(anna: Path, client: Client) -> None:
    """A player keeps its id, names, times, metadata and every identity, and signs in with its device."""
    brought(anna)

    session = client.authenticate("device", {"create": "false"}, id="second-of-anna")
    account = client.get_account(session).body
    assert session.user_id == id_of("anna")
    assert account["user"] == {
        "id": id_of("anna"),
        "username": "anna",
        "display_name": "Ännä",
        "avatar_url": "https://example.com/a",
        "lang_tag": "de",
        "location": "Köln",
        "timezone": "UTC",
        "metadata": '{"a": 1}',
        "create_time": "2024-02-29T23:30:00Z",
        "update_time": "2026-01-01T21:34:05Z",
        "apple_id": "000.anna",
        "facebook_id": "11",
        "google_id": "22",
        "gamecenter_id": "T:33",
        "steam_id": "44",
        "facebook_instant_game_id": "55",
    }
    assert (account["email"], account["custom_id"]) == ("anna@example.com", "custom-of-anna")
    assert account["devices"] == [{"id": "device-of-anna"}, {"id": "second-of-anna"}]


def test_identities_have_one_owner(anna: Path, store: Store) -> None:
    """Each identity and the username has its item, and the audit of both sides finds nothing."""
    brought(anna)

    identities = {row["identity"] for row in store.rows("IdentitiesTable")}
    assert {"email#anna@example.com", "device#device-of-anna", "custom#custom-of-anna", "steam#44"} < identities
    assert len(identities) == 10
    assert [row["username"] for row in store.rows("UsernamesTable")] == ["anna"]
    assert import_of(anna).verify() == []


def test_twice_is_as_once(anna: Path, store: Store, client: Client, aws: Aws) -> None:
    """A second run leaves players as they are by now, and writes nothing."""
    brought(anna)
    session = client.authenticate("device", id="device-of-anna")
    client.update_account(session, username="annabel")
    rows = store.rows("UsersTable")
    aws.asked.clear()

    report = brought(anna)

    assert report.players("came") == "players      0 came, 1 are here already, 0 cannot come"
    assert store.rows("UsersTable") == rows
    assert {asked.operation for asked in aws.asked} == {"BatchGetItem"}


def test_look_writes_nothing(anna: Path, store: Store) -> None:
    """The look before tells who comes and leaves no trace."""
    report = import_of(anna).look()

    assert report.players("come") == "players      1 come, 0 are here already, 0 cannot come"
    assert store.rows("UsersTable") == store.rows("IdentitiesTable") == store.rows("UsernamesTable") == []


def test_somebody_elses_identity(tmp_path: Path, client: Client) -> None:
    """An identity of somebody who is here stays theirs; the player comes with its others, or not at all."""
    client.authenticate("device", id="taken-device-1")
    client.authenticate("custom", {"username": "berta"}, id="taken-custom")
    users = [
        user("anna", steam_id="1"),
        user("berta", custom_id="taken-custom"),
        user("berta2", custom_id="free-custom"),
    ]
    folder = write(tmp_path, users, [device("taken-device-1", "anna")])

    looked, report = import_of(folder).look(), brought(folder)

    assert looked.counts == report.counts
    assert report.players("came") == "players      2 came, 0 are here already, 1 cannot come"
    assert sorted(reasons(report)) == [
        "all of its identities are other accounts' here",
        "its device identity, another account's here",
    ]
    assert client.authenticate("device", id="taken-device-1").user_id != id_of("anna")


def test_username_in_use(tmp_path: Path, client: Client) -> None:
    """A player whose name is somebody's here gets another one, and the report says which."""
    client.sign_in("anna")
    folder = write(tmp_path, [user("anna", custom_id="custom-of-anna")])

    [line] = brought(folder).lines

    name = client.authenticate("custom", id="custom-of-anna").claims["usn"]
    assert name != "anna"
    assert line["why"] == f"its username, another account's here: it is called {name} now"


def test_names_that_become_one(tmp_path: Path, store: Store) -> None:
    """Two names that differ in composition alone, or two addresses in case, are one here: the second player notices."""
    first = user("anna", email="anna@example.com", password=password(BCRYPT), custom_id="custom-1")
    second = user("berta", email="ANNA@example.com", password=password(BCRYPT), custom_id="custom-2")
    users = [first | {"username": "Zoe\u0308"}, second | {"username": "Zoë"}]

    report = brought(write(tmp_path, users))

    assert len(report.lines) == 2
    assert {row["user_id"] for row in store.rows("UsersTable")} == {id_of("anna"), id_of("berta")}
    assert [row.get("password_hash") for row in store.rows("UsersTable")].count(BCRYPT) == 1


def test_friends(tmp_path: Path, client: Client, store: Store) -> None:
    """Friends, invites and blocks come with their metadata, and friends are counted on both sides."""
    names = ("anna", "berta", "carla", "dora")
    edges = [edge("anna", "berta", 0, '{"met": "here"}'), edge("berta", "anna", 0), edge("anna", "carla", 1)]
    edges += [edge("carla", "anna", 2), edge("dora", "anna", 3)]
    folder = write(tmp_path, [user(name, custom_id=f"custom-of-{name}") for name in names], edges=edges)

    first, again = brought(folder), brought(folder)

    session = client.authenticate("custom", id="custom-of-anna")
    friends = client.call("GET /v2/friend", headers={"authorization": f"Bearer {session.token}"}).body["friends"]
    assert {(friend["user"]["username"], friend.get("state", 0)) for friend in friends} == {("berta", 0), ("carla", 1)}
    assert client.get_account(session).body["user"]["edge_count"] == 1
    assert {row["friend_id"] for row in store.rows("FriendsTable") if row["user_id"] == id_of("dora")} == {
        id_of("anna")
    }
    assert first.friendships() == "friendships  3 came, 0 were here already, 0 stay behind"
    assert again.friendships() == "friendships  0 came, 3 were here already, 0 stay behind"


def test_friends_who_cannot_be(tmp_path: Path, store: Store) -> None:
    """Halves of friendships, and friendships with nobody, stay behind and are counted."""
    edges = [edge("anna", "berta", 0), edge("anna", "gone", 0), edge("gone", "anna", 0), edge("anna", "anna", 0)]
    folder = write(tmp_path, [user(name, custom_id=f"custom-of-{name}") for name in ("anna", "berta")], edges=edges)

    report = brought(folder)

    assert report.friendships() == "friendships  0 came, 0 were here already, 2 stay behind"
    assert store.rows("FriendsTable") == []


def test_bans_come(tmp_path: Path, client: Client) -> None:
    """Who was banned stays banned."""
    folder = write(tmp_path, [user("anna", custom_id="custom-of-anna", disable_time="2026-11-26 11:59:45.99+00")])

    brought(folder)

    assert client.authenticate("custom", id="custom-of-anna").error[:2] == (403, 7)


def test_address_of_a_provider(tmp_path: Path, client: Client) -> None:
    """An address without a password is shown, but is no login and is nobody's alone."""
    users = [user(name, email="both@example.com", custom_id=f"custom-of-{name}") for name in ("anna", "berta")]

    report = brought(write(tmp_path, users))

    session = client.authenticate("custom", id="custom-of-berta")
    assert client.get_account(session).body["email"] == "both@example.com"
    assert (
        client.authenticate("email", {"create": "false"}, email="both@example.com", password="password").status == 404
    )
    assert report.lines == []


def test_who_cannot_come(tmp_path: Path, store: Store) -> None:
    """Who has no id, no time or nothing to sign in with stays behind with a reason; Nakama's system user is nobody."""
    users = [
        user("a", custom_id="custom-1") | {"id": "17"},
        user("b"),
        user("c", custom_id="custom-2", create_time="soon"),
        user("d", custom_id="custom-3", create_time="9999-12-31 23:59:59-12"),
        user("e", custom_id="custom-4", username=""),
        user("f", custom_id="custom-5", username="x" * 3000),
        user("g", custom_id="x" * 3000),
    ]

    report = brought(write(tmp_path, [*users, user("", custom_id="x") | {"id": NOBODY}]))

    assert reasons(report) == [
        "its id is no UUID",
        "it has nothing to sign in with",
        "one of its times cannot be read",
        "one of its times cannot be read",
        "its username is empty, or too long for a Nakama",
        "its username is empty, or too long for a Nakama",
        "it has nothing to sign in with",
    ]
    assert store.rows("UsersTable") == []


@pytest.mark.usefixtures("store")
def test_what_stays_behind(tmp_path: Path) -> None:
    """Wallets, devices beyond the limit, and ids and fields that are too long are named."""
    row = user(
        "anna", custom_id="custom-1", steam_id="7" * 3000, wallet='{"coins": 5}', display_name="x" * 256, metadata="[]"
    )
    devices = [device(f"device-number-{number}", "anna") for number in range(64)]

    report = brought(write(tmp_path, [row], devices))

    assert reasons(report) == [
        "its steam_id is empty or too long",
        "1 of its 64 devices: an account has at most 64 identities",
        "its display_name is too long",
        "its metadata is no JSON object of at most 65536 bytes",
        "its wallet stays behind",
    ]


def test_verify_tells_differences(anna: Path, client: Client) -> None:
    """The comparison names who is missing and what has changed."""
    missing = import_of(anna).verify()
    brought(anna)
    client.update_account(client.authenticate("device", id="device-of-anna"), display_name="Anna")

    changed = import_of(anna).verify()

    assert missing == [f"  {id_of('anna')}  is not here"]
    assert changed == [f"  {id_of('anna')}  display_name differs, update_time differs"]


def test_old_passwords(tmp_path: Path, client: Client) -> None:
    """An exported hash of this service's own kind signs in as before, too."""
    hashed = Password("a long password").hash()
    folder = write(tmp_path, [user("anna", email="anna@example.com", password=password(hashed))])

    brought(folder)

    session = client.authenticate("email", email="anna@example.com", password="a long password")
    assert session.user_id == id_of("anna")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "The table users has no column create_time"),
        ("id,username\n", "The table users has no column create_time"),
        (
            "id,username,email,password,create_time,update_time,disable_time\nx\n",
            "Line 2 of the table users has not as",
        ),
        (
            'id,username,email,password,create_time,update_time,disable_time\n"x"y,"\n',
            "of the table users is not CSV",
        ),
        (b"\xff", "users.csv cannot be read: it is not UTF-8."),
    ],
)
def test_files_that_are_none(tmp_path: Path, store: Store, text: str | bytes, complaint: str) -> None:
    """A file that is no export is refused with the place in it, and nothing is written."""
    folder = write(tmp_path, [])
    (folder / "users.csv").write_bytes(text.encode() if isinstance(text, str) else text)

    with pytest.raises(StartError, match=complaint):
        brought(folder)

    assert store.rows("UsersTable") == []
