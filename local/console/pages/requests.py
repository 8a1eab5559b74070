"""Requests as they come, each with its status and what its function logged."""

import uuid
from collections.abc import Mapping

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from local.console.service import Exchange
from local.console.visit import Visit
from local.errors import StartError

_SHOWN, _LOOKED_AT = 60, 500
_ERRORS, _REFUSALS = 500, 400

KINDS: Mapping[str, str] = {"": "All", "failed": "Refused and failed", "broken": "Failed on our side"}


def show(visit: Visit) -> Response:
    """Show the latest requests; htmx asks for the list alone, again and again, unless the reader has stopped that."""
    asked = {name: visit.query(name) for name in ("kind", "text", "player", "live", "operators")}
    found: list[Exchange] = []
    why = ""
    try:
        found = [one for one in _of(visit, asked["player"]) if _is_wanted(one, asked)][:_SHOWN]
    except StartError as error:
        why = str(error)
    template = "requests_list.html" if visit.is_partial else "requests.html"
    every = visit.service.requests.every_seconds
    return visit.page(template, exchanges=found, asked=asked, kinds=KINDS, why=why, every=every)


def one(visit: Visit, exchange_id: str) -> Response:
    """Show one request with the whole line."""
    exchange = visit.service.requests.one(exchange_id)
    if exchange is None:
        raise NotFound
    return visit.page("request.html", exchange=exchange)


def _of(visit: Visit, player: str) -> list[Exchange]:
    """Return the latest requests, of one player or of all; raises StartError."""
    if not player:
        return visit.service.requests.latest(_LOOKED_AT)
    try:
        return visit.service.requests.of_player(str(uuid.UUID(player)), _LOOKED_AT)
    except ValueError as error:
        raise StartError(f"{player!r} is no player's id: Players finds them.") from error


def _is_wanted(exchange: Exchange, asked: Mapping[str, str]) -> bool:
    least = {"failed": _REFUSALS, "broken": _ERRORS}.get(asked["kind"], 0)
    is_ours = exchange.path.startswith("/admin/") and asked["operators"] != "yes"
    told = f"{exchange.method} {exchange.path} {exchange.status} {exchange.line}".lower()
    return exchange.status >= least and not is_ours and asked["text"].lower() in told
