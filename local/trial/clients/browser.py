"""Nakama's JavaScript client in a browser, whose page is of another origin than the service, so that CORS counts.

The browser is Chromium, without a window. It reports to the server that its page comes from.
"""

import json
import os
import queue
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode, urlsplit

from local.errors import TrialError
from local.trial.clients.nakama_client import FOLDER, PACKAGE, module, releases, scripts

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--no-proxy-server",
    # Chromium asks its maker for news otherwise.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_TYPES = {".html": "text/html", ".mjs": "text/javascript"}
_TIMEOUT_SECONDS = 120


def drive_in_browser(url: str, server_key: str, package: str = PACKAGE) -> None:
    """Do in a browser what `nakama_client.drive` does in Node; print one line. Raises TrialError with what failed."""
    browser = next(filter(None, map(shutil.which, _NAMES)), None)
    if not browser or package not in releases():
        print(f"skipped nakama-js in a browser: {_lack(browser)}", flush=True)
        return
    start = time.perf_counter()
    name = f"nakama-js {releases()[package]} in Chromium"
    options = [("url", url), ("key", server_key), *(("script", f"/{script}") for script in scripts())]
    with (
        _pages(module(package)) as (origin, reports),
        _browsing(browser, f"{origin}/browser.html?{urlencode(options)}"),
    ):
        try:
            report = json.loads(reports.get(timeout=_TIMEOUT_SECONDS))
        except queue.Empty:
            raise TrialError(f"FAILED  {name}: it reported nothing in {_TIMEOUT_SECONDS} seconds") from None
    if report["failures"] or not report["count"]:
        raise TrialError("\n".join([f"FAILED  {name}", *report["failures"]]))
    print(f"ok      {name}, CORS on ({time.perf_counter() - start:.0f} s)", flush=True)


def _lack(browser: str | None) -> str:
    return "npm has not installed it" if browser else "there is no Chromium here"


@contextmanager
def _browsing(browser: str, address: str) -> Iterator[None]:
    """Let the browser show the page, with nothing of the user's own."""
    # As root it starts without its sandbox only; all that it runs is ours.
    sandbox: Sequence[str] = () if os.geteuid() else ("--no-sandbox",)
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [browser, *_OPTIONS, *sandbox, f"--user-data-dir={profile}", address]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                yield
            finally:
                process.terminate()


@contextmanager
def _pages(client: Path) -> Iterator[tuple[str, queue.Queue[bytes]]]:
    """Serve the tests and the client on loopback; give the origin, and where the pages' reports arrive."""
    with _Pages(client) as server:
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", server.reports
        server.shutdown()


class _Pages(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, client: Path) -> None:
        self.files = {f"/{name}": FOLDER / name for name in ("browser.html", "browser.mjs", *scripts())}
        self.files["/nakama-js.mjs"] = client
        self.reports: queue.Queue[bytes] = queue.Queue()
        super().__init__(("127.0.0.1", 0), _Page)


class _Page(BaseHTTPRequestHandler):
    server: _Pages

    def do_GET(self) -> None:
        file = self.server.files.get(urlsplit(self.path).path)
        if not file:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", f"{_TYPES[file.suffix]}; charset=utf-8")
        self.end_headers()
        self.wfile.write(file.read_bytes())

    def do_POST(self) -> None:
        self.server.reports.put(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(HTTPStatus.NO_CONTENT)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing of pages that were asked for."""
