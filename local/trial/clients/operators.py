"""Operators of a deployed stack: whom the policies let in, and whom they keep out; an operator's day.

Each is an IAM user with one of the stack's policies, or with none. Their requests go to MiniStack itself, since a
signature is for one host name, and a proxy in between has another.
"""

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.credentials import Credentials

from local.admin_api import Api, RefusedError, SignedApi
from local.errors import SmokeError, StartError
from local.trial.cloud import REGION
from local.trial.service import Service, bearer

_SHORT_BAN_SECONDS = 2


@dataclass(frozen=True)
class Staff:
    """The API, asked by an operator with each of the policies, and by two who have none: one signs, one does not."""

    admin: Api
    support: Api
    without_policy: Api
    stranger: Api

    @classmethod
    def hired(cls, endpoint: str, host: str, policies: Mapping[str, str]) -> "Staff":
        """Make users of IAM; `policies` are the stack's, ARNs by output, `host` the API's name at `endpoint`."""
        known = {name: _user(name, policies.get(name, "")) for name in ("OperatorAdmin", "OperatorSupport", "Nobody")}
        known["Stranger"] = Credentials("AKIASTRANGERSTRANGER", "a-secret")
        apis = {name: SignedApi(endpoint, credentials, REGION, host) for name, credentials in known.items()}
        return cls(apis["OperatorAdmin"], apis["OperatorSupport"], apis["Nobody"], apis["Stranger"])


@dataclass(frozen=True)
class Office:
    """A service with its staff, and a player who is made up anew."""

    service: Service
    staff: Staff
    mark: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def device(self) -> dict[str, str]:
        """The credential of the player's sign-in."""
        return {"id": f"operated-device-{self.mark}"}

    @property
    def custom(self) -> dict[str, str]:
        """The credential of its second way in."""
        return {"id": f"operated-custom-{self.mark}"}

    def sign_in(self, expected: int = 200, create: str = "false") -> Any:  # noqa: ANN401 (JSON)
        """Sign the player in."""
        route = f"POST /v2/account/authenticate/device?username=operated-{self.mark}&create={create}"
        return self.service.call(route, expected, self.device)


def _changes(office: Office) -> None:
    """Find a player by an id and by a name, ban, unlink and rename, and take all of it back."""
    ask, session = office.staff.admin.call, office.sign_in(create="true")
    office.service.call("POST /v2/account/link/custom", 200, office.custom, bearer(session["token"]))
    [found] = ask("GET /admin/v1/users", {"query": office.custom["id"]})["users"]
    [named] = ask("GET /admin/v1/users", {"query": f"OPERATED-{office.mark}"[:-2]})["users"]
    _require(named["id"] == found["id"], "the beginning of a username does not lead to its player")
    user = f"/admin/v1/users/{found['id']}"
    for change in (
        ask(f"POST {user}/unlink", None, {"provider": "custom"}),
        ask(f"PATCH {user}", None, {"username": f"renamed-{office.mark}"}),
        ask(f"POST {user}/ban", None, {"reason": "Tried out."}),
    ):
        ask(f"POST /admin/v1/audit/{change['entry']}/undo")
    ask(f"POST {user}/ban", None, {"reason": "Tried out."})
    office.sign_in(403)
    ask(f"POST {user}/unban")
    office.sign_in()


def _end(office: Office) -> None:
    """Leave a note, end a session and all, export, erase, and read what is left in the records."""
    ask, session = office.staff.admin.call, office.sign_in()
    [found] = ask("GET /admin/v1/users", {"query": office.custom["id"]})["users"]
    user = f"/admin/v1/users/{found['id']}"
    ask(f"POST {user}/notes", None, {"text": "A note."})
    office.service.call("POST /v2/account/session/refresh", 200, {"token": session["refresh_token"]})
    [stored] = ask(f"GET {user}/sessions")["sessions"]
    ask(f"DELETE {user}/sessions/{stored['session_id']}")
    office.service.call("GET /v2/account", 401, None, bearer(session["token"]))
    ask(f"POST {user}/signout")
    _require(len(ask(f"GET {user}/export")["identities"]) > 1, "an export lacks an identity")
    ask(f"DELETE {user}")
    office.sign_in(404)
    log = ask("GET /admin/v1/audit", {"user": found["id"]})["entries"]
    _require(log[0]["action"] == "delete", "an erasure is not on record")
    _require(office.custom["id"] not in json.dumps(log), "records of an erased player have its identities")


def _short_ban(office: Office) -> None:
    """Ban as support, for a moment; the player is told when it ends, and is let in then."""
    office.sign_in(create="true")
    support = office.staff.support.call
    [found] = support("GET /admin/v1/users", {"query": office.device["id"]})["users"]
    end = (datetime.now(UTC) + timedelta(seconds=_SHORT_BAN_SECONDS)).strftime("%Y-%m-%dT%H:%M:%SZ")
    support(f"POST /admin/v1/users/{found['id']}/ban/short", None, {"reason": "Tried out.", "until": end})
    _require(office.sign_in(403)["until"] == end, "a refusal does not say when the ban ends")
    time.sleep(_SHORT_BAN_SECONDS)
    office.sign_in()
    [entry] = support("GET /admin/v1/audit", {"user": found["id"]})["entries"]
    _require(entry["by"]["name"].endswith("/OperatorSupport"), "an entry does not say who it was")


def _kept_out(office: Office) -> None:
    """Ask for what one may not: as support for what admins may, as others for anything."""
    user = "/admin/v1/users/00000000-0000-4000-8000-000000000000"
    of_admins = [f"PATCH {user}", f"DELETE {user}", f"POST {user}/ban", f"POST {user}/unban", f"GET {user}/export"]
    for route in (*of_admins, f"POST /admin/v1/audit/{'a' * 40}/undo"):
        _refused(office.staff.support, route)
    for route in ("GET /admin/v1/users", f"GET {user}", "GET /admin/v1/audit", *of_admins):
        _refused(office.staff.without_policy, route)
        _refused(office.staff.stranger, route)
        office.service.call(route, 403)


STEPS: Mapping[str, Callable[[Office], None]] = {
    "an operator finds, bans, unlinks, renames, and undoes": _changes,
    "an operator ends sessions, exports and erases": _end,
    "a ban by support, which ends by itself": _short_ban,
    "operators are kept out of what they may not": _kept_out,
}


def walk_office(office: Office) -> None:
    """Take every step and print a line for each, up to the first that fails. Raises SmokeError, which names it."""
    for name, step in STEPS.items():
        start = time.perf_counter()
        try:
            step(office)
        except (SmokeError, StartError, RefusedError, LookupError, TypeError, ValueError) as error:
            raise SmokeError(f"FAILED  {name}: {error}") from error
        print(f"ok      {name} ({(time.perf_counter() - start) * 1000:.0f} ms)", flush=True)


def _user(name: str, policy: str) -> Credentials:
    client = boto3.client("iam")
    client.create_user(UserName=name)
    if policy:
        client.attach_user_policy(UserName=name, PolicyArn=policy)
    key = client.create_access_key(UserName=name)["AccessKey"]
    return Credentials(key["AccessKeyId"], key["SecretAccessKey"])


def _refused(api: Api, route: str) -> None:
    try:
        api.call(route, None, {} if route.startswith(("POST", "PATCH")) else None)
    except RefusedError as refusal:
        _require(refusal.status in (401, 403), f"{route} was refused with {refusal.status}: {refusal}")
    else:
        raise SmokeError(f"{route} was let through")


def _require(holds: bool, complaint: str) -> None:  # noqa: FBT001 (a condition)
    if not holds:
        raise SmokeError(complaint)
