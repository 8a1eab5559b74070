"""The commands that look: find, show, sessions, log and export. They change nothing."""

import os
from pathlib import Path
from typing import Any

import click

from local.admin_api import exported
from local.operate.admin.desk import USER_ID, Desk, admin, pass_desk, with_json
from local.operate.admin.spans import since
from local.operate.admin.tables import ban_text, change_text, fields, table

_ACCOUNT = (
    *("id", "username", "display_name", "avatar_url", "lang_tag", "location", "timezone", "metadata", "email"),
    *("has_password", "friends", "create_time", "update_time", "verify_time", "merged_into", "partner_profile"),
)
_NOT_TRACKED = "not tracked"


@admin.command()
@click.argument("text")
@click.option("--limit", default=20, type=click.IntRange(1, 1000), help="The most players to show.")
@with_json
@pass_desk
def find(desk: Desk, text: str, limit: int) -> None:
    """Find players by TEXT: a user id, the beginning of a username, an address, a device, a provider's id."""
    users = desk.collect("GET /admin/v1/users", "users", {"query": text}, limit)
    rows = [{**user, "banned": ban_text(user["ban"])} for user in users]
    columns = ("id", "username", "display_name", "found_by", "banned", "create_time")
    desk.tell({"users": users}, table(rows, columns) if rows else "Nobody was found.")


@admin.command()
@click.argument("user_id", metavar="ID", type=USER_ID)
@with_json
@pass_desk
def show(desk: Desk, user_id: str) -> None:
    """Show all of one player: account, ban, identities, stored sessions, notes."""
    user = desk.ask(f"GET /admin/v1/users/{user_id}")
    parts = [fields(user, _ACCOUNT)]
    if user["ban"]:
        parts.append(f"BANNED {ban_text(user['ban'])}\n" + fields(user["ban"], ("since", "reason", "by")))
    used = [
        {**one, "last_used": _NOT_TRACKED if one["last_used"] is None else one["last_used"]}
        for one in user["identities"]
    ]
    columns = ("provider", "subject", "link_time", "last_used")
    parts.append("IDENTITIES\n" + (table(used, columns) if used else "none"))
    if user["sessions"]:
        parts.append("STORED SESSIONS\n" + _sessions_table(user["sessions"]))
    if user["notes"]:
        parts.append("NOTES\n" + table(user["notes"], ("time", "by", "text")))
    desk.tell(user, "\n\n".join(parts))


@admin.command()
@click.argument("user_id", metavar="ID", type=USER_ID)
@click.option("--limit", default=100, type=click.IntRange(1, 10_000), help="The most sessions to show.")
@click.option("--end", "session_id", type=USER_ID, metavar="SESSION", help="End this session.")
@with_json
@pass_desk
def sessions(desk: Desk, user_id: str, limit: int, session_id: str | None) -> None:
    """Show the stored sessions of a player: those that were refreshed or ended; or end one of them."""
    if session_id:
        answer = desk.ask(f"DELETE /admin/v1/users/{user_id}/sessions/{session_id}")
        desk.tell(answer, f"The session has ended.\nentry  {answer['entry']}")
        return
    found = desk.collect(f"GET /admin/v1/users/{user_id}/sessions", "sessions", {}, limit)
    desk.tell({"sessions": found}, _sessions_table(found) if found else "No session is stored.")


@admin.command()
@click.argument("user_id", metavar="[ID]", required=False, type=USER_ID)
@click.option("--operator", default="", help="Only what the operator with this ARN did.")
@click.option(
    "--since", "start", default="", help="Only from then on: 7d, 12h, or a time such as 2026-03-10T05:16:23Z."
)
@click.option("--limit", default=20, type=click.IntRange(1, 10_000), help="The most entries to show.")
@with_json
@pass_desk
def log(desk: Desk, /, **asked: Any) -> None:  # noqa: ANN401 (the options above)
    """Show the records, the newest first: what was done to one player, or to all."""
    query = {"user": asked["user_id"], "operator": asked["operator"], "since": since(asked["start"])}
    entries = desk.collect(
        "GET /admin/v1/audit", "entries", {name: text for name, text in query.items() if text}, asked["limit"]
    )
    rows = [{**entry, "who": _who(entry["by"]), "change": change_text(entry)} for entry in entries]
    columns = ("time", "action", "who", "user_id", "change", "reason", "entry")
    desk.tell({"entries": entries}, table(rows, columns) if rows else "There are no entries.")


@admin.command()
@click.argument("user_id", metavar="ID", type=USER_ID)
@click.option("--out", required=True, type=click.Path(dir_okay=False, writable=True, allow_dash=True), help="A file.")
@pass_desk
def export(desk: Desk, user_id: str, out: str) -> None:
    """Write all that is stored about a player into a file that only you can read; "-" is the terminal."""
    text = exported(desk.ask, user_id)
    if out == "-":
        click.echo(text, nl=False)
        return
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            Path(out).chmod(0o600)
            file.write(text)
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}") from error
    click.echo(f"Written to {out}.")


def _sessions_table(found: list[dict[str, Any]]) -> str:
    rows = [{**session, "ended": session["refresh_token_revoked"] and session["token_revoked"]} for session in found]
    return table(rows, ("session_id", "refreshes", "refresh_time", "expiry_time", "ended"))


def _who(author: dict[str, str]) -> str:
    """Return the author of an entry in short: of an ARN, what tells people apart."""
    return author.get("name", "").rpartition("/")[2] or author["kind"]
