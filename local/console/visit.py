"""One visit to the console: the request, the service that it is about, and the answers that there are."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from local.console.rendering import render
from local.console.service import Service


@dataclass(frozen=True)
class Visit:
    """A request, the service, and the token that forms need."""

    request: Request
    service: Service
    token: str

    def query(self, name: str) -> str:
        """Give a value of the address, without white space at its ends; "" where there is none."""
        return self.request.args.get(name, "").strip()

    def field(self, name: str) -> str:
        """Give a field of the form that was sent, as `query` does."""
        return self.request.form.get(name, "").strip()

    @property
    def is_partial(self) -> bool:
        """Tell whether htmx asks for a part of the page, to be put into the page that it has."""
        return "HX-Request" in self.request.headers

    @property
    def wants_json(self) -> bool:
        """Tell whether a program asks, and no browser."""
        return self.request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"

    def ask(self, route: str, query: Mapping[str, Any] | None = None, body: object = None) -> dict[str, Any]:
        """Ask the operators' API; values that are empty are left out. Raises RefusedError, StartError."""
        given = {name: value for name, value in (query or {}).items() if value}
        return self.service.api.call(route, given, body)

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """Answer with a page."""
        common = {"service": self.service, "token": self.token, "here": self.request.path}
        return Response(render(template, **common, **values), status, content_type="text/html; charset=utf-8")

    def data(self, content: object) -> Response:
        """Answer with JSON."""
        return Response(json.dumps(content, ensure_ascii=False), content_type="application/json")

    def go(self, path: str, **query: str) -> Response:
        """Answer with the way to another page, to be loaded after a form was sent."""
        return redirect(path + ("?" + urlencode(query) if query else ""), 303)


Show = Callable[..., Response]
