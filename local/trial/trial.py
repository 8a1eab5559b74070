"""`make trial`: the whole stack deployed on this machine, with enforced roles, and clients that use it.

What is deployed is what `sam build` makes for AWS, but for this machine's processor. AWS is MiniStack: its
CloudFormation makes the tables, roles, functions and routes, and its IAM refuses what a function's role does not allow.
Players, game servers, a partner and operators use it, some at the same moment, and so does Nakama's own client; at the
end another region takes over, and the stack is deleted and comes back with its players; then it gets a hook, procedures
and a bus of a studio's own. Where the environment has

    SETTINGS_FILE=my.json   what the stack is set up with, as for `make serve`
    CA_FILE=ca.pem          certificates that the functions trust in place of the public ones
    THEN='command'          is run with URL and SERVER_KEY in its environment; its failure is the trial's
    KEEP=1                  leaves all of it running until Ctrl-C
"""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import boto3

from local.console.console import Console
from local.errors import SmokeError, StackError, StartError, TrialError
from local.interrupts import INTERRUPTED, Interrupts, leave
from local.operate.console.stack import stack_service
from local.operate.partner_register import Register
from local.trial.clients.believers import Believer, walk_beliefs
from local.trial.clients.console import walk_console
from local.trial.clients.letters import Letters, at_ministack, verify_sender
from local.trial.clients.nakama_client import drive
from local.trial.clients.operators import Office, Staff, walk_office
from local.trial.clients.races import Racetrack, race
from local.trial.clients.server_side import Backstage, walk_backstage
from local.trial.clients.stories import Story, walk_story
from local.trial.cloud import running_cloud
from local.trial.deployed_settings import Document, read_settings
from local.trial.deployment import AUDIENCES, MAIL_DOMAIN, STACK, Deployment, deploy, rotated_http_key, troubles
from local.trial.endings.comeback import come_back, meet
from local.trial.endings.elsewhere import move_away
from local.trial.front import Place, front
from local.trial.samples import PROVIDERS
from local.trial.service import Service, basic
from local.trial.smoke import Visit, walk
from local.trial.studio import try_studio

_SHOWN = 10
# Requests at the same moment start a function as often, and here all of them share two or three processors.
_STARTS_AT_ONCE_SECONDS = 60.0
_OPTIONS = ("SETTINGS_FILE", "CA_FILE", "THEN", "KEEP")
# `sam build` runs makefiles, and so may the command: what this make was told, PYTHON= for one, is not meant for them.
_OF_MAKE = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")


def main() -> int:
    """Deploy, try out, and give the exit status."""
    Interrupts(raising=True)
    options = {name: os.environ.pop(name, "") for name in (*_OPTIONS, *_OF_MAKE)}
    try:
        settings = read_settings(options["SETTINGS_FILE"])
        with TemporaryDirectory() as folder, running_cloud(Path(folder), options["CA_FILE"]) as endpoint:
            place = Place()
            deployment = deploy(Path(folder), settings, place.url)
            with front(endpoint, deployment.host, place) as url:
                status = _status(Stage(url, endpoint, deployment, settings, Path(folder)), options["THEN"])
                if options["KEEP"]:
                    _wait()
                    return status
                players = meet(Service(url, basic(deployment.server_key)))
            move_away(players, Path(folder), endpoint, deployment.server_key)
            come_back(players, Path(folder), endpoint, deployment.server_key)
            return status
    except (SmokeError, StackError, TrialError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


@dataclass(frozen=True)
class Stage:
    """A deployed stack: its URL for clients, that of MiniStack, what it was set up with, and a folder for more."""

    url: str
    endpoint: str
    deployment: Deployment
    settings: Document
    folder: Path


def _status(stage: Stage, command: str) -> int:
    """Let clients use the stack, say what failed, and give the exit status."""
    url, deployment, settings = stage.url, stage.deployment, stage.settings
    print(f"URL={url} SERVER_KEY={deployment.server_key}", flush=True)
    failed = False
    try:
        service = Service(url, basic(deployment.server_key))
        walk(Visit(service, not_set_up=[provider for provider in PROVIDERS if provider not in settings]))
        register = Register(boto3.client("dynamodb"), deployment.partners_table)
        walk_backstage(Backstage(service, deployment.http_key, register))
        staff = Staff.hired(stage.endpoint, deployment.host, deployment.policies)
        walk_office(Office(service, staff))
        _tell_story(stage, service, staff)
        # Signed for MiniStack's name, as the staff's requests are; all else the console asks AWS by itself.
        shown = replace(stack_service({"STACK": STACK}), api=staff.admin, url=url)
        walk_console(Console(shown), service, staff.admin)
        race(Racetrack(Service(url, basic(deployment.server_key), _STARTS_AT_ONCE_SECONDS)))
        drive(url, deployment.server_key)
        _believe(stage, service)
        _run(command, {"URL": url, "SERVER_KEY": deployment.server_key})
    except (SmokeError, StartError, TrialError) as error:
        print(error, file=sys.stderr)
        failed = True
    found = troubles()
    for trouble in found[:_SHOWN]:
        print(f"FAILED  {trouble}", file=sys.stderr)
    if found[_SHOWN:]:
        print(f"FAILED  and {len(found) - _SHOWN} such lines more", file=sys.stderr)
    return int(failed or bool(found))


def _tell_story(stage: Stage, service: Service, staff: Staff) -> None:
    """Let a player lose and find accounts, with the letters that the stack sends. Raises SmokeError."""
    if stage.settings and not {"sender", "base_url"} <= stage.settings.get("mail", {}).keys():
        print("skipped a player's story: the settings send no mail", flush=True)
        return
    letters = Letters(f"player-{secrets.token_hex(4)}@example.com", at_ministack(stage.endpoint))
    verify_sender(str(stage.settings.get("mail", {}).get("sender", f"@{MAIL_DOMAIN}")).rpartition("@")[2].rstrip(">"))
    walk_story(Story(service, letters, staff.admin))


def _believe(stage: Stage, service: Service) -> None:
    """Let others believe players: by verifying, by asking, and by an API of their own. Raises SmokeError."""
    believer = Believer(service, rotated_http_key(stage.deployment))
    audiences = stage.settings.get("audiences", {}) if stage.settings else AUDIENCES
    walk_beliefs(believer, audiences)
    if stage.settings:
        print("skipped studio-api: it is deployed beside a stack without settings of yours", flush=True)
        return
    try_studio(stage.folder, stage.endpoint, stage.deployment.outputs, believer)


def _run(command: str, variables: Mapping[str, str]) -> None:
    """Run the caller's command with the variables in its environment. Raises TrialError when it fails."""
    if command and subprocess.run(command, shell=True, env={**os.environ, **variables}, check=False).returncode:  # noqa: S602 (the caller's own)
        raise TrialError(f"FAILED  {command}")


def _wait() -> None:
    print("Ctrl-C ends it", flush=True)
    with suppress(KeyboardInterrupt):
        signal.pause()


if __name__ == "__main__":
    leave(main())
