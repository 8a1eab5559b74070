"""The console of a deployed stack: its pages open, and a button does what it says. No port is opened for it."""

import re
import secrets
import time
from dataclasses import dataclass

from werkzeug.test import Client

from local.admin_api import Api
from local.console.console import Console
from local.errors import SmokeError
from local.trial.service import Service

_HOST = "127.0.0.1:7351"
_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
_PAGES = {
    "/": "Overview",
    "/requests": "Requests",
    "/records": "Records",
    "/settings": "Ways to sign in",
    "/try": "Try a sign-in",
    "/mail": "Mail",
}


@dataclass(frozen=True)
class Browser:
    """Who looks at a console: without scripts, from this process."""

    console: Console

    def page(self, path: str) -> str:
        """Open a page; raises SmokeError."""
        answer = Client(self.console).get(path, headers={"Host": _HOST})
        if answer.status_code != 200:  # noqa: PLR2004 (there)
            raise SmokeError(f"FAILED  the console answers {path} with {answer.status_code}: {answer.text[-400:]}")
        return answer.text

    def send(self, path: str, fields: dict[str, str]) -> None:
        """Send a form of the console's own; raises SmokeError."""
        form = {"form_token": _TOKEN.findall(self.page("/try"))[0], **fields}
        headers = {"Host": _HOST, "Origin": f"http://{_HOST}"}
        answer = Client(self.console).post(path, data=form, headers=headers)
        if answer.status_code != 303:  # noqa: PLR2004 (back to the page)
            raise SmokeError(f"FAILED  the console answers {path} with {answer.status_code}: {answer.text[-400:]}")


def walk_console(console: Console, service: Service, api: Api) -> None:
    """Open each page, find a player who has just come, and ban and unban it. Raises SmokeError."""
    start, browser, mark = time.perf_counter(), Browser(console), secrets.token_hex(8)
    for path, words in _PAGES.items():
        if words not in browser.page(path):
            raise SmokeError(f"FAILED  the console's page {path} is not there")
    route = f"POST /v2/account/authenticate/device?username=watched-{mark}&create=true"
    service.call(route, 200, {"id": f"watched-device-{mark}"})
    [found] = api.call("GET /admin/v1/users", {"query": f"watched-device-{mark}"})["users"]
    page = f"/players/{found['id']}"
    if page not in browser.page(f"/players?query=watched-device-{mark}"):
        raise SmokeError("FAILED  the console does not find a player by a device")
    browser.send(f"{page}/ban", {"term": "1h", "reason": "Tried out."})
    service.call(route, 403, {"id": f"watched-device-{mark}"})
    browser.send(f"{page}/unban", {})
    service.call(route, 200, {"id": f"watched-device-{mark}"})
    print(f"ok      the console shows the stack ({(time.perf_counter() - start) * 1000:.0f} ms)", flush=True)
