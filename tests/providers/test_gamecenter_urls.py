"""The URL of Game Center's certificate: chosen by the client, so it may name nothing but a file on Apple's key host."""

import pytest

from tests.helpers.players.client import Client
from tests.helpers.providers.gamecenter import REFUSED, credential
from tests.helpers.providers.internet import GAMECENTER, Internet
from tests.helpers.providers.replies import Reply
from tests.helpers.service import lambdas

pytestmark = pytest.mark.usefixtures("store")

HOST = "https://static.gc.apple.com"
FILE = f"{HOST}/public-key/gc-prod-12.cer"
URLS = [
    "http://static.gc.apple.com/public-key/gc-prod-12.cer",
    "HTTPS://static.gc.apple.com/public-key/gc-prod-12.cer",
    "https://STATIC.GC.APPLE.COM/public-key/gc-prod-12.cer",
    "https://static.gc.apple.com./public-key/gc-prod-12.cer",
    "https://static.gc.apple.com.evil.example.com/public-key/gc-prod-12.cer",
    "https://evil-static.gc.apple.com/public-key/gc-prod-12.cer",
    "https://developer.apple.com/public-key/gc-prod-12.cer",
    "https://sandbox.gc.apple.com/public-key/gc-sb.cer",
    "https://evilapple.com/public-key/gc-prod-12.cer",
    "https://static.gc.apple.com:443/public-key/gc-prod-12.cer",
    "https://static.gc.apple.com:8443/public-key/gc-prod-12.cer",
    "https://anna@static.gc.apple.com/public-key/gc-prod-12.cer",
    "https://static.gc.apple.com@evil.example.com/public-key/gc-prod-12.cer",
    "https://static.gc.apple.com:x@evil.example.com/public-key/gc-prod-12.cer",
    "https://evil.example.com/static.gc.apple.com/public-key/gc-prod-12.cer",
    "https://evil.example.com/?https://static.gc.apple.com/public-key/gc-prod-12.cer",
    "https://static.gc.apple.com\\@evil.example.com/public-key/gc-prod-12.cer",
    "https://\uff53tatic.gc.apple.com/public-key/gc-prod-12.cer",
    "https://static.gc.apple\u3002com/public-key/gc-prod-12.cer",
    "https://127.0.0.1/public-key/gc-prod-12.cer",
    "https://169.254.169.254/public-key/gc-prod-12.cer",
    "https://[::1]/public-key/gc-prod-12.cer",
    f"{HOST}//public-key/gc-prod-12.cer",
    f"{HOST}/Public-Key/gc-prod-12.cer",
    f"{HOST}/public-key/../public-key/gc-prod-12.cer",
    f"{HOST}/public-key/..%2f..%2fgc-prod-12.cer",
    f"{HOST}/public-key/%2e%2e/gc-prod-12.cer",
    f"{HOST}/public-key/deeper/gc-prod-12.cer",
    f"{HOST}/public-key/.cer",
    f"{HOST}/public-key/gc-prod-12.CER",
    f"{HOST}/public-key/{'x' * 65}.cer",
    f"{FILE}?redirect=https://evil.example.com/",
    f"{FILE}#fragment",
    f"{FILE}/",
    f"{FILE}\n",
    f"{FILE} ",
    f" {FILE}",
    "//static.gc.apple.com/public-key/gc-prod-12.cer",
    "static.gc.apple.com/public-key/gc-prod-12.cer",
    "file:///etc/passwd",
    "nonsense",
]


@pytest.mark.parametrize("url", URLS)
def test_other_urls_are_refused(internet: Internet, url: str) -> None:
    """A URL with anything unusual in it is refused, and nobody is asked."""
    answer = Client(lambdas.invoke).authenticate("gamecenter", **credential(public_key_url=url))

    assert answer.error == REFUSED
    assert internet.seen == []


@pytest.mark.parametrize("name", ["gc-prod-4", "gc-prod-12", "gc-prod-2027.1", "gc_prod-x"])
def test_files_of_other_names_are_asked_for(internet: Internet, name: str) -> None:
    """Apple counts its files up, so the name is not fixed; one that is not there is a wrong credential."""
    internet.announce(f"{GAMECENTER}/public-key/{name}.cer", Reply(404))
    url = f"{HOST}/public-key/{name}.cer"

    answer = Client(lambdas.invoke).authenticate("gamecenter", **credential(public_key_url=url))

    assert answer.error == REFUSED
    assert internet.asked(GAMECENTER) == 1
