"""`make smoke URL=…`: the whole life of a throw-away account at a service that runs, one line for each step.

The service may be `make serve`, a deployment, or a Nakama. Whatever happens, the account is deleted at the end.
"""

import os
import secrets
import sys
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.errors import SmokeError
from local.interrupts import INTERRUPTED, Interrupts, leave
from local.trial.service import Service, basic, bearer

DEVELOPMENT_KEY = "defaultkey"
NOT_FOUND = 5

NOT_CONFIGURED = 9
"""gRPC's code FAILED_PRECONDITION."""

# They see that a token is none without asking anybody else.
_PROBED = ("apple", "google")
# Each provider takes its own fields and overlooks the others.
_NONSENSE = {
    "token": "not.a.token",
    "signed_player_info": "not.signed",
    "player_id": "G:1",
    "bundle_id": "not.ours",
    "timestamp_seconds": "1",
    "salt": "AAAA",
    "signature": "AAAA",
    "public_key_url": "https://static.gc.apple.com/a",
    "user_id": "x",
    "nonce": "x",
}

Json = Mapping[str, str]
Step = Callable[["Visit"], None]


@dataclass
class Visit:
    """A player who never was, made up anew each time, and the session that it has by now."""

    service: Service
    mark: str = field(default_factory=lambda: secrets.token_hex(10))
    session: Mapping[str, Any] = field(default_factory=dict)
    user_id: str = ""
    has_account: bool = False
    not_set_up: Collection[str] = ()  # providers of which this is known

    @property
    def device(self) -> dict[str, str]:
        """The credential of its first sign-in."""
        return {"id": f"smoke-device-{self.mark}"}

    @property
    def custom(self) -> dict[str, str]:
        """The credential of its second way in."""
        return {"id": f"smoke-custom-{self.mark}"}

    @property
    def email(self) -> dict[str, str]:
        """The credential of its third; nothing is ever sent to the address, whose domain nobody can own."""
        return {"email": f"smoke-{self.mark}@example.com", "password": self.mark}

    def authenticate(self, provider: str, credential: Json, expected: int = 200, create: str = "false") -> Any:  # noqa: ANN401 (JSON)
        """Sign in to the account that there is, unless told otherwise, and give the answer."""
        return self.service.call(f"POST /v2/account/authenticate/{provider}?create={create}", expected, credential)

    def as_player(self, route: str, expected: int = 200, body: Json | None = None) -> Any:  # noqa: ANN401 (JSON)
        """Ask for something in the name of the player."""
        return self.service.call(route, expected, body, bearer(str(self.session.get("token"))))

    def recognised(self, account: Mapping[str, Any]) -> None:
        """Require that an account is this player's. Raises SmokeError."""
        if account["user"]["id"] != self.user_id:
            raise SmokeError(f"signed in to the account {account['user']['id']}, not to {self.user_id}")


def _is_up(visit: Visit) -> None:
    visit.service.call("GET /healthcheck", 200)


def _nothing_there(visit: Visit) -> None:
    answer = visit.service.call("GET /v2/nothing/is/there", 404)
    if answer.get("code") != NOT_FOUND:
        raise SmokeError(
            f"a path without a route is answered without the code {NOT_FOUND}, which clients read unchecked"
        )


def _providers(visit: Visit) -> None:
    for provider in sorted({*_PROBED, *visit.not_set_up}):
        answer = visit.service.call(f"POST /v2/account/authenticate/{provider}", (400, 401), _NONSENSE)
        if provider in visit.not_set_up and answer.get("code") != NOT_CONFIGURED:
            raise SmokeError(f"{provider} is not set up, and does not say so: {answer}")


def _sign_in(visit: Visit) -> None:
    visit.session = visit.authenticate("device", visit.device, create="true")
    visit.has_account = True
    if not visit.session.get("created"):
        raise SmokeError("a device that was made up just now has an account already")
    visit.user_id = visit.as_player("GET /v2/account")["user"]["id"]


def _link_custom(visit: Visit) -> None:
    visit.as_player("POST /v2/account/link/custom", 200, visit.custom)
    visit.session = visit.authenticate("custom", visit.custom)
    visit.recognised(visit.as_player("GET /v2/account"))


def _link_email(visit: Visit) -> None:
    visit.as_player("POST /v2/account/link/email", 200, visit.email)
    visit.session = visit.authenticate("email", visit.email)
    visit.recognised(visit.as_player("GET /v2/account"))


def _wrong_password(visit: Visit) -> None:
    visit.authenticate("email", visit.email | {"password": "not-the-password"}, 401)


def _refresh(visit: Visit) -> None:
    visit.session = visit.service.call("POST /v2/account/session/refresh", 200, _refresh_token(visit))
    visit.recognised(visit.as_player("GET /v2/account"))


def _log_out(visit: Visit) -> None:
    tokens = {name: str(visit.session[name]) for name in ("token", "refresh_token")}
    visit.as_player("POST /v2/session/logout", 200, tokens)


def _tokens_are_void(visit: Visit) -> None:
    visit.as_player("GET /v2/account", 401)
    visit.service.call("POST /v2/account/session/refresh", 401, _refresh_token(visit))


def _delete(visit: Visit) -> None:
    visit.session = visit.authenticate("device", visit.device)
    visit.as_player("DELETE /v2/account")
    visit.has_account = False


def _is_gone(visit: Visit) -> None:
    for provider in ("device", "custom", "email"):
        visit.authenticate(provider, getattr(visit, provider), 404)


def _refresh_token(visit: Visit) -> dict[str, str]:
    return {"token": str(visit.session["refresh_token"])}


STEPS: Mapping[str, Step] = {
    "the service answers": _is_up,
    "sign in with a new device": _sign_in,
    "link a custom id, sign in with it": _link_custom,
    "link an e-mail address, sign in with it": _link_email,
    "a wrong password is refused": _wrong_password,
    "refresh the session": _refresh,
    "log out": _log_out,
    "both tokens are refused afterwards": _tokens_are_void,
    "delete the account": _delete,
    "nothing signs in to it any more": _is_gone,
    "what has no route is not found": _nothing_there,
    "providers refuse nonsense, or say that they are not set up": _providers,
}


def walk(visit: Visit) -> None:
    """Take every step and print a line for each, up to the first that fails. Raises SmokeError, which names it."""
    try:
        for name, step in STEPS.items():
            start = time.perf_counter()
            _take(name, step, visit)
            print(f"ok      {name} ({(time.perf_counter() - start) * 1000:.0f} ms)", flush=True)
    finally:
        _clean_up(visit)


def _clean_up(visit: Visit) -> None:
    try:
        if visit.has_account:
            _take("delete the account", _delete, visit)
    except SmokeError as error:
        print(f"{error}\n        The account {visit.user_id} was left behind.", file=sys.stderr)


def _take(name: str, step: Step, visit: Visit) -> None:
    try:
        step(visit)
    except SmokeError as error:
        raise SmokeError(f"FAILED  {name}: {error}") from error
    except (LookupError, TypeError, AttributeError) as error:
        raise SmokeError(f"FAILED  {name}: an answer is not as expected, {error!r}") from error


def main() -> int:
    """Visit the service at URL, whose server key is SERVER_KEY, and give the exit status."""
    Interrupts(raising=True)
    key = os.environ.get("SERVER_KEY") or DEVELOPMENT_KEY
    try:
        walk(Visit(Service(os.environ.get("URL", ""), basic(key))))
    except SmokeError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    leave(main())
