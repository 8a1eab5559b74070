"""What is signed as it should be may say anything, and a provider may answer anything: it is refused in good order."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers.answers.anything import JSONS, altered
from tests.helpers.players.client import Answer, Client
from tests.helpers.providers import gamecenter, issuer, notices
from tests.helpers.providers.authority import rsa_key
from tests.helpers.providers.credentials import Way, settle, signed, signed_player_info
from tests.helpers.providers.id_tokens import ISSUERS, encoded
from tests.helpers.providers.internet import Internet, Seen
from tests.helpers.providers.replies import JSON, Reply
from tests.helpers.providers.ways import ASKING
from tests.helpers.service.process import restart

pytestmark = pytest.mark.long

USUAL = settings(max_examples=40, suppress_health_check=list(HealthCheck))
DOWN = (503, 14)
CLAIMS = st.dictionaries(
    st.sampled_from(["iss", "aud", "azp", "sub", "iat", "exp", "nbf", "nonce", "email", "email_verified", "jti"]), JSONS
)
HEADERS = st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "jwk", "b64"]), JSONS, max_size=2)

Credential = Mapping[str, Any]


@pytest.fixture
def studio(client: Client, internet: Internet, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Give a client of a studio that has set up everything."""
    settle(monkeypatch)
    issuer.settle(internet, monkeypatch)
    notices.publish(internet)
    return client


def is_in_order(answer: Answer) -> bool:
    """Tell whether an answer is one for a client, or says that a provider is down and when to come back."""
    is_down = (answer.status, answer.body.get("code")) == DOWN and answer.headers["retry-after"].isdecimal()
    return answer.status < 500 or is_down


@pytest.mark.parametrize("name", ISSUERS)
def test_claims(studio: Client, internet: Internet, name: str) -> None:
    """An ID token with the provider's own signature and any claims at all signs somebody in, or is refused."""
    ISSUERS[name].publish(internet)

    @USUAL
    @given(CLAIMS)
    def is_answered(changed: dict[str, Any]) -> None:
        restart()
        assert studio.authenticate(name, token=ISSUERS[name].token(changed)).status in (200, 400, 401)

    is_answered()


def test_claims_of_any_issuer(studio: Client) -> None:
    """The same of an issuer that the studio has named."""

    @USUAL
    @given(CLAIMS)
    def is_answered(changed: dict[str, Any]) -> None:
        restart()
        token = token_of({"kid": "rsa"}, issuer.claims() | changed, issuer.key("rsa"))
        assert studio.authenticate("custom", id=f"studio|{token}").status in (200, 400, 401)

    is_answered()


def token_of(header: Mapping[str, Any], claims: Mapping[str, Any], key: object) -> str:
    """Give a token whose header and claims say anything, which no library would write, with the key's signature."""
    assert isinstance(key, rsa.RSAPrivateKey)
    text = f"{encoded({'alg': 'RS256', 'typ': 'JWT', **header})}.{encoded(claims)}"
    return f"{text}.{encoded(key.sign(text.encode(), padding.PKCS1v15(), SHA256()))}"


@pytest.mark.parametrize("name", ISSUERS)
def test_headers(studio: Client, internet: Internet, name: str) -> None:
    """A token's header may say anything, too; what names another key has the keys looked up once more."""
    ISSUERS[name].publish(internet)

    @USUAL
    @given(HEADERS)
    def is_answered(header: dict[str, Any]) -> None:
        restart()
        token = token_of({"kid": "1"} | header, ISSUERS[name].claims(), rsa_key(f"{name} 1"))
        assert studio.authenticate(name, token=token).status in (200, 400, 401, 503)

    is_answered()


@pytest.mark.parametrize("notifier", [notices.apple(), notices.google()], ids=["apple", "google"])
def test_notices(studio: Client, notifier: notices.Notifier) -> None:
    """A notice with the provider's signature that says anything is no 5xx."""
    usual = notifier.events()
    document = json.loads(usual) if isinstance(usual, str) else usual

    @USUAL
    @given(altered(document), CLAIMS, st.booleans())
    def is_answered(events: Any, changed: dict[str, Any], is_text: bool) -> None:  # noqa: ANN401, FBT001 (JSON; drawn)
        restart()
        said = json.dumps(events) if is_text else events
        assert notifier.tell(studio, **{**changed, "events": said}).status < 500

    is_answered()


