"""What all commands have: whom they ask, how they answer, and what may stand on their line."""

import json
import os
import re
import sys
import uuid
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, TypeVar

import click

from local.admin_api import Api, RefusedError
from local.errors import StartError
from local.operate.admin.access import api_of

_Command = TypeVar("_Command", bound=Callable[..., Any])
_ENTRY = re.compile("[a-z2-7]{40}")
MOST = 100
"""Entries of one page of the API."""


class Desk:
    """An operator's place: the API, asked as one of the AWS profiles, and whether answers are for a script."""

    def __init__(self, profile: str) -> None:
        self._profile = profile
        self.as_json = False

    @cached_property
    def _api(self) -> Api:
        return api_of(os.environ, self._profile)

    def ask(self, route: str, query: Mapping[str, Any] | None = None, body: object = None) -> dict[str, Any]:
        """Send a request and give its answer; raises click.ClickException with what went wrong."""
        try:
            return self._api.call(route, query, body)
        except (RefusedError, StartError) as error:
            raise click.ClickException(str(error)) from error

    def collect(self, route: str, name: str, query: Mapping[str, str], limit: int) -> list[Any]:
        """Give up to `limit` entries of the list `name`, of as many pages as that takes."""
        found: list[Any] = []
        cursor: dict[str, str] = {}
        while True:
            page = self.ask(route, {**query, **cursor, "limit": min(limit - len(found), MOST)})
            found += page[name]
            if len(found) >= limit or "cursor" not in page:
                return found[:limit]
            cursor = {"cursor": page["cursor"]}

    def tell(self, answer: object, text: str) -> None:
        """Print an answer: as JSON for a script, as the text for people."""
        click.echo(json.dumps(answer, indent=2, ensure_ascii=False) if self.as_json else text)


class _UserId(click.ParamType[str]):
    name = "ID"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Give the id as it is stored."""
        try:
            return str(uuid.UUID(value))
        except ValueError:
            self.fail(f"{value!r} is no user id: `find` looks for the player.", param, ctx)


class _EntryName(click.ParamType[str]):
    name = "ENTRY"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Give the name, which goes into a path."""
        if not _ENTRY.fullmatch(value):
            self.fail(f"{value!r} is no entry of the records: `log` shows them.", param, ctx)
        return value


USER_ID, ENTRY = _UserId(), _EntryName()
pass_desk = click.make_pass_decorator(Desk)


def with_json(command: _Command) -> _Command:
    """Let a command answer in JSON."""

    def note(context: click.Context, _parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001 (click's way)
        desk = context.find_object(Desk)
        if desk and value:
            desk.as_json = True

    return click.option("--json", is_flag=True, expose_value=False, callback=note, help="Answer in JSON.")(command)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--profile", default="", help="An AWS profile; locally, default (may do all) or support.")
@click.pass_context
def admin(context: click.Context, profile: str) -> None:
    """Look after players, at a local server (URL=, STATE_DIR=) or a deployment (STACK=)."""
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal that lacks a letter
    context.obj = Desk(profile)
