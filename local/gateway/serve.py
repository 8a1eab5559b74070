"""`python -m local.gateway.serve`: the development server. `make serve` installs what it needs and starts it."""

import os
import shlex
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path

import yaml
from waitress.server import BaseWSGIServer

from local import ROOT
from local.console.console import Console
from local.console.running import running_console
from local.errors import StartError
from local.game.game import running_game
from local.gateway.gateway import Handler
from local.gateway.handlers import load_handler, use_environment
from local.gateway.iam.operators import CREDENTIALS_FILE, key_pairs
from local.gateway.invocations import Invocations
from local.gateway.mailbox import Mailbox
from local.gateway.processes import serving
from local.gateway.processes.workers import further, wanted
from local.gateway.settings import checked_settings, settings_environment
from local.gateway.shown.service import Place, local_service
from local.gateway.studio.hooks import local_hook
from local.gateway.studio.procedures import own_tables
from local.gateway.telling.bus import NAME, Bus
from local.gateway.telling.following import following
from local.interrupts import Interrupts, leave
from local.stopping import stop
from local.store.engine import Engine, running_engine
from local.store.tables import create_missing_tables
from local.template.template import Function, Template, load_template

_LOOK_AGAIN_SECONDS = 0.1


def main() -> int:
    """Serve until Ctrl-C or SIGTERM and give the exit status; the environment says how, see the Makefile."""
    interrupts = Interrupts(raising=False)
    try:
        _serve(interrupts)
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _serve(interrupts: Interrupts) -> None:
    template = _template()
    environment = settings_environment(_variable("SETTINGS_FILE", ""), _state())
    folders = [Path(function.directory).name for function in template.functions]
    settings, count = checked_settings(environment, folders), wanted(_variable("PROCESSES", "1"))
    tables = own_tables(_variable("PROCEDURES", ""))
    hooks = local_hook(settings, Path(_variable("SETTINGS_FILE", "")).absolute().parent)
    with (
        closing(_listen()) as listener,
        Invocations() as invocations,
        Mailbox() as mailbox,
        Bus() as bus,
        running_engine(_variable("DYNAMODB_ENDPOINT", ""), _variable("STATE_DIR", ".symbolon")) as engine,
    ):
        environment |= {"AWS_ENDPOINT_URL_DYNAMODB": engine.endpoint, "AWS_ENDPOINT_URL_LAMBDA": invocations.endpoint}
        environment["SYMBOLON_URL"] = _url(listener)
        environment["AWS_ENDPOINT_URL_SES"] = mailbox.endpoint
        environment |= {"AWS_ENDPOINT_URL_EVENTS": bus.endpoint, "EVENT_BUS": NAME}
        use_environment(environment)
        create_missing_tables(engine.endpoint, [*template.tables, *tables])
        handlers = [(function, load_handler(function, environment)) for function in template.functions]
        invocations.serve([*handlers, *hooks])
        pairs = key_pairs(_state())
        watch = serving.watched(template, handlers, _state())
        place = Place(_url(listener), _variable("SETTINGS_FILE", "for development, built in"), engine.description)
        console = Console(local_service(place, environment, pairs, (watch, mailbox, bus if _tells() else None)))
        with (
            further(count - 1, listener, (environment, _state()), watch.add),
            _telling(template, handlers),
            running_console(os.environ.get("CONSOLE_PORT", ""), console) as console_url,
            running_game(os.environ.get("GAME_PORT", ""), _url(listener), settings.server_key) as game_url,
        ):
            if not interrupts.came:  # while it was still starting
                _introduce(template, listener, (engine.description, console_url, game_url), settings.server_key)
                _run(serving.begin(watch, listener), engine, interrupts)


def _run(server: BaseWSGIServer, engine: Engine, interrupts: Interrupts) -> None:
    """Go on until a signal comes or the engine ends."""
    while engine.is_running() and not interrupts.came:
        time.sleep(_LOOK_AGAIN_SECONDS)
    stop(server)


def _tells() -> bool:
    """Tell whether events are to be told: not where the developer has another store, or wants none."""
    return not _variable("DYNAMODB_ENDPOINT", "") and _variable("EVENTS", "1") != "0"


def _telling(template: Template, handlers: Sequence[tuple[Function, Handler]]) -> AbstractContextManager[None]:
    followed = [table.name for table in template.tables if table.has_stream]
    [tell] = [handler for function, handler in handlers if function.directory == "functions/events"]
    return following(followed, lambda event: tell(event, None)) if _tells() else nullcontext()


def _template() -> Template:
    try:
        return load_template()
    except (OSError, yaml.YAMLError, LookupError, TypeError) as error:
        raise StartError(f"template.yaml cannot be read: {' '.join(str(error).split())}") from error


def _state() -> Path:
    return ROOT / _variable("STATE_DIR", ".symbolon")


def _variable(name: str, default: str) -> str:
    return os.environ.get(name) or default


def _listen() -> socket.socket:
    host, port = _variable("HOST", "127.0.0.1"), _variable("PORT", "7350")
    if not port.isdecimal() or int(port) > 65535:  # noqa: PLR2004 - the highest port there is
        raise StartError(f"PORT must be a number up to 65535, not {port!r}.")
    try:
        return socket.create_server((host, int(port)), backlog=serving.BACKLOG)
    except OSError as error:
        reason = str(error.strerror).partition(" (")[0]
        raise StartError(f"Cannot listen on {host}:{port} ({reason}): choose another PORT or HOST.") from error


def _url(listener: socket.socket) -> str:
    """Give where the server is, as seen from this machine."""
    host, port = listener.getsockname()[:2]
    return f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104 (a comparison)


def _introduce(template: Template, listener: socket.socket, places: tuple[str, str, str], server_key: str) -> None:
    url = _url(listener)
    routes = sum(len(function.routes) for function in template.functions)
    user = shlex.quote(f"{server_key}:")
    settings = _variable("SETTINGS_FILE", "for development, built in (SETTINGS_FILE=path takes others)")
    print(f"Symbolon serves {routes} routes of {len(template.functions)} functions at {url}")
    print(f"  settings  {settings}")
    print(f"  store     {places[0]}")
    print(f"  console   {places[1]}")
    print(f"  game      {places[2]}")
    print(f'  try       curl -u {user} -d \'{{"id":"a-device-of-mine"}}\' {url}/v2/account/authenticate/device')
    print(f"  operators make admin ARGS='find …', with the keys in {_state() / CREDENTIALS_FILE}")
    print("  Ctrl-C ends it", flush=True)


if __name__ == "__main__":
    leave(main())
