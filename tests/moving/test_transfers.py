"""`make transfer`: after a game has moved to another developer team, Apple's players keep their accounts."""

import csv
from pathlib import Path

import pytest

from local.errors import StartError
from local.moving import transfers
from symbolon.identities.transfers import KEPT_SECONDS
from tests.helpers.players.client import Answer, Client
from tests.helpers.providers.id_tokens import APPLE_ID
from tests.helpers.providers.internet import Internet
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock
from tests.helpers.service.store import Store


@pytest.fixture(autouse=True)
def _apple(internet: Internet) -> None:
    APPLE_ID.publish(internet)


def sign_in(client: Client, subject: str, transfer_sub: object = None, **query: str) -> Answer:
    """Sign in as the user whom Apple knows by that subject, and by that transfer id."""
    return client.authenticate("apple", query, token=token(subject, transfer_sub))


def token(subject: str, transfer_sub: object = None) -> str:
    """Give Apple's token for the user."""
    return APPLE_ID.token({"sub": subject, "transfer_sub": transfer_sub})


def note(folder: Path, *rows: tuple[str, str]) -> tuple[int, int]:
    """Note these pairs of subjects and transfer ids, by way of a file."""
    path = folder / "transfers.csv"
    lines = ["sub,transfer_sub", *(",".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    return transfers.note_transfers(path)


def test_first_sign_in_moves_the_identity(client: Client, store: Store, tmp_path: Path) -> None:
    """Who comes with a new subject and a noted transfer id keeps the account, which has that subject from then on."""
    before = sign_in(client, "of-the-old-team")
    assert note(tmp_path, ("of-the-old-team", "transfer-1")) == (1, 0)

    moved = sign_in(client, "of-the-new-team", "transfer-1", create="false")
    later = sign_in(client, "of-the-new-team", create="false")

    assert before.user_id == moved.user_id == later.user_id
    assert store.owners() == {"apple#of-the-new-team": before.user_id}
    assert sign_in(client, "of-the-old-team", create="false").status == 404


def test_transfer_that_nobody_has_noted(client: Client) -> None:
    """Without a note the user is a new one, whatever the token says of a transfer."""
    sign_in(client, "of-the-old-team")

    assert sign_in(client, "of-the-new-team", "transfer-1").body["created"] is True


@pytest.mark.parametrize("transfer_sub", ["", 7, ["transfer-1"], "transfer-2", "\ud800", "x" * 3000])
def test_transfer_id_that_is_another(client: Client, tmp_path: Path, transfer_sub: object) -> None:
    """What is no transfer id, or another one, leads nowhere."""
    sign_in(client, "of-the-old-team")
    note(tmp_path, ("of-the-old-team", "transfer-1"))

    assert sign_in(client, "of-the-new-team", transfer_sub).body["created"] is True


def test_identity_that_was_given_up_meanwhile(client: Client, tmp_path: Path) -> None:
    """A transfer leads to the link as it is now: to nobody, when it was unlinked or its account deleted."""
    first, second = sign_in(client, "first"), sign_in(client, "second")
    note(tmp_path, ("first", "transfer-1"), ("second", "transfer-2"))
    client.link(first, "custom", id="custom-id-of-first")
    client.unlink(first, "apple")
    client.delete_account(second)

    assert sign_in(client, "first-anew", "transfer-1").body["created"] is True
    assert sign_in(client, "second-anew", "transfer-2").body["created"] is True


def test_identity_that_another_account_got_meanwhile(client: Client, tmp_path: Path) -> None:
    """Who signed in before the transfer ids were noted keeps the account that this made."""
    sign_in(client, "of-the-old-team")
    early = sign_in(client, "of-the-new-team", "transfer-1")
    note(tmp_path, ("of-the-old-team", "transfer-1"))

    assert sign_in(client, "of-the-new-team", "transfer-1").user_id == early.user_id


def test_link_after_the_transfer(client: Client, tmp_path: Path) -> None:
    """Before the first sign-in the new subject is as much in use as the old one: nobody else can link it."""
    owner = sign_in(client, "of-the-old-team")
    note(tmp_path, ("of-the-old-team", "transfer-1"))
    guest, credential = client.sign_in("guest"), {"token": token("of-the-new-team", "transfer-1")}

    assert client.link(guest, "apple", **credential).error == (409, 6, "Apple ID is already in use.")
    assert client.link(owner, "apple", **credential).status == 200
    assert client.authenticate("apple", **credential).user_id == owner.user_id


def test_two_who_come_at_once(client: Client, tmp_path: Path, aws: Aws, store: Store) -> None:
    """Of two first sign-ins after the transfer both lead to the account, and the identity moves once."""
    before = sign_in(client, "of-the-old-team")
    note(tmp_path, ("of-the-old-team", "transfer-1"))
    answers = []
    aws.overtake("TransactWriteItems", lambda: answers.append(sign_in(client, "of-the-new-team", "transfer-1")))

    answers.append(sign_in(client, "of-the-new-team", "transfer-1"))

    assert [answer.user_id for answer in answers] == [before.user_id] * 2
    assert store.owners() == {"apple#of-the-new-team": before.user_id}


def test_sign_ins_cost_nothing_more(client: Client, aws: Aws, tmp_path: Path) -> None:
    """The notes are looked into for users who are new and bring a transfer id, and for nobody else."""
    sign_in(client, "known")
    note(tmp_path, ("known", "transfer-1"))
    aws.asked.clear()

    sign_in(client, "known", "transfer-1")
    sign_in(client, "new")

    tables = [asked.content.get("TableName", "") for asked in aws.asked]
    assert not any(table.endswith("TransfersTable") for table in tables)


def test_notes_are_forgotten(client: Client, store: Store, clock: Clock, tmp_path: Path) -> None:
    """After half a year a note leads nowhere, whether DynamoDB has deleted it or not."""
    sign_in(client, "of-the-old-team")
    note(tmp_path, ("of-the-old-team", "transfer-1"))
    token = APPLE_ID.token({"sub": "of-the-new-team", "transfer_sub": "transfer-1"})
    clock.advance(-KEPT_SECONDS - 60)
    [item] = store.rows("TransfersTable")
    store.put("TransfersTable", item | {"expires_at": int(clock.now())})

    assert client.authenticate("apple", token=token).body["created"] is True


def test_subjects_of_all_players(client: Client, tmp_path: Path) -> None:
    """The list of subjects has each player of Apple's, and nobody else, for its owner alone to read."""
    for subject in ("one", "two"):
        sign_in(client, subject)
    client.sign_in("anna")

    assert transfers.write_subjects(tmp_path / "subjects.csv") == 2

    rows = list(csv.DictReader((tmp_path / "subjects.csv").read_text().splitlines()))
    assert sorted(row["sub"] for row in rows) == ["one", "two"]
    assert (tmp_path / "subjects.csv").stat().st_mode & 0o077 == 0
    with pytest.raises(StartError, match="cannot be written: File exists"):
        transfers.write_subjects(tmp_path / "subjects.csv")


def test_many_notes_and_again(client: Client, store: Store, tmp_path: Path) -> None:
    """More ids than one request takes are noted, those of players who are not here too, and twice is as once."""
    sign_in(client, "subject-7")
    rows = [(f"subject-{number}", f"transfer-{number}") for number in range(60)]

    assert note(tmp_path, *rows) == note(tmp_path, *rows) == (60, 59)
    assert len(store.rows("TransfersTable")) == 60


FILES = {
    "": "must have the columns sub and transfer_sub",
    "sub,other\n1,2\n": "must have the columns sub and transfer_sub",
    "sub,transfer_sub\none\n": "line 2: sub and transfer_sub must both be there",
    "sub,transfer_sub\none,\n": "line 2: sub and transfer_sub must both be there",
    "sub,transfer_sub\na,b\n" + "x" * 256 + ",2\n": "line 3: sub and transfer_sub must both be there, of 255 bytes",
    "sub,transfer_sub\na,b\na,c\n": "has the same sub twice",
    "sub,transfer_sub\na,b\nc,b\n": "has the same transfer_sub twice",
    'sub,transfer_sub\n"a,b\n': "cannot be read",
}


@pytest.mark.parametrize("text", FILES)
def test_file_that_is_no_list(store: Store, tmp_path: Path, text: str) -> None:
    """A file with a mistake is refused by line, before anything is noted."""
    (path := tmp_path / "transfers.csv").write_text(text)

    with pytest.raises(StartError, match=FILES[text]):
        transfers.note_transfers(path)

    assert store.rows("TransfersTable") == []


def test_file_that_is_not_there(tmp_path: Path) -> None:
    """A file that cannot be read is named."""
    with pytest.raises(StartError, match="cannot be read: No such file or directory"):
        transfers.note_transfers(tmp_path / "none.csv")
    (tmp_path / "latin.csv").write_bytes(b"sub,transfer_sub\n\xe9,1\n")
    with pytest.raises(StartError, match="cannot be read"):
        transfers.note_transfers(tmp_path / "latin.csv")


@pytest.mark.parametrize("both", [True, False])
def test_command_needs_one_of_the_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, both: bool
) -> None:
    """Whoever names no file, or two, is told what there is."""
    for name in ("FROM", "TO"):
        monkeypatch.setenv(name, "a.csv" if both else "")

    assert transfers.main() == 1
    assert "Give TO=subjects.csv" in capsys.readouterr().err
