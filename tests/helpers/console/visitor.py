"""Who visits the console in this process: a browser without scripts, and the service that the console shows."""

import html
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from werkzeug.test import Client as Http
from werkzeug.test import TestResponse

from local.admin_api import RefusedError
from local.console.console import Console
from local.console.service import Counts, Exchange, Service, Setting
from local.console.spans import Span
from tests.helpers.players.operator import Operator

HOST = "127.0.0.1:7351"
_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
_CURSOR = re.compile(r'name="cursor" value="([^"]+)"')


class DirectApi:
    """The operators' API, served by the function in this process."""

    def __init__(self, operator: Operator) -> None:
        self._operator = operator

    def call(self, route: str, query: Mapping[str, Any] | None = None, body: object = None) -> dict[str, Any]:
        """Send a request, signed by the operator, and give the answer or raise what a refusal is."""
        given = {name: str(value) for name, value in (query or {}).items()}
        assert body is None or isinstance(body, Mapping)
        answer = self._operator.call(route, body, given)
        if answer.status != 200:
            raise RefusedError(answer.status, int(answer.body["code"]), str(answer.body["message"]))
        return answer.body


class NoRequests:
    """A service that nobody has asked for anything."""

    every_seconds = 2

    def latest(self, most: int) -> list[Exchange]:
        """Give nothing."""
        return [][:most]

    def of_player(self, user_id: str, most: int) -> list[Exchange]:
        """Give nothing."""
        return [one for one in self.latest(most) if one.id == user_id]

    def one(self, exchange_id: str) -> Exchange | None:
        """Give nothing."""
        return {exchange.id: exchange for exchange in self.latest(1)}.get(exchange_id)


class NoSetup:
    """A service without any settings."""

    def state(self, place: str) -> str:
        """Say that it is missing."""
        return "missing" if place else "set"

    def settings(self) -> list[Setting]:
        """Give nothing."""
        return []


def nothing(span: Span) -> Counts:
    """Give counts of a service that nobody has asked for anything."""
    return Counts(span, span.start(), {}, [0] * span.parts, {}, {})


SERVICE = Service(
    name="this machine",
    url="http://127.0.0.1:7350",
    is_local=True,
    facts={"Address": "http://127.0.0.1:7350"},
    api=DirectApi(Operator()),
    counts=nothing,
    requests=NoRequests(),
    setup=NoSetup(),
    letters=list,
    server_key="defaultkey",
)


class Visitor:
    """A browser that looks at the console of a service; its forms come from the console's own pages."""

    def __init__(self, **service: Any) -> None:  # noqa: ANN401 (a service's fields)
        self._http = Http(Console(replace(SERVICE, **service)))

    def get(self, path: str, **headers: str) -> TestResponse:
        """Open a page."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._http.get(path, headers={"Host": HOST, **named})

    def post(self, path: str, fields: Mapping[str, str] | None = None, **headers: str) -> TestResponse:
        """Send a form as it is, with no token but what is in it."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._http.post(path, data=dict(fields or {}), headers={"Host": HOST, **named})

    def send(self, path: str, **fields: str) -> TestResponse:
        """Send a form of the console's own."""
        token = self.token()
        return self.post(path, {"form_token": token, **fields}, Origin=f"http://{HOST}", Sec_Fetch_Site="same-origin")

    def token(self) -> str:
        """Give the token that the console's forms have."""
        [token, *_] = _TOKEN.findall(self.get("/try").text)
        return str(token)

    def text(self, path: str) -> str:
        """Give what a page says, without its tags."""
        return said(self.get(path))


def said(answer: TestResponse) -> str:
    """Give what the main part of a page says, without its tags."""
    main = answer.text.partition('<main id="main" tabindex="-1">')[2] or answer.text
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main)).split())


def cursor_of(answer: TestResponse) -> str:
    """Give the cursor of the form that asks for more; raises IndexError where there is none."""
    return str(_CURSOR.findall(answer.text)[0])
