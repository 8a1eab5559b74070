"""Known attacks on sign-in with providers, by the advisory of whom they have worked with."""

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from symbolon.internet.answers import MAX_ANSWER_BYTES
from tests.helpers.players.client import Client
from tests.helpers.providers import gamecenter
from tests.helpers.providers.authority import certify, rsa_key
from tests.helpers.providers.credentials import ACCESS_TOKEN, announce_facebook, settle, signed_player_info
from tests.helpers.providers.gamecenter import BUNDLE, CERTIFICATE, PLAYER, credential, proof
from tests.helpers.providers.id_tokens import ISSUERS, Issuer
from tests.helpers.providers.internet import GAMECENTER, Internet
from tests.helpers.providers.refusals import by_stranger, own_key, signed_with, unsigned
from tests.helpers.providers.replies import Reply, as_json
from tests.helpers.service import lambdas

pytestmark = pytest.mark.usefixtures("store")

EACH = pytest.mark.parametrize("issuer", ISSUERS.values(), ids=ISSUERS)


def refusal(provider: str, **body: object) -> tuple[int, int, str]:
    """Give the refusal of a credential, for which no table is looked into."""
    return Client(lambdas.invoke).authenticate(provider, **body).error


@EACH
@pytest.mark.parametrize("audience", [None, "", []])
def test_cve_2026_30863(internet: Internet, monkeypatch: pytest.MonkeyPatch, issuer: Issuer, audience: object) -> None:
    """Parse Server compared no audience when none was configured: a token for any game signed in to any other."""
    setting = "app_id" if issuer.provider == "facebook" else "audiences"
    settle(monkeypatch, **{issuer.provider: {setting: audience}})
    issuer.publish(internet)

    status, code, _ = refusal(issuer.provider, token=issuer.token())

    assert (status, code) in {(400, 9), (500, 13)}


def test_cve_2022_39231(internet: Internet) -> None:
    """Parse Server looked for the app id inside of another: GHSA-r657-33vp-gp22."""
    for app_id in ("123", "12345678", "12345678901", "01234567890"):
        announce_facebook(internet, app_id=app_id)

        assert refusal("facebook", token=ACCESS_TOKEN)[0] == 401


def test_cve_2022_31083(internet: Internet) -> None:
    """Parse Server took any certificate on Apple's hosts, with no chain to an authority: GHSA-rh9j-f5f8-rvgc."""
    key = rsa_key("stranger")
    internet.announce(CERTIFICATE, Reply(body=certify(gamecenter.APPLE, key).der()))

    assert refusal("gamecenter", **proof().signed(key)) == gamecenter.REFUSED


@pytest.mark.parametrize(
    "url",
    [
        "https://developer.apple.com/forums/evil.cer",
        "https://static.gc.apple.com.evil.example.com/public-key/gc-prod-12.cer",
        "https://evil.example.com/.apple.com/public-key/gc-prod-12.cer",
    ],
)
def test_ghsa_qf8x_vqjv_92gr_url(internet: Internet, url: str) -> None:
    """Parse Server fetched the key from wherever the client said, as long as it looked like Apple."""
    assert refusal("gamecenter", **credential(public_key_url=url)) == gamecenter.REFUSED
    assert internet.seen == []


def test_ghsa_qf8x_vqjv_92gr_size(internet: Internet) -> None:
    """And it read whatever came, to the end."""
    internet.announce(CERTIFICATE, Reply(body=bytes(MAX_ANSWER_BYTES + 1)))

    assert refusal("gamecenter", **credential())[0] == 503


def test_bundle_of_the_clients_choice(internet: Internet) -> None:
    """Nakama takes the bundle from the client: with no mark between the ids, one signature is good for many players."""
    gamecenter.publish(internet)
    good = proof().signed()

    for length in range(1, len(PLAYER)):
        shifted = {"player_id": PLAYER[:length], "bundle_id": PLAYER[length:] + BUNDLE}
        assert refusal("gamecenter", **good | shifted) == gamecenter.REFUSED
    assert internet.seen == []


