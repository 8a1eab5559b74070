"""`make timing URL=…`: whether a wrong password takes as long for an account as for none, measured from outside.

At a service that runs, `make serve` or a deployment, throw-away accounts are made, and deleted at the end. Guesses at
their passwords and at unknown addresses alternate, N of each (100), and so do guesses by username. Exit status 1 when
two medians differ by more than 10 %.
"""

import json
import os
import random
import secrets
import sys
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from statistics import median
from urllib.parse import quote, urlsplit

from local.errors import SmokeError
from local.trial.service import basic, bearer

MOST_DIFFERENCE = 0.1
GUESSES_OF_ONE = 4
"""At one account's password: well below what is delayed, whatever the limits are set to."""

_ROUTE = "/v2/account/authenticate/email"
_TIMEOUT_SECONDS = 15.0
_REFUSED = (401, 404)


@dataclass(frozen=True)
class Account:
    """A throw-away account: how it signs in, and the session in which it is deleted."""

    address: str
    username: str
    token: str


@dataclass(frozen=True)
class Comparison:
    """The medians of a wrong password for an account and for none, in seconds."""

    way: str
    known: float
    unknown: float

    @property
    def difference(self) -> float:
        """By how much of the smaller one they differ."""
        return abs(self.known - self.unknown) / min(self.known, self.unknown)

    @property
    def line(self) -> str:
        """The comparison in words."""
        figures = f"account {self.known * 1000:6.1f} ms   no account {self.unknown * 1000:6.1f} ms"
        return f"{self.way:<9} {figures}   difference {self.difference:5.1%}"


class Guesser:
    """Who asks a service over one connection, a local one from an address of loopback's that no account knows."""

    def __init__(self, url: str, key: str) -> None:
        """Take the service's URL and server key. Raises SmokeError when it is no URL."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SmokeError(f"URL must begin with http:// or https://, not be {url!r}: make timing URL=https://…")
        self._path, self._shown = parts.path.rstrip("/"), basic(key)
        self._parts = parts
        self._connection = self._connected("")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def become_a_stranger(self) -> None:
        """Connect from another address, where the service is on loopback."""
        self.close()
        is_local = self._parts.hostname == "127.0.0.1"
        self._connection = self._connected(f"127.{random.randrange(1, 255)}.7.9" if is_local else "")  # noqa: S311

    def _connected(self, source: str) -> HTTPConnection:
        kind = HTTPSConnection if self._parts.scheme == "https" else HTTPConnection
        place = (str(self._parts.hostname), self._parts.port)
        return kind(*place, timeout=_TIMEOUT_SECONDS, source_address=(source, 0) if source else None)

    def ask(self, method: str, path: str, body: object, shown: str = "") -> tuple[int, dict[str, str], float]:
        """Send a request and give status, answer and seconds; raises SmokeError for no answer."""
        headers = {"authorization": shown or self._shown, "content-type": "application/json"}
        began = time.perf_counter()
        try:
            self._connection.request(method, self._path + path, json.dumps(body), headers)
            response = self._connection.getresponse()
            text = response.read()
            return response.status, json.loads(text or "{}"), time.perf_counter() - began
        except (OSError, HTTPException, ValueError) as error:
            raise SmokeError(f"{self._parts.netloc} did not answer: {error}") from error

    def sign_up(self) -> Account:
        """Make an account."""
        mark = secrets.token_hex(10)
        address, username = f"timing-{mark}@example.com", f"timing-{mark}"
        credential = {"email": address, "password": secrets.token_hex(16)}
        status, answer, _ = self.ask("POST", f"{_ROUTE}?create=true&username={username}", credential)
        if "token" not in answer:
            raise SmokeError(f"No account could be made: {status} {answer.get('message', '')}")
        return Account(address, username, answer["token"])

    def delete(self, account: Account) -> None:
        """Delete the account."""
        self.ask("DELETE", "/v2/account", {}, bearer(account.token))

    def guess(self, address: str, username: str) -> float:
        """Guess at a password, by username where the address is "", and give the seconds that it took."""
        path = f"{_ROUTE}?create=false" + ("" if address else f"&username={quote(username)}")
        status, answer, seconds = self.ask("POST", path, {"email": address, "password": secrets.token_hex(16)})
        if status not in _REFUSED:
            raise SmokeError(f"A guess was answered {status}: {answer.get('message', '')}")
        return seconds


def compare(guesser: Guesser, accounts: list[Account], number: int) -> list[Comparison]:
    """Return what so many guesses at accounts and at none take, by address and by username."""
    found = []
    for way in ("address", "username"):
        guesser.become_a_stranger()  # each time another network, of which an hour allows 300 wrong guesses
        taken: dict[bool, list[float]] = {True: [], False: []}
        for at in range(number):
            account, nobody = accounts[at % len(accounts)], f"timing-{secrets.token_hex(10)}"
            known = (account.address, account.username)
            pair = {True: known, False: (f"{nobody}@example.com", nobody)}
            for is_known in random.sample([True, False], 2):
                address, username = pair[is_known]
                taken[is_known].append(guesser.guess(address if way == "address" else "", username))
        found.append(Comparison(way, median(taken[True]), median(taken[False])))
    return found


def main() -> int:
    """Do what the variables URL, SERVER_KEY and N say, and give the exit status."""
    number = int(os.environ.get("N") or 100)
    url, key = os.environ.get("URL") or "http://127.0.0.1:7350", os.environ.get("SERVER_KEY") or "defaultkey"
    accounts: list[Account] = []
    try:
        guesser = Guesser(url, key)
        try:
            accounts += (guesser.sign_up() for _ in range(-(-2 * number // GUESSES_OF_ONE)))
            compared = compare(guesser, accounts, number)
        finally:
            for account in accounts:
                guesser.delete(account)
            guesser.close()
    except SmokeError as error:
        print(f"FAILED  {error}", file=sys.stderr)
        return 1
    print(f"A wrong password, medians of {number}:", *(one.line for one in compared), sep="\n")
    return int(any(one.difference > MOST_DIFFERENCE for one in compared))


if __name__ == "__main__":
    sys.exit(main())
