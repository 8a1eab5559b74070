"""Connections to AWS: under its own name, over TLS, and whose certificates count."""

import re
import time
from pathlib import Path

import certifi
import pytest

from symbolon.aws import connections, signed
from symbolon.errors import Unavailable
from tests.helpers.providers.authority import Statement, certify, rsa_key
from tests.helpers.providers.deaths import DEATHS, dying
from tests.helpers.providers.internet import DYNAMODB, Internet
from tests.helpers.providers.replies import Reply, as_json
from tests.helpers.service.process import disconnect

AMAZON = [
    *(f"Amazon Root CA {number}" for number in (1, 2, 3, 4)),
    "Starfield Services Root Certificate Authority - G2",
]
URL = f"https://{DYNAMODB}"


@pytest.fixture
def endpoint(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> Internet:
    """Give the internet with DynamoDB in it, to a process that has not spoken to it yet."""
    monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB")
    monkeypatch.setenv("SSL_CERT_FILE", str(internet.bundle))
    internet.announce(f"{DYNAMODB}/", as_json({"Item": {}}))
    disconnect(URL)
    connections._trust.cache_clear()  # noqa: SLF001 (a new process has none)
    return internet


def trusted() -> list[str]:
    """Give the names of the authorities that count so far."""
    subjects = [str(root["subject"]) for root in connections._trust().context.get_ca_certs()]  # noqa: SLF001 (no request can tell)
    return re.findall(r"'commonName', '([^']+)'", "".join(subjects))


@pytest.mark.usefixtures("endpoint")
def test_amazons_roots_are_those_that_browsers_trust() -> None:
    """roots.pem has the five roots of Amazon Trust Services, letter for letter as Mozilla's list has them."""
    roots = re.findall(r"-----BEGIN.+?END CERTIFICATE-----", Path(connections.ROOTS).read_text(), re.DOTALL)

    assert sorted(trusted()) == AMAZON
    assert len(roots) == len(AMAZON)
    assert all(root in Path(certifi.where()).read_text() for root in roots)


def test_aws_needs_no_other_authority(endpoint: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the roots do, nobody else's certificates are read, however many requests there are."""
    monkeypatch.setattr(connections, "ROOTS", endpoint.bundle)
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())

    signed.post_json("dynamodb", "GetItem", {})
    signed.post_json("dynamodb", "GetItem", {})

    assert trusted() == ["Authority of the tests"]
    assert len({seen.connection for seen in endpoint.seen}) == 1


def test_the_machines_authorities_count_where_the_roots_do_not_do(endpoint: Internet) -> None:
    """An endpoint behind another authority, which the machine trusts, is spoken to at the first attempt."""
    answer = signed.post_json("dynamodb", "GetItem", {})

    assert answer == {"Item": {}}
    assert sorted(trusted()) == sorted([*AMAZON, "Authority of the tests"])
    assert endpoint.seen[0].headers["host"] == DYNAMODB


def test_authorities_that_could_not_be_read_are_read_later(endpoint: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenSSL passes over a file that it cannot read: the process believes its authorities once the file is there."""
    late = endpoint.bundle.with_name("late.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(late))
    with pytest.raises(Unavailable):
        signed.post_json("dynamodb", "GetItem", {})

    late.write_bytes(endpoint.bundle.read_bytes())

    assert signed.post_json("dynamodb", "GetItem", {}) == {"Item": {}}


def test_a_stranger_gets_no_request(endpoint: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """An endpoint whose certificate nobody trusts sees no request, and so no signature."""
    stranger = certify(Statement("Authority of the tests", is_authority=True), rsa_key("stranger"))
    (bundle := endpoint.bundle.with_name("stranger.pem")).write_bytes(stranger.pem())
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))

    with pytest.raises(Unavailable):
        signed.post_json("dynamodb", "GetItem", {})

    assert endpoint.seen == []


@pytest.mark.parametrize("death", DEATHS)
def test_kept_connection_that_is_dead(endpoint: Internet, monkeypatch: pytest.MonkeyPatch, death: str) -> None:
    """A request over a connection that died while nobody used it is sent again over a new one, and soon."""
    monkeypatch.setattr(connections, "ROOTS", endpoint.bundle)
    endpoint.announce(f"{DYNAMODB}/", dying(lambda _: as_json({"Item": {}}), DEATHS[death]))
    signed.post_json("dynamodb", "GetItem", {})
    start = time.monotonic()

    assert signed.post_json("dynamodb", "GetItem", {}) == {"Item": {}}

    assert time.monotonic() - start < connections.KEPT_SECONDS + 0.5
    assert len({seen.connection for seen in endpoint.seen}) == 2


def test_connection_that_aws_closed_meanwhile(endpoint: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does one that was closed in the meantime cost the request."""
    monkeypatch.setattr(connections, "ROOTS", endpoint.bundle)
    endpoint.announce(f"{DYNAMODB}/", Reply(raw=as_json({"Item": {}}).bytes()))
    signed.post_json("dynamodb", "GetItem", {})

    assert signed.post_json("dynamodb", "GetItem", {}) == {"Item": {}}
