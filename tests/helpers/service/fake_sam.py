"""Stands in for the SAM CLI where there is no Docker: its commands, with functions that run in its own process.

As the real one it gives a function only those variables that the template names, and keeps its log apart from answers.
"""

import json
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from waitress import serve

from local.gateway.events import Context
from local.gateway.gateway import Gateway, Handler
from local.gateway.handlers import load_handler
from local.template.template import Function, load_template

Options = dict[str, str]


def build(options: Options) -> None:
    """Leave the template where the build should be."""
    folder = Path(options["--build-dir"])
    folder.mkdir()
    (folder / "template.yaml").write_text(Path(options["--template-file"]).read_text())


def invoke(options: Options) -> None:
    """Call a function once."""
    answer = _call(_handlers(options)[options["invoke"]], Path(options["--event"]).read_bytes())
    sys.__stdout__.write(answer)  # type: ignore[union-attr]


def start_lambda(options: Options) -> None:
    """Serve Lambda's Invoke API."""
    handlers = _handlers(options)

    class Invocation(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            event = self.rfile.read(int(self.headers["Content-Length"]))
            answer = _call(handlers[self.path.split("/")[3]], event).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

    HTTPServer((options["--host"], int(options["--port"])), Invocation).serve_forever()


def start_api(options: Options) -> None:
    """Serve the API."""
    cors = load_template(Path(options["--template-file"])).cors
    serve(Gateway(_handlers(options).values(), cors), host=options["--host"], port=int(options["--port"]))


def _handlers(options: Options) -> dict[str, tuple[Function, Handler]]:
    given = json.loads(Path(options["--env-vars"]).read_text())["Parameters"]
    functions = load_template(Path(options["--template-file"])).functions
    return {function.name: (function, load_handler(function, given)) for function in functions}


def _call(target: tuple[Function, Handler], event: bytes) -> str:
    function, handler = target
    return json.dumps(handler(json.loads(event), Context(function, "a-request", time.time() + function.timeout_sec)))


COMMANDS: dict[str, Callable[[Options], None]] = {
    "build": build,
    "invoke": invoke,
    "start-lambda": start_lambda,
    "start-api": start_api,
}

if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word not in ("local", "--skip-pull-image")]
    if len(words) % 2:
        words.insert(0, words[0])
    with redirect_stdout(sys.stderr):
        COMMANDS[words[0]](dict(zip(words[::2], words[1::2], strict=True)))
