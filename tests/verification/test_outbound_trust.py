"""The door to the internet: whom it believes, and what it keeps or says of a request."""

import logging
import re
import shutil
import ssl
import subprocess
from contextlib import suppress
from pathlib import Path

import certifi
import pytest

from symbolon.errors import Unavailable
from symbolon.internet import connections
from symbolon.internet.answers import Answer, Call
from symbolon.internet.outbound import Outbound
from tests.helpers.providers.authority import Statement, certify, rsa_key
from tests.helpers.providers.internet import APPLE, IMPOSTOR, Internet, hang_up
from tests.helpers.providers.replies import Reply, as_json

PLACE = f"{APPLE}/auth/keys"
SECRET = "a-token-that-nobody-may-read"


def ask(**more: object) -> Answer:
    """Ask Apple for its keys, with more of the request."""
    return Outbound("Apple", [APPLE]).ask(Call(f"https://{PLACE}", **more))  # type: ignore[arg-type]


def test_cookies_are_not_kept(internet: Internet) -> None:
    """What a provider wants to remember of one player does not go along with the request of the next."""
    internet.announce(PLACE, as_json({}, Set_Cookie="player=anna; Path=/; Secure"))

    ask()
    ask()

    assert "cookie" not in internet.seen[1].headers


def test_environment_names_no_proxy(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxies of the environment see nothing of it."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    internet.announce(PLACE, as_json({}))

    assert ask().status == 200


def test_certificate_of_another_host(internet: Internet) -> None:
    """A host that shows a certificate of another name is not believed."""
    with pytest.raises(Unavailable) as caught:
        Outbound("Apple", [IMPOSTOR]).ask(Call(f"https://{IMPOSTOR}/"))

    assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)
    assert internet.seen == []


def test_certificate_of_an_unknown_authority(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is one whose certificate no trusted authority has signed."""
    stranger = certify(Statement("Authority of the tests", is_authority=True), rsa_key("stranger"))
    (bundle := internet.bundle.with_name("stranger.pem")).write_bytes(stranger.pem())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    hang_up()

    with pytest.raises(Unavailable) as caught:
        ask()

    assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)


@pytest.fixture
def _certifi(internet: Internet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Have nobody but certifi say who is trusted, and certifi know the authority of the tests besides."""
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    (bundle := tmp_path / "cacert.pem").write_text(f"{certifi.contents()}\n{internet.bundle.read_text()}")
    monkeypatch.setattr(connections, "_certifi", lambda: str(bundle))
    internet.announce(PLACE, as_json({}))
    hang_up()


def trusted() -> int:
    """Give how many authorities count so far."""
    return len(connections._trust().context.get_ca_certs())  # noqa: SLF001 (no request can tell)


def test_roots_are_certifis() -> None:
    """roots.pem has some of the authorities that certifi knows, letter for letter, each under its name there."""
    some = re.findall(
        r"^# (.+)\n(-----BEGIN[^#]+END CERTIFICATE-----)$", Path(connections.ROOTS).read_text(), re.MULTILINE
    )
    known = dict(
        re.findall(r"^# Label: \"(.+)\"\n[^-]+(-----BEGIN[^#]+END CERTIFICATE-----)$", certifi.contents(), re.MULTILINE)
    )

    assert len(some) == 18
    assert {name: known.get(name) for name, _ in some} == dict(some)


@pytest.mark.usefixtures("_certifi")
def test_all_authorities_count_where_the_roots_do_not_do() -> None:
    """A host whose certificate is by another one that certifi knows is believed at the first attempt, and later on."""
    assert trusted() == 18

    assert ask().status == ask().status == 200

    assert trusted() == certifi.contents().count("BEGIN CERTIFICATE") + 1


@pytest.mark.usefixtures("_certifi")
def test_roots_are_enough_for_their_own(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the roots do, nobody else's certificates are read."""
    monkeypatch.setattr(connections, "ROOTS", str(internet.bundle))

    assert ask().status == 200

    assert trusted() == 1


@pytest.mark.usefixtures("_certifi")
def test_nobody_is_believed_whom_certifi_does_not_know(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is known neither to the roots nor to certifi is refused, at the first attempt and later on."""
    monkeypatch.setattr(connections, "_certifi", certifi.where)

    for _ in range(2):
        with pytest.raises(Unavailable) as caught:
            ask()
        assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)

    assert internet.seen == []


def test_folder_of_authorities(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment may name a folder of certificates, of which the one that is needed is read."""
    openssl = shutil.which("openssl") or pytest.skip("needs openssl, which names the files of such a folder")
    folder = internet.bundle.with_name("authorities")
    folder.mkdir(exist_ok=True)
    (folder / internet.bundle.name).write_bytes(internet.bundle.read_bytes())
    subprocess.run([openssl, "rehash", folder], check=True)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder))
    internet.announce(PLACE, as_json({}))
    hang_up()

    assert ask().status == 200


BAD_HEADERS = b"HTTP/1.1 200 \r\nContent-Type: application/json\r\nno colon\r\nContent-Length: 2\r\n\r\n{}"


@pytest.mark.parametrize("reply", [as_json({}), Reply(raw=BAD_HEADERS), Reply(raw=b""), Reply(503)])
def test_urls_are_not_logged(internet: Internet, caplog: pytest.LogCaptureFixture, reply: Reply) -> None:
    """No library logs the query of a request, which has secrets in it, however bad the answer and fine the log."""
    caplog.set_level(logging.DEBUG)
    internet.announce(PLACE, reply)

    with suppress(Unavailable):
        ask(params={"access_token": SECRET})

    assert SECRET not in caplog.text


def test_requests_have_an_agent(internet: Internet) -> None:
    """The provider learns who asks, and no version of a library."""
    internet.announce(PLACE, as_json({}))

    ask()

    assert internet.seen[0].headers["user-agent"] == "symbolon"
