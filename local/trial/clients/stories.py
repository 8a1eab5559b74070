"""A player's story: from a guest on a telephone to an account with an address, of two devices, that once was two."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from local.admin_api import Api, RefusedError
from local.errors import SmokeError, StartError
from local.trial.clients.letters import Letters
from local.trial.service import Service, bearer

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass
class Story:
    """A player of a service, the letters to the player's address, and an operator; each is made up anew."""

    service: Service
    letters: Letters
    operator: Api
    mark: str = field(default_factory=lambda: secrets.token_hex(8))
    session: Mapping[str, Any] = field(default_factory=dict, repr=False)
    user_id: str = ""

    @property
    def passwords(self) -> tuple[str, str]:
        """The first and the second."""
        return f"first-{self.mark}", f"second-{self.mark}"

    def device(self, name: str) -> dict[str, str]:
        """Give the id of one of the player's devices."""
        return {"id": f"{name}-device-{self.mark}"}

    def sign_in(self, provider: str, body: Mapping[str, str], expected: int = 200, create: str = "false") -> Any:  # noqa: ANN401 (JSON)
        """Sign in."""
        return self.service.call(f"POST /v2/account/authenticate/{provider}?create={create}", expected, body)

    def by_address(self, password: str, expected: int = 200) -> Any:  # noqa: ANN401 (JSON)
        """Sign in by the address."""
        return self.sign_in("email", {"email": self.letters.address, "password": password}, expected)

    def ask(self, route: str, body: Mapping[str, Any] | None = None, expected: int = 200) -> Any:  # noqa: ANN401 (JSON)
        """Ask for something in the name of the player."""
        return self.service.call(route, expected, body, bearer(str(self.session["token"])))


def _address(story: Story) -> None:
    """Sign up by a device, link an address, and prove it from the mailbox."""
    story.session = story.sign_in("device", story.device("first"), create="true")
    story.user_id = story.ask("GET /v2/account")["user"]["id"]
    story.ask("POST /v2/account/link/email", {"email": story.letters.address, "password": story.passwords[0]})
    story.ask("POST /v2/account/email/verify/request", {})
    proof = {"email": story.letters.address, "code": story.letters.next("your address").code}
    story.service.call("POST /v2/account/email/verify", 200, proof)
    story.service.call("POST /v2/account/email/verify", 401, proof)
    _require("verify_time" in story.ask("GET /v2/account"), "the account does not show that its address is proved")


def _password(story: Story) -> None:
    """Forget the password, and set another one: sessions from before are over, and the old one is void."""
    first, second = story.passwords
    story.service.call("POST /v2/account/password/forgot", 200, {"email": story.letters.address})
    story.service.call("POST /v2/account/password/forgot", 200, {"email": f"nobody-{story.mark}@example.com"})
    code = story.letters.next("code").code
    answer = {"email": story.letters.address, "code": code, "password": second}
    session = story.service.call("POST /v2/account/password/reset", 200, answer)
    story.letters.next("password")
    story.ask("GET /v2/account", None, 401)
    refresh = {"token": story.session["refresh_token"]}
    story.service.call("POST /v2/account/session/refresh", 401, refresh)
    story.by_address(first, 401)
    story.session = session
    _require(story.ask("GET /v2/account")["user"]["id"] == story.user_id, "the new session is somebody else's")