def test_signature_for_ever(internet: Internet) -> None:
    """Nakama never looks at the age of a Game Center signature, nor at that of signed player info."""
    gamecenter.publish(internet)

    assert refusal("gamecenter", **proof(3600).signed())[0] == 401
    assert refusal("facebookinstantgame", signed_player_info=signed_player_info(issued_at=1_600_000_000))[0] == 401


@pytest.mark.usefixtures("internet")
def test_secret_that_is_not_set(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nakama signs with an empty secret when none is configured, and so can anybody."""
    for secret in (None, ""):
        settle(monkeypatch, facebookinstantgame={"app_secret": secret})

        answer = client.authenticate("facebookinstantgame", signed_player_info=signed_player_info(""))
        assert answer.error[:2] == ((500, 13) if secret == "" else (400, 9))


def test_redirect_to_another_key(internet: Internet) -> None:
    """Nakama follows redirects, so that one open redirect on a trusted host serves anybody's key."""
    elsewhere = Reply(302, b"", {"Location": f"https://{GAMECENTER}/public-key/evil.cer"})
    internet.announce(CERTIFICATE, elsewhere)
    gamecenter.publish(internet, place=f"{GAMECENTER}/public-key/evil.cer")

    assert refusal("gamecenter", **credential())[0] == 503
    assert internet.asked(GAMECENTER) == 1


@EACH
def test_cve_2015_9235(internet: Internet, issuer: Issuer) -> None:
    """The jsonwebtoken module let the token choose the algorithm: none, or HMAC with the public key."""
    issuer.publish(internet)

    for token in (unsigned(issuer), signed_with(issuer, public_key(issuer, PublicFormat.SubjectPublicKeyInfo))):
        assert refusal(issuer.provider, token=token) == issuer.refused


@EACH
def test_ghsa_r9jw_mwhq_wp62(internet: Internet, issuer: Issuer) -> None:
    """PyJWT took a public key in the format of PKCS #1 for an HMAC secret, having excluded the other formats."""
    issuer.publish(internet)

    token = signed_with(issuer, public_key(issuer, PublicFormat.PKCS1))

    assert refusal(issuer.provider, token=token) == issuer.refused


@EACH
def test_cve_2026_44699(internet: Internet, issuer: Issuer) -> None:
    """LibJWT verified an HMAC with an empty secret by an RSA key whose set does not name its algorithm."""
    published = {name: value for name, value in issuer.jwk("1").items() if name != "alg"}
    internet.announce(issuer.keys_at, as_json({"keys": [published]}))

    assert refusal(issuer.provider, token=signed_with(issuer, b"")) == issuer.refused


@EACH
def test_cve_2018_0114(internet: Internet, issuer: Issuer) -> None:
    """Node-jose trusted the key that a token brings along."""
    issuer.publish(internet)

    for token in (own_key(issuer), by_stranger(issuer, jwk=issuer.jwk("of a stranger"))):
        assert refusal(issuer.provider, token=token) == issuer.refused


@EACH
def test_ghsa_9wqv_qhrh_87f4(internet: Internet, issuer: Issuer) -> None:
    """Supabase Auth asked the issuer that a token names for the key of that token."""
    claims = issuer.claims({"iss": "https://id.evil.example.com"})
    issuer.publish(internet)

    token = jwt.encode(claims, rsa_key("stranger"), "RS256", {"kid": "1"})

    assert refusal(issuer.provider, token=token) == issuer.refused
    assert {seen.place for seen in internet.seen} == {issuer.keys_at}


def public_key(issuer: Issuer, form: PublicFormat) -> bytes:
    """Give the issuer's public key as text."""
    return rsa_key(f"{issuer.provider} 1").public_key().public_bytes(Encoding.PEM, form)
