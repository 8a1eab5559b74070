"""The commands that change something: each prints the name of its entry in the records, by which it can be undone."""

import json
from typing import Any

import click

from local.admin_api import ban_route
from local.operate.admin.desk import ENTRY, USER_ID, Desk, admin, pass_desk, with_json
from local.operate.admin.spans import moment_in, seconds_of

_with_reason = click.option("--reason", default="", help="Why, for the records.")
_of_user = click.argument("user_id", metavar="ID", type=USER_ID)


@admin.command()
@_of_user
@click.option("--for", "span", help="For how long: 30m, 12h, 7d, 2w. Without it and --until: for good.")
@click.option("--until", help="Until when, such as 2026-03-10T05:16:23Z.")
@click.option("--reason", required=True, help="Why, for the records; the player is not told.")
@with_json
@pass_desk
def ban(desk: Desk, /, user_id: str, **asked: str | None) -> None:
    """Ban a player, in the place of a ban that there is."""
    if asked["span"] and asked["until"]:
        raise click.UsageError("--for and --until are two ways to say one thing.")
    until = moment_in(seconds_of(asked["span"])) if asked["span"] else asked["until"] or ""
    answer = desk.ask(
        ban_route(user_id, until), body={"reason": asked["reason"], **({"until": until} if until else {})}
    )
    end = answer["ban"]["until"]
    _done(desk, answer, f"Banned until {end}." if end else "Banned for good.")


@admin.command()
@_of_user
@_with_reason
@with_json
@pass_desk
def unban(desk: Desk, user_id: str, reason: str) -> None:
    """Lift a player's ban."""
    _done(desk, desk.ask(f"POST /admin/v1/users/{user_id}/unban", body={"reason": reason}), "The ban is lifted.")


@admin.command()
@_of_user
@click.argument("provider")
@click.argument("subject", required=False, default="")
@_with_reason
@with_json
@pass_desk
def unlink(desk: Desk, /, user_id: str, **asked: str) -> None:
    """Take an identity from a player: of PROVIDER, and with this SUBJECT where there are several, as of devices."""
    answer = desk.ask(f"POST /admin/v1/users/{user_id}/unlink", body=asked)
    _done(desk, answer, f"An identity of {asked['provider']} is unlinked.")


@admin.command()
@_of_user
@_with_reason
@with_json
@pass_desk
def signout(desk: Desk, user_id: str, reason: str) -> None:
    """End all sessions of a player, who may sign in again."""
    answer = desk.ask(f"POST /admin/v1/users/{user_id}/signout", body={"reason": reason})
    _done(desk, answer, "All sessions have ended.")


@admin.command()
@_of_user
@click.option("--letter", type=click.Choice(["reset", "verify"]), default="reset", help="With a code for what.")
@_with_reason
@with_json
@pass_desk
def resend(desk: Desk, /, user_id: str, **asked: str) -> None:
    """Have a letter mailed to a player's own address: with a code for a new password, or one that proves it."""
    answer = desk.ask(f"POST /admin/v1/users/{user_id}/resend", body=asked)
    _done(desk, answer, "A letter is on its way.")


@admin.command()
@_of_user
@click.argument("text")
@with_json
@pass_desk
def note(desk: Desk, user_id: str, text: str) -> None:
    """Leave a note about a player."""
    _done(desk, desk.ask(f"POST /admin/v1/users/{user_id}/notes", body={"text": text}), "The note is there.")


@admin.command()
@_of_user
@click.option("--username")
@click.option("--display-name")
@click.option("--avatar-url")
@click.option("--lang-tag")
@click.option("--location")
@click.option("--timezone")
@click.option("--metadata", help="A JSON object.")
@_with_reason
@with_json
@pass_desk
def edit(desk: Desk, /, user_id: str, reason: str, **asked: str | None) -> None:
    """Change fields of a player's account; "" clears one."""
    body = {name: text for name, text in asked.items() if text is not None}
    answer = desk.ask(f"PATCH /admin/v1/users/{user_id}", body={**body, "reason": reason})
    _done(desk, answer, "Changed." if answer["entry"] else "That is how it was already.")


@admin.command()
@_of_user
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_json
@pass_desk
def erase(desk: Desk, user_id: str, *, yes: bool) -> None:
    """Delete a player's account, and what is personal in the records about it. This cannot be undone."""
    if not yes:
        user = desk.ask(f"GET /admin/v1/users/{user_id}")
        name = json.dumps(user["username"], ensure_ascii=False)
        question = (
            f"Erase {name}, an account of {user['create_time']} with {len(user['identities'])} identities, for ever?"
        )
        click.confirm(question, abort=True, err=True)
    _done(desk, desk.ask(f"DELETE /admin/v1/users/{user_id}"), "The account is erased.")


@admin.command()
@click.argument("entry", type=ENTRY)
@_with_reason
@with_json
@pass_desk
def undo(desk: Desk, entry: str, reason: str) -> None:
    """Undo what an ENTRY of the records says, if its outcome is still there; `log` shows the entries."""
    _done(desk, desk.ask(f"POST /admin/v1/audit/{entry}/undo", body={"reason": reason}), "Undone.")


def _done(desk: Desk, answer: dict[str, Any], text: str) -> None:
    desk.tell(answer, f"{text}\nentry  {answer['entry']}" if answer["entry"] else text)