def _merge(story: Story) -> None:
    """Merge with an older account, to which the link of its device is refused, and have an operator undo it."""
    old = story.sign_in("device", story.device("old"), create="true")
    ticket = story.ask("POST /v2/account/link/device", story.device("old"), 409)["ticket"]
    shown = story.ask(f"GET /v2/account/merge?{urlencode({'ticket': ticket})}")
    _require(shown["this"]["user"]["id"] == story.user_id, "the two accounts are not shown")
    story.service.call("POST /v2/account/merge", 400, {"ticket": ticket, "keep": "this"}, bearer(old["token"]))
    merged = story.ask("POST /v2/account/merge", {"ticket": ticket, "keep": "this"})
    story.letters.next("another")
    story.service.call("GET /v2/account", 401, None, bearer(old["token"]))
    story.sign_in("device", story.device("old"))
    old_id = merged["merged_user_id"]
    document = story.operator.call(f"GET /admin/v1/users/{old_id}")
    _require(document["merged_into"] == story.user_id, "an operator does not see into which account it was merged")
    log = story.operator.call("GET /admin/v1/audit", {"user": story.user_id})["entries"]
    [entry] = [one["entry"] for one in log if one["action"] == "merge"]
    story.operator.call(f"POST /admin/v1/audit/{entry}/undo")
    again = story.sign_in("device", story.device("old"))
    account = story.service.call("GET /v2/account", 200, None, bearer(again["token"]))
    _require(account["user"]["id"] == old_id, "an undone merge left the device where it was")
    story.session = story.by_address(story.passwords[1])


def _second_device(story: Story) -> None:
    """Approve a television, which has a session of the player then, and signs in by itself from then on."""
    form = urlencode({"device_name": "Television", "device_id": story.device("tv")["id"]})
    told = story.service.call("POST /oauth2/device_authorization", 200, form)
    poll = urlencode({"grant_type": GRANT, "device_code": told["device_code"]})
    waiting = story.service.call("POST /oauth2/token", 400, poll)
    _require(waiting["error"] == "authorization_pending", "a device is signed in before the player has answered")
    story.ask("POST /v2/account/device/approve", {"user_code": told["user_code"]})
    story.letters.next("device")
    token = story.service.call("POST /oauth2/token", 200, poll)["access_token"]
    account = story.service.call("GET /v2/account", 200, None, bearer(token))
    _require(account["user"]["id"] == story.user_id, "the device is signed in to another account")
    story.sign_in("device", story.device("tv"))


def _change(story: Story) -> None:
    """Change the address, and have the former address take that back."""
    former, new = story.letters.address, f"new-{story.mark}@example.com"
    story.ask("POST /v2/account/email/change", {"email": new, "password": story.passwords[1]})
    others = Letters(new, story.letters.sent)
    proof = {"email": new, "code": others.next("New address").code}
    story.service.call("POST /v2/account/email/verify", 200, proof)
    code = story.letters.next("another address").code
    story.by_address(story.passwords[1], 404)
    story.service.page("POST /undo", urlencode({"email": former, "code": code}))
    story.ask("GET /v2/account", None, 401)
    answer = {"email": former, "code": story.letters.next("code").code, "password": story.passwords[0]}
    story.session = story.service.call("POST /v2/account/password/reset", 200, answer)
    story.letters.next("password")
    _require(story.ask("GET /v2/account")["email"] == former, "the former address has not got its account back")
    story.ask("DELETE /v2/account")


STEPS: Mapping[str, Callable[[Story], None]] = {
    "a player signs up by a device, links an address and proves it": _address,
    "a player forgets the password, and ends old sessions with a new one": _password,
    "a player merges with an older account, and an operator undoes it": _merge,
    "a player approves a second device": _second_device,
    "a player changes the address, and takes it back": _change,
}


def walk_story(story: Story) -> None:
    """Take every step and print a line for each, up to the first that fails. Raises SmokeError, which names it."""
    for name, step in STEPS.items():
        start = time.perf_counter()
        try:
            step(story)
        except (SmokeError, StartError, RefusedError, LookupError, TypeError, ValueError) as error:
            raise SmokeError(f"FAILED  {name}: {error}") from error
        print(f"ok      {name} ({(time.perf_counter() - start) * 1000:.0f} ms)", flush=True)


def _require(holds: bool, complaint: str) -> None:  # noqa: FBT001 (a condition)
    if not holds:
        raise SmokeError(complaint)
