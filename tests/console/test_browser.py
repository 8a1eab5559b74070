"""The console in a real browser: by keyboard, in light and dark, on a phone, renewing itself, and from elsewhere.

Pictures of all pages are left in .screenshots for people to look at.
"""

import json
import re
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import Request, urlopen

import pytest

from local import ROOT
from local.ports import free_port
from tests.helpers.browser import chromium
from tests.helpers.browser.chromium import DESK, PHONE, Browser
from tests.helpers.players.client import basic
from tests.helpers.service.local_gateway import Started, start

PATH = chromium.find_chromium()
PICTURES = ROOT / ".screenshots"
LOOKS = {"light": (DESK, False), "dark": (DESK, True), "phone": (PHONE, False)}
NOT_LABELLED = """[...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
    .filter(one => !one.labels.length && !one.getAttribute('aria-label')).map(one => one.outerHTML)"""

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(PATH is None, reason=f"there is no browser here: {', '.join(chromium.NAMES)}"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """Give a server with a console, and no players."""
    started = start(tmp_path_factory.mktemp("console"), CONSOLE_PORT=str(free_port()))
    started.wait_for_url()
    yield started
    started.end()


@pytest.fixture(scope="module")
def console(server: Started) -> str:
    """Give the console's address."""
    [url] = re.findall(r"console +(http\S+)", server.printed())
    return str(url)


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    """Give the browser."""
    assert PATH
    with chromium.running(PATH) as browser:
        yield browser


@pytest.fixture
def browser(chrome: Browser) -> Iterator[Browser]:
    """Give the browser at its usual size, and see that no page made it complain."""
    chrome.look()
    chrome.complaints.clear()
    yield chrome
    assert chrome.complaints == []


def ask(server: Started, path: str, body: Mapping[str, object], authorization: str = "") -> dict[str, str]:
    """Ask the server as a game does."""
    headers = {"authorization": authorization or basic("defaultkey"), "content-type": "application/json"}
    request = Request(server.wait_for_url() + path, json.dumps(body).encode(), headers)  # noqa: S310 (http)
    with urlopen(request, timeout=30) as answer:  # noqa: S310 (as above)
        found: dict[str, str] = json.load(answer)
    return found


def player(server: Started, name: str) -> None:
    """Let a player sign in and link a second way."""
    session = ask(server, f"/v2/account/authenticate/device?username={name}", {"id": f"device-of-{name}"})
    custom = {"id": f"custom-id-of-{name}"}
    ask(server, "/v2/account/link/custom", custom, f"Bearer {session['token']}")


def look_at(browser: Browser, name: str, url: str) -> None:
    """Open a page in every look and leave a picture of each; nothing sticks out, and each field has a name."""
    browser.go(url)
    for look, (size, dark) in LOOKS.items():
        browser.look(size, dark=dark)
        browser.picture(PICTURES / f"{name}-{look}.png")
        assert browser.run("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, look
    browser.look()
    assert browser.run(NOT_LABELLED) == []
    assert browser.run("document.querySelectorAll('h1').length") == 1


@pytest.mark.parametrize("page", ["", "players", "requests", "records", "settings", "try", "mail"])
def test_empty_pages(browser: Browser, console: str, page: str) -> None:
    """Before anything has happened, each page says what it is for."""
    look_at(browser, f"empty-{page or 'overview'}", f"{console}/{page}")


def test_day_by_keyboard(browser: Browser, console: str, server: Started) -> None:
    """A player is found while one types, banned, and let off again, without a mouse."""
    player(server, "anna")
    browser.go(f"{console}/players")

    browser.write("ann")  # the search has the focus from the start
    browser.wait("document.querySelector('#found a')")
    browser.tab_to("#found a")
    browser.press("Enter", "\r")
    browser.wait("document.querySelector('h1')?.innerText === 'anna'")
    browser.tab_to(".actions details:first-of-type > summary")
    browser.press("Enter", "\r")
    browser.picture(PICTURES / "ban.png")
    browser.tab_to("#ban-reason")
    browser.write("Aimbot, seen twice.")
    browser.press("Enter", "\r")
    browser.wait("document.body.innerText.includes('The player is banned.')")
    look_at(browser, "banned", browser.run("location.href"))
    browser.tab_to(".note.good button")
    browser.press("Enter", "\r")
    browser.wait("document.body.innerText.includes('Undone.')")

    assert browser.run("document.querySelector('h1').innerText") == "anna"


def test_requests_come_by_themselves(browser: Browser, console: str, server: Started) -> None:
    """A request is on the page soon after it was answered, and a line that was opened stays open."""
    player(server, "bert")
    browser.go(f"{console}/requests")
    browser.wait("document.querySelector('#list details')")
    browser.run("document.querySelector('#list details summary').click()")
    name = browser.run("document.querySelector('#list details').id")

    ask(server, "/v2/account/authenticate/custom?create=false", {"id": "custom-id-of-bert"})

    browser.wait("document.querySelector('#list tbody').innerText.includes('/v2/account/authenticate/custom')")
    assert browser.run(f"document.getElementById('{name}').open")
    look_at(browser, "requests", f"{console}/requests")


def test_pages_that_are_full(browser: Browser, console: str, server: Started) -> None:
    """Pages with something on them fit as well."""
    for name in ("carl", "carla", "carlo-with-a-name-that-is-as-long-as-it-may-be-" + "o" * 50):
        player(server, name)
    browser.go(f"{console}/players?query=carla")
    carla = browser.run("document.querySelector('#found a').href")

    for name, url in {
        "overview": console,
        "players": f"{console}/players?query=carl",
        "nobody": f"{console}/players?query=nobody",
        "player": carla,
        "edit": f"{carla}/edit",
        "erase": f"{carla}/erase",
        "records": f"{console}/records",
    }.items():
        look_at(browser, name, url)


def test_sign_in_that_is_tried(browser: Browser, console: str) -> None:
    """The claims of a session are on the page after a sign-in."""
    browser.go(f"{console}/try?provider=custom")
    browser.tab_to("#id")
    browser.write("custom-id-of-dora")
    browser.press("Enter", "\r")

    browser.wait("document.body.innerText.includes('Session token')")

    browser.picture(PICTURES / "tried.png")
    assert "A new account was made." in browser.run("document.body.innerText")


def test_error_page(chrome: Browser, console: str) -> None:
    """What is not there is said on a page like the others."""
    look_at(chrome, "error", f"{console}/elsewhere")

    assert "There is no such page." in chrome.run("document.body.innerText")


def test_other_names_of_this_machine(chrome: Browser, console: str) -> None:
    """A name of somebody else that leads to loopback leads to nothing."""
    port = console.rpartition(":")[2]

    chrome.send("Page.navigate", url=f"http://evil.example:{port}/mail")

    chrome.wait("document.body.innerText.includes('127.0.0.1 and localhost alone')")


@pytest.mark.parametrize("host", ["127.0.0.1", "evil.example"])
def test_pages_from_elsewhere(chrome: Browser, console: str, attacker: int, host: str) -> None:
    """A page of another origin, be it only another port, can neither read the console nor send it a form."""
    chrome.go(f"http://{host}:{attacker}/")

    read = chrome.run(f"fetch('{console}/mail').then(answer => answer.text(), error => 'refused')")
    form = f"<form method=post action={console}/try><input name=form_token value=x></form>"
    chrome.run(f"document.body.innerHTML = {json.dumps(form)}; document.querySelector('form').submit()")
    chrome.wait(f"location.href === '{console}/try'")

    chrome.wait("document.body.innerText.includes('Another web page asked for this.')")
    assert read == "refused"


@pytest.fixture(scope="module")
def attacker() -> Iterator[int]:
    """Give the port of a web server with an empty page."""

    class Empty(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><body>")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Empty) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()
