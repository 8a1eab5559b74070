"""Another region takes over: what is in docs/regions.md. The same players go on there, with the same sessions.

The way is that of `make standby` and `make switch`. MiniStack promotes no secret and imports none: the new stack's
secrets get the values that the copies have, of which AWS would make the stack's own. Nor does any time pass there
between a write and its copy. It tells regions apart by what a request was signed for; of a client's, the front says it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3

from local.errors import TrialError
from local.stacks.asking import wait_for
from local.stacks.away.regions import Region
from local.stacks.away.standby import end, stand_by
from local.stacks.away.switching import Switch
from local.stacks.closing import functions, reopen
from local.stacks.kept import SECRET, TABLE
from local.trial.cloud import REGION
from local.trial.deployed_settings import put_values
from local.trial.deployment import STACK, deploy_built, take_along
from local.trial.endings.comeback import Player, go_on
from local.trial.front import front
from local.trial.service import Service, basic

AWAY = "eu-west-1"
_SECONDS = 120
# Each function starts anew there, beside those of the other region, which have not all ended yet.
_PATIENCE_SECONDS = 60.0


def move_away(players: list[Player], folder: Path, endpoint: str, server_key: str) -> None:
    """Let another region take over, players go on there, and come back. Raises StackError, TrialError, SmokeError."""
    here, there = Region.named(REGION), Region.named(AWAY)
    known = stand_by(here, there, STACK)
    print(f"ok      {AWAY} has a copy of {len(known.kept)} tables and secrets", flush=True)
    ask = there.clients.secrets.get_secret_value
    values = {one.logical_id: ask(SecretId=one.physical_id)["SecretString"] for one in known.of_kind(SECRET)}
    Switch(STACK, here, there, known, closed_seconds=1.0).take_over((TABLE,))
    with _region(AWAY):
        own, bucket = take_along(folder, AWAY)
        deployment = deploy_built(own, bucket=bucket)
        made = there.stack(STACK)
        if not made or deployment.server_key != server_key:
            raise TrialError(f"FAILED  the stack in {AWAY} is not the one that was copied")
        put_values({one.physical_id: values[one.logical_id] for one in made.of_kind(SECRET)})
        with front(endpoint, deployment.host, region=AWAY) as url:
            go_on(Service(url, basic(server_key), _PATIENCE_SECONDS), players)
    if here.answers(STACK):
        raise TrialError(f"FAILED  two regions answer: {REGION} was not closed")
    print(
        f"ok      {AWAY} took over: the same players are there, with their sessions; {REGION} answers nobody",
        flush=True,
    )
    _come_home(here, there)


def _come_home(here: Region, there: Region) -> None:
    there.clients.clouds.delete_stack(StackName=STACK)
    wait_for(lambda: there.stack(STACK) is None, "Deleting the other stack", _SECONDS)
    reopen(here.clients.lambdas, functions(here.clients.clouds, STACK))
    end(here, there, STACK, (TABLE,))


@contextmanager
def _region(name: str) -> Iterator[None]:
    """Let this process and those that it starts be in another region; clients that were made stay where they are."""
    names = ("AWS_DEFAULT_REGION", "AWS_REGION")
    before = {one: os.environ[one] for one in names}
    os.environ |= dict.fromkeys(names, name)
    boto3.DEFAULT_SESSION = None
    try:
        yield
    finally:
        os.environ |= before
        boto3.DEFAULT_SESSION = None
