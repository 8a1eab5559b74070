"""Code-signing certificates: fetched and kept by URL, and believed only as far as the anchors reach."""

from dataclasses import replace
from pathlib import Path

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from functions.gamecenter import app
from symbolon.errors import Unavailable
from symbolon.internet.outbound import Outbound
from symbolon.verification.certificates import MAX_KEPT, Certificates, UntrustedCertificate, check_chain
from tests.helpers.providers.authority import SERVER, Holder, Statement, certify, rsa_key
from tests.helpers.providers.gamecenter import APPLE, CERTIFICATE, INTERMEDIATE, ROOT, publish
from tests.helpers.providers.internet import GAMECENTER, Internet
from tests.helpers.providers.replies import OUTAGES, Reply
from tests.helpers.service.clock import Clock

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
ANCHORS = [INTERMEDIATE.certificate, ROOT.certificate]


def leaf(statement: Statement = APPLE, issuer: Holder = INTERMEDIATE) -> x509.Certificate:
    """Give a certificate for Apple's key."""
    return certify(statement, rsa_key("apple"), issuer).certificate


def is_trusted(certificate: x509.Certificate, anchors: list[x509.Certificate] | None = None) -> bool:
    """Tell whether the certificate signs for Apple, as far as the anchors go."""
    try:
        check_chain(certificate, anchors or ANCHORS, "Apple Inc.")
    except UntrustedCertificate:
        return False
    return True


def test_chain_of_apple() -> None:
    """A certificate of the intermediate authority, for Apple, for signing code, and in its time, is Apple's."""
    assert is_trusted(leaf())


def test_chain_without_an_intermediate() -> None:
    """A single anchor may have issued it itself."""
    assert is_trusted(leaf(issuer=ROOT), [ROOT.certificate])


