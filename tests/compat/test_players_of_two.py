"""What two versions make of the same players together: friends, deletions, races, and tables that agree in the end."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from local import ROOT
from tests.compat.conftest import Rollout
from tests.helpers.players.client import Client, bearer, device_of

pytestmark = pytest.mark.long

KEEP_NO_COUNTS = {"0.1.0"}
"""Versions that have no limits on friends and invites."""


def test_friends(pair: tuple[Client, Client], name: str) -> None:
    """Friends, invites and blocks of one version are those of the other, and either changes them."""
    writer, reader = pair
    one, two = writer.sign_in(name), writer.sign_in(f"{name}-2")

    invited = writer.call("POST /v2/friend", query={"ids": two.user_id}, headers=bearer(one))
    pending = [reader.call("GET /v2/friend", headers=bearer(player)).body["friends"][0] for player in (one, two)]
    accepted = reader.call("POST /v2/friend", query={"ids": one.user_id}, headers=bearer(two))
    friends = [writer.call("GET /v2/friend", headers=bearer(player)).body["friends"][0] for player in (one, two)]
    blocked = reader.call("POST /v2/friend/block", query={"ids": two.user_id}, headers=bearer(one))
    lists = [writer.call("GET /v2/friend", headers=bearer(player)).body.get("friends", []) for player in (one, two)]

    assert [answer.status for answer in (invited, accepted, blocked)] == [200] * 3
    assert [friend["state"] for friend in pending] == [1, 2]
    assert [friend.get("state", 0) for friend in friends] == [0, 0]
    assert [len(entries) for entries in lists] == [1, 0]


def test_deletion(pair: tuple[Client, Client], name: str) -> None:
    """An account that the other version deletes is gone with its sessions, names and identities."""
    writer, reader = pair
    session = writer.sign_in(name)
    friend = writer.sign_in(f"{name}-2")
    for answer in (session, friend):
        writer.call("POST /v2/friend", query={"ids": [session.user_id, friend.user_id]}, headers=bearer(answer))

    deleted = reader.delete_account(session)
    again = writer.sign_in(name)

    assert deleted.status == 200
    assert [writer.get_account(session).status, writer.refresh(session.refresh_token).status] == [404, 404]
    assert again.user_id != session.user_id
    assert writer.call("GET /v2/friend", headers=bearer(friend)).body.get("friends", []) == []


def test_first_sign_ins_at_once(rollout: Rollout, name: str) -> None:
    """Of first sign-ins with one device that come to both versions at the same moment, all succeed and one creates."""
    clients = [rollout.former, rollout.today] * 8
    with ThreadPoolExecutor(len(clients)) as pool:
        answers = list(pool.map(lambda client: client.authenticate("device", id=device_of(name)), clients))

    assert [answer.status for answer in answers] == [200] * len(clients)
    assert len({answer.user_id for answer in answers}) == 1
    assert sum(answer.body.get("created", False) for answer in answers) == 1


def test_tables_agree_in_the_end(rollout: Rollout, tmp_path: Path) -> None:
    """After all of it the audit finds the tables in order, once the counts that a version did not keep are mended."""

    def audited(**variables: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "DYNAMODB_ENDPOINT": rollout.engine, "STATE_DIR": str(tmp_path), **variables}
        command = [sys.executable, "-m", "local.audit"]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    if rollout.version in KEEP_NO_COUNTS:
        found = [line for line in audited(REPAIR="1").stdout.splitlines() if line.startswith("account ")]
        assert [line for line in found if "number of" not in line] == []
    done = audited()

    assert done.returncode == 0, done.stdout + done.stderr
