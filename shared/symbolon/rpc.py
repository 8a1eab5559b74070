"""Remote procedure calls: functions that a client or a game server calls by id.

A procedure is a Python function with the decorator `procedure`, in a file of its own beside the RPC function's app.py,
or in a folder of the studio's (docs/procedures.md):

    @procedure("clock/now", caller=Caller.SESSION)
    def now(call: RpcCall) -> object:
        return {"now": time.time()}

What it returns is sent as JSON; what it raises from `symbolon.errors` becomes the answer.
https://heroiclabs.com/docs/nakama/server-framework/introduction/ says how Nakama's clients call one.
"""

import importlib.util
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from symbolon.api.auth import basic_user
from symbolon.api.body import Body, parse_body, parse_json
from symbolon.api.jsontext import written
from symbolon.api.request import Request
from symbolon.api.responses import Json
from symbolon.errors import InvalidArgument, Misconfigured, NotFound, PermissionDenied, Unauthenticated
from symbolon.partners.servers import Server, server_by
from symbolon.sessions.sessions import Session, bearer_claims, current_session
from symbolon.settings.settings import Settings


class Caller(Enum):
    """Who may call a procedure: a user with a session, a server with the http key, or either."""

    SESSION = "session"
    SERVER = "server"
    ANY = "any"


@dataclass(frozen=True)
class RpcCall:
    """One call: its payload as it was sent, and who calls: the session, None for a server, and the server, if any."""

    payload: str = field(repr=False)
    session: Session | None
    request: Request
    settings: Settings
    server: Server | None = None

    @property
    def body(self) -> Body:
        """The payload as a JSON object, an empty one when there is none; raises InvalidArgument."""
        return parse_body(self.payload)

    @property
    def server_id(self) -> str:
        """The id of the server that calls, "" for one that has no key of its own."""
        return self.server.server_id if self.server else ""

    @property
    def caller(self) -> Session:
        """The caller's session, for a procedure that only users may call."""
        if self.session is None:
            raise PermissionDenied("This function is for users.")
        return self.session

    @property
    def own(self) -> Mapping[str, Any]:
        """The section `procedures` of the settings, in which a studio's procedures find what they need."""
        section = self.settings.document.get("procedures", {})
        if not isinstance(section, Mapping):
            raise Misconfigured("settings: procedures must be an object")
        return section

    def table(self, name: str) -> str:
        """Return the name of a table of the studio's, by its logical id there: `procedures.tables` says it.

        On a developer's machine a table is called by its logical id.
        """
        tables = self.own.get("tables", {})
        found = tables.get(name, name if self.settings.is_local else None) if isinstance(tables, Mapping) else None
        if not isinstance(found, str) or not found:
            raise Misconfigured(f"settings: procedures.tables.{name} must name a table")
        return found


Procedure = Callable[[RpcCall], object]


@dataclass(frozen=True)
class _Entry:
    run: Procedure
    caller: Caller


_registry: dict[str, _Entry] = {}


def procedure(rpc_id: str, *, caller: Caller) -> Callable[[Procedure], Procedure]:
    """Register the decorated function under an id, which callers may write in any case."""

    def register(function: Procedure) -> Procedure:
        if rpc_id.lower() in _registry:
            raise Misconfigured(f"the RPC id {rpc_id} is registered twice")
        _registry[rpc_id.lower()] = _Entry(function, caller)
        return function

    return register


def load_procedures(folder: Path) -> None:
    """Run every Python file of the folder, once, so that its procedures register themselves."""
    for path in sorted(folder.glob("*.py")):
        _run(path, f"procedures.{path.stem}")


def load_own_procedures(folder: Path) -> None:
    """Do the same for a studio's folder, if there is one. Its files may import what lies in it; tests are left alone.

    Raises Misconfigured, which names the file that cannot be run.
    """
    files = [path for path in sorted(folder.glob("*.py")) if not path.name.startswith(("test_", "conftest."))]
    # Last, so that nothing of ours is replaced; a build puts what requirements.txt names into packages/.
    sys.path += [path for path in map(str, (folder, folder / "packages")) if files and path not in sys.path]
    for path in files:
        known = sys.modules.get(path.stem)
        if getattr(known, "__file__", "") == str(path):  # another one of the folder has imported it
            continue
        try:
            _run(path, f"studio.{path.stem}" if known else path.stem)
        except Exception as error:
            reason = error.detail if isinstance(error, Misconfigured) else f"{type(error).__name__}: {error}"
            raise Misconfigured(f"procedures: {path.name} cannot be run: {reason}") from error


def _run(path: Path, name: str) -> None:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec and spec.loader:
        sys.modules[name] = importlib.util.module_from_spec(spec)  # where dataclasses look for their module
        spec.loader.exec_module(sys.modules[name])


def serve(request: Request, settings: Settings) -> Mapping[str, object] | Json:
    """Run the procedure that the request names; the envelope is Nakama's.

    With `unwrap` in the query the body is the payload and the answer is the result, without it both are JSON strings.
    """
    server = _server(request, settings)
    has_bearer = request.headers.get("authorization", "")[:7].lower() == "bearer "
    if has_bearer:
        bearer_claims(request, settings)
    elif not server:
        raise Unauthenticated("Auth token or HTTP key required")
    entry = _registry.get(request.path_parameters.get("id", "").lower())
    if entry is None:
        raise NotFound("RPC function not found")
    if entry.caller is Caller.SERVER and not server:
        raise PermissionDenied("This function is for servers, it needs the HTTP key.")
    if entry.caller is Caller.SESSION and not has_bearer:
        raise PermissionDenied("This function is for users, it needs a session.")
    session = current_session(request, settings) if has_bearer and entry.caller is not Caller.SERVER else None
    unwrap = "unwrap" in request.query
    result = entry.run(RpcCall(_payload(request, unwrap=unwrap), session, request, settings, server))
    text = "" if result is None else written(result)
    return Json(text) if unwrap else {"payload": text}


def _server(request: Request, settings: Settings) -> Server | None:
    """Return the server whose key the request has, in the query or as Basic user name; raises for a wrong one."""
    header = request.headers.get("authorization", "")
    shown = request.query_text("http_key") or basic_user(header)
    if shown is None and header[:5].lower() != "basic":
        return None
    server = server_by(shown, settings) if shown else None
    if server is None:
        _count_wrong_key(request, settings)
        raise Unauthenticated("HTTP key invalid")
    return server


def _count_wrong_key(request: Request, settings: Settings) -> None:
    from symbolon.limits.gate import wrong_key  # noqa: PLC0415 (servers show the right one)
    from symbolon.settings.limits import Limits  # noqa: PLC0415 (as above)

    wrong_key("http key", request.source_ip, Limits.of(settings.document))


def _payload(request: Request, *, unwrap: bool) -> str:
    if "payload" in request.query:  # for a GET
        return request.query_text("payload")
    if unwrap or not request.text:
        return request.text
    payload = parse_json(request.text)
    if not isinstance(payload, str):
        raise InvalidArgument("Request body must be a JSON string, or the query must have unwrap.")
    return payload
