"""The example game in a real browser: a first visit by keyboard, a second device, friends, and when something is amiss.

Pictures are left in .screenshots for people to look at.
"""

import re
from collections.abc import Iterator

import pytest

from local import ROOT
from local.ports import free_port
from tests.helpers.browser import chromium
from tests.helpers.browser.chromium import DESK, PHONE, Browser
from tests.helpers.service.local_gateway import Started, start

PATH = chromium.find_chromium()
PICTURES = ROOT / ".screenshots"
LOOKS = {"light": (DESK, False), "dark": (DESK, True), "phone": (PHONE, False)}
NOT_LABELLED = """[...document.querySelectorAll('input')]
    .filter(one => !one.labels.length && !one.getAttribute('aria-label')).map(one => one.outerHTML)"""
NOTE = "document.getElementById('note').innerText"

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(PATH is None, reason=f"there is no browser here: {', '.join(chromium.NAMES)}"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """Give a server with a game, and no players."""
    started = start(tmp_path_factory.mktemp("game"), GAME_PORT=str(free_port()))
    started.wait_for_url()
    yield started
    started.end()


@pytest.fixture(scope="module")
def game(server: Started) -> str:
    """Give the game's address."""
    [url] = re.findall(r"game +(http\S+)", server.printed())
    return str(url)


@pytest.fixture
def anna() -> Iterator[Browser]:
    """Give a browser that was never here."""
    assert PATH
    with chromium.running(PATH) as browser:
        browser.look()
        yield browser


@pytest.fixture
def bert() -> Iterator[Browser]:
    """Give another one."""
    assert PATH
    with chromium.running(PATH) as browser:
        browser.look(PHONE)
        yield browser


def look_at(browser: Browser, name: str) -> None:
    """Leave a picture of the page in every look; nothing sticks out, and each field has a name."""
    for look, (size, dark) in LOOKS.items():
        browser.look(size, dark=dark)
        browser.picture(PICTURES / f"game-{name}-{look}.png")
        assert browser.run("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, look
    browser.look()
    assert browser.run(NOT_LABELLED) == []


def fill(browser: Browser, form: str, **fields: str) -> None:
    """Fill a form and send it by the keyboard."""
    for name, text in fields.items():
        browser.tab_to(f"#{form} [name={name}]")
        browser.write(text)
    browser.press("Enter", "\r")


def enter(browser: Browser, game: str, name: str) -> None:
    """Play for the first time, under this name."""
    browser.go(game)
    browser.wait("!document.getElementById('door').hidden")
    browser.tab_to("#enter")
    browser.press("Enter", "\r")
    browser.wait(f"{NOTE}.includes('new account')")
    fill(browser, "rename", username=name)
    browser.wait(f"{NOTE} === 'You are {name} now.'")


def click(browser: Browser, selector: str) -> None:
    """Press a button."""
    browser.run(f"document.querySelector(`{selector}`).click()")


def test_first_visit(anna: Browser, game: str) -> None:
    """Somebody plays at once, by keyboard, and is still there after the page was loaded anew."""
    anna.go(game)
    anna.wait("!document.getElementById('door').hidden")
    look_at(anna, "door")
    enter(anna, game, "anna")
    look_at(anna, "alone")
    click(anna, "#start")
    for _ in range(10):
        anna.tab_to("#lamps .lit")
        anna.press(" ", " ")
    anna.wait("document.getElementById('score').innerText.includes('your best')")
    anna.go(f"{game}/")

    anna.wait("document.getElementById('who').innerText === 'You are anna'")
    assert anna.complaints == []


def test_address_opens_another_browser(anna: Browser, bert: Browser, game: str) -> None:
    """An address that was linked signs in elsewhere; a password that is wrong is said to be."""
    enter(anna, game, "emma")
    fill(anna, "email-link", email="emma@example.com", password="a long one, 44 lamps")
    anna.wait(f"{NOTE}.includes('The address is linked.')")
    bert.go(game)

    fill(bert, "email-in", email="emma@example.com", password="another one, 45 lamps")
    bert.wait(f"{NOTE}.includes('The password is another.')")
    look_at(bert, "refused")
    click(bert, "#email-in [name=password]")
    bert.run("document.querySelector('#email-in').reset()")
    fill(bert, "email-in", email="emma@example.com", password="a long one, 44 lamps")

    bert.wait("document.getElementById('who').innerText === 'You are emma'")


def test_code_opens_another_device(anna: Browser, bert: Browser, game: str) -> None:
    """A device shows a code, the player types it in the game, and the device is signed in."""
    enter(anna, game, "dora")
    bert.go(game)
    click(bert, "#code-in")
    bert.wait("/^[A-Z]{4}-[A-Z]{4}$/.test(document.getElementById('code').innerText)")
    look_at(bert, "code")

    fill(anna, "approve", code=bert.run("document.getElementById('code').innerText"))

    anna.wait(f"{NOTE}.includes('signed in within a few seconds')")
    bert.wait("document.getElementById('who').innerText === 'You are dora'")
    assert anna.complaints == []


def test_friends(anna: Browser, bert: Browser, game: str) -> None:
    """Two find each other by name, and part again."""
    enter(anna, game, "fritz")
    enter(bert, game, "frida")
    fill(anna, "befriend", username="nobody-at-all")
    anna.wait(f"{NOTE}.includes('Nobody else has this name.')")
    anna.run("document.querySelector('#befriend').reset()")
    fill(anna, "befriend", username="frida")
    anna.wait(f"{NOTE} === 'frida is invited.'")

    bert.go(game)
    bert.wait("document.querySelector('#friends li')?.innerText.includes('wants to be your friend')")
    look_at(bert, "friends")
    click(bert, "[aria-label='Accept fritz']")
    bert.wait("!document.querySelector('[aria-label=\"Accept fritz\"]')")
    click(bert, "[aria-label='Remove fritz']")

    bert.wait("!document.getElementById('alone').hidden")


def test_no_network(anna: Browser, game: str) -> None:
    """Who is offline is told so, can play, and goes on when the network is back."""
    enter(anna, game, "otto")
    anna.send("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)
    anna.wait("!document.getElementById('offline').hidden")
    fill(anna, "befriend", username="anybody")
    anna.wait(f"{NOTE}.includes('You are offline.')")
    look_at(anna, "offline")

    anna.send("Network.emulateNetworkConditions", offline=False, latency=0, downloadThroughput=-1, uploadThroughput=-1)

    anna.wait("document.getElementById('offline').hidden")


def test_leaving(anna: Browser, game: str) -> None:
    """Signed out, one comes back as the same; deleted, as somebody new."""
    enter(anna, game, "leo")
    click(anna, "#leave")
    anna.wait(f"{NOTE}.includes('You are signed out.')")
    click(anna, "#enter")
    anna.wait("document.getElementById('who').innerText === 'You are leo'")
    click(anna, "#erase")
    anna.wait("document.getElementById('sure').open")
    anna.picture(PICTURES / "game-erase.png")
    click(anna, "#sure [value=yes]")
    anna.wait(f"{NOTE} === 'The account is gone.'")

    click(anna, "#enter")

    anna.wait(f"{NOTE}.includes('This is your new account.')")


def test_no_server(anna: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A server that has gone is named as what is missing, and not shown as a failure of the game."""
    started = start(tmp_path_factory.mktemp("gone"), GAME_PORT=str(free_port()))
    started.wait_for_url()
    [url] = re.findall(r"game +(http\S+)", started.printed())
    enter(anna, url, "gustav")
    started.end()

    fill(anna, "befriend", username="anybody")

    anna.wait(f"{NOTE}.includes('The server does not answer.')")
