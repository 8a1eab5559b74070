"""What must be written nowhere: every secret that a test uses, looked for in all that is logged and in every error.

Noted as used are keys and secrets of the settings and of Secrets Manager, and what requests show or answers give:
tokens, passwords, addresses, codes, tickets, ids that sign in. Noted as shown are lines of the log, which are metrics
too, tracebacks of functions, bodies of errors, and what servers print.
"""

import base64
import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote

from tests.helpers.players.client import Answer

_SECRET = frozenset(
    {
        *("token", "refresh_token", "access_token", "id_token", "subject_token", "password", "current", "email"),
        *("code", "code_verifier", "user_code", "device_code", "ticket", "nonce", "payload", "signature", "http_key"),
        *("signed_player_info", "signed_request", "server_key", "app_secret", "client_secret", "publisher_key"),
        *("wallet_seed", "code_key"),
    }
)
"""Names of fields, parameters and settings whose values nobody else may see."""

_LISTS = frozenset({"keys", "refresh_keys", "http_keys"})
_SIGNS_IN = frozenset({"device", "custom"})
"""Providers whose `id` is all that it takes to sign in."""

_SHORTEST = 6
"""Shorter texts stand in other words too."""

_TYPED = re.compile(r'<input (?![^>]*type="password")[^>]*>')
"""An input of a form, which shows what was typed to who typed it; not that of a password, which never may."""

_HTTP_KEY = re.compile(r"http_key=[^\s\"'&]")


class Leaks:
    """The notes of one test, and of all tests for servers that outlive one."""

    def __init__(self) -> None:
        """Begin without any."""
        self.used: dict[str, None] = {}
        self.ever: dict[str, None] = {}
        self.shown: dict[str, str] = {}
        self.found: list[str] = []

    def begin(self) -> None:
        """Start a test."""
        for former in (self.used, self.shown, self.found):
            former.clear()

    def use(self, secrets: Iterable[str]) -> None:
        """Note what a test uses."""
        for text in secrets:
            if len(text) >= _SHORTEST:
                self.used[text] = self.ever[text] = None

    def show(self, where: str, text: str) -> None:
        """Note what can be read."""
        self.shown.setdefault(text, where)

    def end(self) -> list[str]:
        """Finish the test, and say what leaked where."""
        for text, where in self.shown.items():
            self.look(where, text, self.used)
        return self.found

    def look(self, where: str, text: str, secrets: Iterable[str]) -> None:
        """Look for secrets in a text, as they are and as JSON writes them."""
        leaked = [secret for secret in secrets if any(form in text for form in _forms(secret))]
        leaked += ["an http key in a query"] if _HTTP_KEY.search(text) else []
        self.found += [f"{where} shows {secret!r}: {text[:400]}" for secret in leaked]


@cache
def _forms(secret: str) -> frozenset[str]:
    return frozenset({secret, json.dumps(secret)[1:-1]})


LEAKS = Leaks()


def watch_logs() -> None:
    """Note every line that any logger writes from now on."""
    plain = logging.Handler.format

    def noted(handler: logging.Handler, record: logging.LogRecord) -> str:
        text = plain(handler, record)
        LEAKS.show("the log", text)
        return text

    logging.Handler.format = noted  # type: ignore[assignment, method-assign]


def of_request(headers: Mapping[str, str], query: str, body: str, path: str = "") -> Iterator[str]:
    """Give the secrets that a request shows."""
    yield from _of_header(headers.get("authorization", ""))
    yield headers.get("x-client-secret", "")
    yield from _named({name: values[0] for name, values in parse_qs(query).items()})
    yield from of_text(body, is_id_secret=path.rpartition("/")[2] in _SIGNS_IN)


def of_text(text: str, *, is_id_secret: bool = False) -> Iterator[str]:
    """Give the secrets in a body, of JSON or of a form."""
    try:
        content = json.loads(text)
    except RecursionError:  # a test of what is nested too deeply
        return
    except ValueError:
        content = {name: values[0] for name, values in parse_qs(text).items()}
    yield from _named(content, is_id_secret=is_id_secret)


def error_text(answer: Answer) -> str:
    """Give what an error says, but for a ticket, which is meant for who asked, and what a page's form repeats."""
    if not answer.body:
        return _TYPED.sub("", answer.text)
    return json.dumps({name: value for name, value in answer.body.items() if name != "ticket"}, ensure_ascii=False)


@cache
def of_settings(text: str) -> tuple[str, ...]:
    """Give the secrets of a settings document, or of a secret of Secrets Manager: a ring of keys or one text."""
    try:
        content = json.loads(text)
    except ValueError:
        return (text,)
    return tuple(_named(content))


def _of_header(header: str) -> Iterator[str]:
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        yield from _parts(value)
    elif scheme.lower() == "basic":
        yield value
        try:
            yield from map(unquote, base64.b64decode(value).decode().split(":", 1))
        except ValueError:
            return


def _parts(token: str) -> Iterator[str]:
    """Give a token, and those of its parts that could be put together again."""
    yield token
    if token.startswith("ey"):
        yield from token.split(".")[1:]


def _named(value: object, *, is_id_secret: bool = False) -> Iterator[str]:
    """Give the values of secret names, wherever they stand."""
    if isinstance(value, list):
        for item in value:
            yield from _named(item)
    for name, item in value.items() if isinstance(value, dict) else ():
        if isinstance(item, str) and (name in _SECRET or (is_id_secret and name == "id")):
            yield from _parts(item)
        elif name in _LISTS and isinstance(item, list):
            yield from _texts(item)
        else:
            yield from _named(item)


def _texts(value: list[Any]) -> Iterator[str]:
    """Give all texts of a list of keys, of which each may be an object."""
    for item in value:
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            yield from _texts(list(item.values()))