@pytest.mark.parametrize("route", [notices.DEAUTHORIZE, notices.DELETION])
def test_signed_requests(studio: Client, route: str) -> None:
    """So is a request that Facebook signs, whatever it says."""
    usual = {"algorithm": "HMAC-SHA256", "issued_at": 1773119783, "user_id": "77"}

    @USUAL
    @given(altered(usual) | JSONS)
    def is_answered(payload: Any) -> None:  # noqa: ANN401 (JSON)
        restart()
        text = signed(payload if not isinstance(payload, str) else [payload], notices.APP_SECRET)
        assert notices.post(studio, route, text).status < 500

    is_answered()


def test_signed_players(studio: Client) -> None:
    """So is a player of an Instant Game."""

    @USUAL
    @given(st.dictionaries(st.sampled_from(["algorithm", "issued_at", "player_id", "request_payload", "x"]), JSONS))
    def is_answered(changed: dict[str, Any]) -> None:
        restart()
        text = signed_player_info(**changed)
        assert studio.authenticate("facebookinstantgame", signed_player_info=text).status in (200, 400, 401)

    is_answered()


@pytest.mark.parametrize("name", ASKING)
def test_answers(studio: Client, internet: Internet, name: str) -> None:
    """A provider's answer of which a part is anything else is a refusal, or an outage of the provider, and no crash."""
    way = ASKING[name]
    good = good_answers(studio, internet, way)

    @USUAL
    @given(st.data())
    def is_answered(data: st.DataObject) -> None:
        restart()
        place = data.draw(st.sampled_from(sorted(good)))
        content = data.draw(altered(good[place]))
        internet.announce(place, Reply(data.draw(st.sampled_from([200, 200, 400])), json.dumps(content).encode(), JSON))
        answer = studio.authenticate(way.provider, **way.credential())
        way.announce(internet)

        assert is_in_order(answer)

    is_answered()


def good_answers(studio: Client, internet: Internet, way: Way) -> dict[str, Any]:
    """Give what the hosts answer when somebody signs in, as JSON, or else as bytes in an object."""
    found: dict[str, Any] = {}
    way.announce(internet)
    announced = dict(internet.answers)
    for place, responder in announced.items():
        internet.announce(place, _noting(place, responder, found))
    assert studio.authenticate(way.provider, **way.credential()).status == 200
    internet.answers.update(announced)
    return found or {way.place or next(iter(announced)): {}}


def _noting(place: str, responder: Callable[[Seen], Reply], found: dict[str, Any]) -> Callable[[Seen], Reply]:
    def answer(seen: Seen) -> Reply:
        reply = responder(seen)
        found[place] = json.loads(reply.body) if reply.body.startswith(b"{") else {}
        return reply

    return answer


def test_proofs(studio: Client, internet: Internet) -> None:
    """A player of Game Center's whose fields are anything is refused before Apple is asked, or after."""
    gamecenter.publish(internet)
    usual = gamecenter.proof().signed()

    @USUAL
    @given(st.dictionaries(st.sampled_from(sorted(usual)), JSONS | st.text(max_size=40)))
    def is_answered(changed: dict[str, Any]) -> None:
        restart()
        assert studio.authenticate("gamecenter", **{**gamecenter.credential(), **changed}).status < 500

    is_answered()


def test_certificates(studio: Client, internet: Internet) -> None:
    """A certificate of Apple's with bytes that are others is none."""
    gamecenter.publish(internet)
    good = internet.answers[gamecenter.CERTIFICATE](Seen(0, "", "", {}, {}, b"")).body

    @USUAL
    @given(st.dictionaries(st.integers(0, len(good) - 1), st.integers(0, 255), max_size=3), st.integers(0, len(good)))
    def is_answered(changed: dict[int, int], length: int) -> None:
        restart()
        content = bytearray(good)
        for at, byte in changed.items():
            content[at] = byte
        settled = bytes(content[: length if length % 3 == 0 else None])
        internet.announce(gamecenter.CERTIFICATE, Reply(200, settled))
        answer = studio.authenticate("gamecenter", **gamecenter.proof(salt=settled[:8]).signed())

        assert is_in_order(answer)

    is_answered()
