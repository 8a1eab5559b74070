"""A stack that is deleted and comes back, goes back in time, and is removed: what is in docs/lost.md.

The same players have the same sessions, under the same server key.

The way is that of `make recover`. MiniStack imports tables and no secrets, and gives a new secret the name of the old:
here the new stack's secrets get the values of the old ones, of which AWS would import the secrets themselves.
"""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3

from local.errors import SmokeError, TrialError
from local.stacks.asking import wait_for
from local.stacks.copies import make_copies
from local.stacks.deploying import tidy_up
from local.stacks.kept import SECRET, TABLE, Known, find_stack
from local.stacks.recover import recover
from local.stacks.removing import Clients, remove_all
from local.stacks.restore import Restoration, restore
from local.trial.deployed_settings import put_values
from local.trial.deployment import BUCKET, STACK, deploy_built
from local.trial.endings.own import have_own
from local.trial.front import front
from local.trial.service import Service, basic, bearer

_SECONDS = 120
_CREDENTIALS: Mapping[str, Mapping[str, str]] = {
    "device": {"id": "comeback-device-0001"},
    "custom": {"id": "comeback-custom-0001"},
    "email": {"email": "comeback@example.com", "password": "not a usual one 81"},
}


@dataclass(frozen=True)
class Player:
    """One who signed in before: how, with which session, as which user."""

    provider: str
    session: Mapping[str, str]
    user_id: str


def meet(service: Service) -> list[Player]:
    """Let players sign up, and become friends. Raises SmokeError."""
    players = [_signed_in(service, provider) for provider in ("device", "email")]
    first, second = players
    for one, other in ((first, second), (second, first)):
        service.call(f"POST /v2/friend?ids={other.user_id}", 200, shown=bearer(one.session["token"]))
    return players


def come_back(players: list[Player], folder: Path, endpoint: str, server_key: str) -> None:
    """Delete the stack, bring it back, and let the players go on. Raises StackError, TrialError, SmokeError."""
    clouds = boto3.client("cloudformation")
    clouds.delete_stack(StackName=STACK)
    wait_for(lambda: not find_stack(clouds, STACK).lives, "Deleting the stack", _SECONDS)
    print("ok      the stack is deleted", flush=True)
    former = find_stack(clouds, STACK)
    values = _values(former)
    recover(clouds, STACK, former, kinds=(TABLE,))
    print(f"ok      {len(former.of_kind(TABLE))} tables are imported into a new stack", flush=True)
    deployment = deploy_built(folder)
    if deployment.server_key != server_key:
        raise TrialError("FAILED  the server key is another one")
    put_values({one.physical_id: values[one.logical_id] for one in find_stack(clouds, STACK).of_kind(SECRET)})
    with front(endpoint, deployment.host) as url:
        go_on(Service(url, basic(server_key)), players)
        print("ok      the same players are back, with their sessions, friends and server key", flush=True)
        _undo(Service(url, basic(server_key)), players[0])
        have_own(Service(url, basic(server_key)), folder)
    remove_everything()
    fail_first(folder)


def _undo(service: Service, player: Player) -> None:
    """Take back what a player did after a second. Raises StackError, SmokeError.

    MiniStack's copies are of now, whatever second they are asked for: here they are made before the player does it.
    """
    clients = Clients.made()
    tables = [one.physical_id for one in find_stack(clients.clouds, STACK).of_kind(TABLE)]
    for table in tables:  # which MiniStack's CloudFormation leaves without the backups that the template asks for
        backups = {"PointInTimeRecoveryEnabled": True}
        clients.tables.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification=backups)
    time.sleep(1.1)  # a second must begin in which all of them have backups
    at = datetime.now(UTC).replace(microsecond=0)
    make_copies(clients.tables, tables, at)
    session = _signed_in(service, player.provider).session
    service.call("PUT /v2/account", 200, {"display_name": "a mistake"}, shown=bearer(session["token"]))
    _signed_in(service, "custom")
    os.environ["YES"] = "1"  # nobody is here to be asked
    restore(Restoration(clients, STACK, at, closed_seconds=1.0))
    account = service.call("GET /v2/account", 200, shown=bearer(session["token"]))
    if account["user"].get("display_name"):
        raise SmokeError("FAILED  a restore left what was done after it")
    service.call("POST /v2/account/authenticate/custom?create=false", 404, _CREDENTIALS["custom"])
    print("ok      all tables are as they were before a mistake", flush=True)


def remove_everything() -> None:
    """Remove the stack with all that outlives it, and see that nothing is left. Raises StackError, TrialError."""
    clients = Clients.made()
    remove_all(clients, STACK, find_stack(clients.clouds, STACK), never_used=True)
    _see_nothing(clients, "a stack that was removed")


def _see_nothing(clients: Clients, of_what: str) -> None:
    left = [*clients.tables.list_tables()["TableNames"], *clients.secrets.list_secrets()["SecretList"]]
    if left:
        raise TrialError(f"FAILED  {of_what} left {left}")
    print(f"ok      nothing is left of {of_what}", flush=True)


def fail_first(folder: Path) -> None:
    """Let a first deployment fail for want of its artifacts, and see that nothing is left. Raises TrialError."""
    bucket = boto3.resource("s3").Bucket(BUCKET)
    bucket.objects.all().delete()
    try:
        deploy_built(folder, "DeletionProtection=true Rollout=AllAtOnce")
    except TrialError:
        clients = Clients.made()
        tidy_up(clients, STACK)
        _see_nothing(clients, "a first deployment that failed")
    else:
        raise TrialError("FAILED  a stack was deployed without its artifacts")


def _values(known: Known) -> dict[str, str]:
    ask = boto3.client("secretsmanager").get_secret_value
    return {one.logical_id: ask(SecretId=one.physical_id)["SecretString"] for one in known.of_kind(SECRET)}


def go_on(service: Service, players: list[Player]) -> None:
    """Use each session, refresh it, and sign in again. Raises SmokeError."""
    for player in players:
        account = service.call("GET /v2/account", 200, shown=bearer(player.session["token"]))
        refreshed = service.call("POST /v2/account/session/refresh", 200, {"token": player.session["refresh_token"]})
        friends = service.call("GET /v2/friend", 200, shown=bearer(refreshed["token"]))
        again = _signed_in(service, player.provider, create="false")
        if {account["user"]["id"], again.user_id} != {player.user_id} or len(friends["friends"]) != 1:
            raise SmokeError(f"FAILED  the player of {player.provider} is not who came before")


def _signed_in(service: Service, provider: str, create: str = "true") -> Player:
    route = f"POST /v2/account/authenticate/{provider}?create={create}"
    session: dict[str, Any] = service.call(route, 200, _CREDENTIALS[provider])
    account = service.call("GET /v2/account", 200, shown=bearer(session["token"]))
    return Player(provider, session, account["user"]["id"])