FLAWS = {
    "of another organization": replace(APPLE, organizations=("Somebody Else Ltd",)),
    "of an organization of nearly that name": replace(APPLE, organizations=("Apple Inc",)),
    "of an organization in other letters": replace(APPLE, organizations=("APPLE INC.",)),
    "of no organization": replace(APPLE, organizations=()),
    "of two organizations": replace(APPLE, organizations=("Apple Inc.", "Somebody Else Ltd")),
    "for servers": replace(APPLE, usage=SERVER),
    "for no purpose": replace(APPLE, usage=None),
    "expired": replace(APPLE, from_day=-30, to_day=-1),
    "not valid yet": replace(APPLE, from_day=1),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_certificate_with_a_flaw(flaw: str) -> None:
    """The authority certifies everybody, for many purposes: only Apple's own, for code, in its time, will do."""
    assert not is_trusted(leaf(FLAWS[flaw]))


def test_certificate_that_signed_itself() -> None:
    """Anybody can make a certificate that says what Apple's says."""
    assert not is_trusted(certify(APPLE, rsa_key("apple")).certificate)


def test_certificate_of_a_namesake() -> None:
    """An authority of the same name with another key is another authority."""
    namesake = certify(Statement("Code signing of the tests", is_authority=True), rsa_key("stranger"), ROOT)

    assert not is_trusted(leaf(issuer=namesake))


def test_certificate_past_the_intermediate() -> None:
    """With an intermediate among the anchors it must be the issuer, and the order of the anchors matters."""
    assert not is_trusted(leaf(issuer=ROOT))
    assert not is_trusted(leaf(), [ROOT.certificate, INTERMEDIATE.certificate])


def test_certificate_of_a_customer_of_the_authority() -> None:
    """Whom the authority certified is no authority, even where the anchors name it."""
    customer = certify(APPLE, rsa_key("customer"), INTERMEDIATE)
    unconstrained = certify(replace(APPLE, constrained=False), rsa_key("customer"), INTERMEDIATE)

    assert not is_trusted(leaf(issuer=customer))
    for middle in (customer, unconstrained):
        assert not is_trusted(leaf(issuer=middle), [middle.certificate, *ANCHORS])


def test_anchor_that_has_expired() -> None:
    """An authority whose own time is over vouches for nothing any more."""
    old = certify(Statement("Old", is_authority=True, from_day=-30, to_day=-1), rsa_key("old"), ROOT)

    assert not is_trusted(leaf(issuer=old), [old.certificate, ROOT.certificate])


def test_built_in_anchors() -> None:
    """They are DigiCert's intermediate for code signing and, as certifi has it too, the root that issued it."""
    intermediate, root = x509.load_pem_x509_certificates(Path(app.__file__).with_name("anchors.pem").read_bytes())

    intermediate.verify_directly_issued_by(root)
    assert root.public_bytes(Encoding.PEM).decode() in certifi.contents()
    assert [one.subject.rfc4514_string().split(",")[0] for one in (intermediate, root)] == [
        "CN=DigiCert Trusted G4 Code Signing RSA4096 SHA384 2021 CA1",
        "CN=DigiCert Trusted Root G4",
    ]


def fetch(kept: Certificates, place: str = CERTIFICATE) -> x509.Certificate:
    """Give the certificate at host and path."""
    return kept.at(f"https://{place}", Outbound("Game Center", [GAMECENTER]))


@pytest.mark.parametrize("encode", [Holder.der, Holder.pem])
def test_certificate_is_fetched_once(internet: Internet, encode: object) -> None:
    """A certificate comes in binary or as text, and is kept."""
    holder = certify(APPLE, rsa_key("apple"), INTERMEDIATE)
    internet.announce(CERTIFICATE, Reply(body=encode(holder)))  # type: ignore[operator]
    kept = Certificates()

    assert fetch(kept) == fetch(kept) == holder.certificate
    assert internet.asked(GAMECENTER) == 1


def test_certificate_is_kept_as_long_as_is_allowed(internet: Internet, clock: Clock) -> None:
    """Cache-Control says how long."""
    internet.announce(
        CERTIFICATE, Reply(body=certify(APPLE, rsa_key("apple")).der(), headers={"Cache-Control": "max-age=3600"})
    )
    kept = Certificates()

    for minutes, asked in ((0, 1), (59, 1), (2, 2)):
        clock.advance(minutes * MINUTE)
        fetch(kept)
        assert internet.asked(GAMECENTER) == asked


def test_certificate_is_not_kept_past_its_end(internet: Internet, clock: Clock) -> None:
    """However long the host allows, a certificate that ends in a minute is fetched again after it."""
    publish(internet, replace(APPLE, to_day=1 / 1440))
    kept = Certificates()

    fetch(kept)
    clock.advance(2 * MINUTE)
    fetch(kept)

    assert internet.asked(GAMECENTER) == 2


def test_few_certificates_are_kept(internet: Internet) -> None:
    """However many a host has, the latest ones are kept, so that nobody can fill the memory."""
    places = [f"{GAMECENTER}/public-key/gc-prod-{number}.cer" for number in range(MAX_KEPT + 1)]
    kept = Certificates()

    for place in places:
        publish(internet, place=place)
        fetch(kept, place)
    fetch(kept, places[-1])
    fetch(kept, places[0])

    assert internet.asked(GAMECENTER) == MAX_KEPT + 2


@pytest.mark.parametrize("status", [403, 404, 410])
def test_certificate_that_is_not_there(internet: Internet, status: int) -> None:
    """The client chose a URL where nothing is: that is a wrong credential, and no outage."""
    internet.announce(CERTIFICATE, Reply(status, b"not found"))

    with pytest.raises(UntrustedCertificate):
        fetch(Certificates())


@pytest.mark.parametrize("outage", OUTAGES)
def test_host_is_down(internet: Internet, outage: str) -> None:
    """What is no certificate on Apple's own host is an outage, which leaves nothing behind."""
    publish(internet)
    internet.fail(GAMECENTER, OUTAGES[outage])
    kept = Certificates()

    with pytest.raises(Unavailable, match="Game Center is not available"):
        fetch(kept)

    internet.mend(GAMECENTER)
    assert fetch(kept).subject == leaf().subject
