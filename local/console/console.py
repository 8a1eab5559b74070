"""The console as a WSGI application: which page is at which address, and what is said when it fails."""

import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from local.admin_api import RefusedError
from local.console.guard import Guard
from local.console.pages import (
    acting,
    assets,
    editing,
    events,
    mail,
    overview,
    players,
    records,
    requests,
    settings,
    trying,
)
from local.console.service import Service
from local.console.visit import Show, Visit
from local.errors import StartError

MAX_FORM_BYTES = 256 * 1024

_GET, _POST = ("GET",), ("POST",)
_PAGES: Mapping[tuple[str, tuple[str, ...]], Show] = {
    ("/", _GET): overview.show,
    ("/players", _GET): players.find,
    ("/players/<uuid:user_id>", _GET): players.show,
    ("/players/<uuid:user_id>/sessions", _GET): players.sessions,
    ("/players/<uuid:user_id>/export", _GET): players.export,
    ("/players/<uuid:user_id>/edit", _GET): editing.edit,
    ("/players/<uuid:user_id>/edit", _POST): editing.save,
    ("/players/<uuid:user_id>/erase", _GET): editing.ask_erase,
    ("/players/<uuid:user_id>/erase", _POST): editing.erase,
    ("/players/<uuid:user_id>/ban", _POST): acting.ban,
    ("/players/<uuid:user_id>/unban", _POST): acting.unban,
    ("/players/<uuid:user_id>/unlink", _POST): acting.unlink,
    ("/players/<uuid:user_id>/signout", _POST): acting.sign_out,
    ("/players/<uuid:user_id>/resend", _POST): acting.resend,
    ("/players/<uuid:user_id>/sessions/<uuid:session_id>/end", _POST): acting.end_session,
    ("/players/<uuid:user_id>/notes", _POST): acting.add_note,
    ("/records", _GET): records.show,
    ("/records/<string(length=40):entry>/undo", _POST): records.undo,
    ("/requests", _GET): requests.show,
    ("/requests/<exchange_id>", _GET): requests.one,
    ("/settings", _GET): settings.show,
    ("/try", _GET): trying.show,
    ("/try", _POST): trying.sign_in,
    ("/mail", _GET): mail.show,
    ("/events", _GET): events.show,
    ("/static/<name>", _GET): assets.show,
}
_WHY: Mapping[int, str] = {
    HTTPStatus.NOT_FOUND: "There is no such page.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address takes no such request.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: f"A form may have {MAX_FORM_BYTES // 1024} KB at most.",
}
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",  # with none at all, browsers do not say which page a form comes from
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Console:
    """The application, for one service."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._guard = Guard()
        self._map = _map()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request, as PEP 3333 has it."""
        request = Request(environ)
        request.max_content_length = request.max_form_memory_size = MAX_FORM_BYTES
        response = self._answer(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        visit = Visit(request, self._service, self._guard.token)
        try:
            self._guard.check(request)
            return self._served(visit)
        except HTTPException as error:
            return _failed(visit, error)
        except RefusedError as refusal:
            title = "Not found" if refusal.status == HTTPStatus.NOT_FOUND else "Not done"
            return visit.page("error.html", _status(refusal), title=title, why=str(refusal))
        except StartError as error:
            return visit.page("error.html", 502, title="No answer", why=str(error))
        except Exception:  # noqa: BLE001 - a page that fails must not leave the browser without an answer
            print(traceback.format_exc(), end="", file=sys.stderr)
            return _failed(visit, InternalServerError("The console failed. Its standard error says where."))

    def _served(self, visit: Visit) -> Response:
        show, values = self._map.bind_to_environ(visit.request.environ).match()
        if visit.request.method == "POST":
            self._guard.check_form(visit.request)
        answer: Response = show(visit, **{name: str(value) for name, value in values.items()})
        return answer


def _map() -> Map:
    rules = [Rule(path, endpoint=show, methods=methods) for (path, methods), show in _PAGES.items()]
    return Map(rules, strict_slashes=False, merge_slashes=False)


def _failed(visit: Visit, error: HTTPException) -> Response:
    why = _WHY.get(error.code or 0, error.description or "")
    response = visit.page("error.html", error.code or 500, title=error.name, why=why)
    if error.code == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = dict(error.get_headers()).get("Allow", "GET")
    return response


def _status(refusal: RefusedError) -> int:
    """Return the status of a page that tells of a refusal: the API's own where it is the visitor's to mend."""
    return refusal.status if 400 <= refusal.status < 500 else HTTPStatus.BAD_GATEWAY  # noqa: PLR2004 (the visitor's)
