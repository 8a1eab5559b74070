"""Game Center: a signature that Apple makes for a player, and the certificate that the client says it is by."""

import base64
import time
from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1, SHA512

from tests.helpers.players.client import Client
from tests.helpers.providers.authority import certify, rsa_key
from tests.helpers.providers.credentials import settle
from tests.helpers.providers.gamecenter import (
    APPLE,
    BUNDLE,
    CERTIFICATE,
    INTERMEDIATE,
    PLAYER,
    REFUSED,
    credential,
    proof,
    publish,
)
from tests.helpers.providers.internet import GAMECENTER, Internet
from tests.helpers.providers.replies import Reply
from tests.helpers.service import lambdas
from tests.helpers.service.clock import Clock
from tests.helpers.service.store import Store

pytestmark = pytest.mark.usefixtures("store")
ANYBODY = Client(lambdas.invoke)
NAMES = {
    "bundle_id": "bundle ID",
    "player_id": "player ID",
    "public_key_url": "public key URL",
    "salt": "salt",
    "signature": "signature",
    "timestamp_seconds": "timestamp",
}


def refusal(body: Mapping[str, Any]) -> tuple[int, int, str]:
    """Give the refusal of a credential."""
    return ANYBODY.authenticate("gamecenter", **body).error


def test_signature_signs_in(client: Client, store: Store, internet: Internet) -> None:
    """A fresh signature makes an account for the player id, and the next one finds it with the certificate kept."""
    publish(internet)

    first = client.authenticate("gamecenter", **credential())
    second = client.authenticate("gamecenter", **proof(salt=b"another").signed())

    assert (first.body["created"], "created" in second.body) == (True, False)
    assert store.owners() == {f"gamecenter#{PLAYER}": second.user_id}
    assert internet.asked(GAMECENTER) == 1


def test_timestamp_may_be_text(client: Client, internet: Internet) -> None:
    """Clients write a 64-bit number as text, as proto3 does, or as a number."""
    publish(internet)
    body = credential()

    assert (
        client.authenticate("gamecenter", **body | {"timestamp_seconds": str(body["timestamp_seconds"])}).status == 200
    )


def test_link_and_unlink(client: Client, internet: Internet) -> None:
    """The player id can be linked to an account, shows there, and can be taken away with or without a signature."""
    publish(internet)
    anna = client.sign_in("anna")

    assert client.link(anna, "gamecenter", **credential()).body == {}
    assert client.get_account(anna).body["user"]["gamecenter_id"] == PLAYER
    assert client.unlink(anna, "gamecenter", **proof(player_id="T:_another").signed()).status == 403
    assert client.unlink(anna, "gamecenter").body == {}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [None, ""])
def test_missing_field(internet: Internet, name: str, value: str | None) -> None:
    """Each field is required, and the answer says which is missing."""
    expected = (400, 3, f"GameCenter {NAMES[name]} is required.")
    if name == "timestamp_seconds" and value == "":
        expected = (400, 3, "invalid value for int64 field timestamp_seconds")

    assert refusal(credential() | {name: value}) == expected
    assert internet.seen == []


CHANGES: dict[str, dict[str, Any]] = {
    "another player": {"player_id": "T:_victim"},
    "another time": {"timestamp_seconds": int(time.time() * 1000)},
    "another salt": {"salt": base64.b64encode(b"tlas").decode()},
    "no base64 in the salt": {"salt": "s@lt"},
    "letters beyond ASCII": {"signature": "ä"},
    "an empty signature": {"signature": "="},
    "a signature of zeros": {"signature": base64.b64encode(bytes(256)).decode()},
    "a long signature": {"signature": base64.b64encode(bytes(100_000)).decode()},
    "another bundle": {"bundle_id": "com.example.other"},
    "our bundle in other letters": {"bundle_id": BUNDLE.upper()},
    "our bundle and more": {"bundle_id": BUNDLE + "2"},
    "bytes moved to the bundle": {"player_id": PLAYER[:-1], "bundle_id": PLAYER[-1] + BUNDLE},
    "bytes moved to the player": {"player_id": PLAYER + BUNDLE[0], "bundle_id": BUNDLE[1:]},
}


@pytest.mark.parametrize("change", CHANGES)
def test_changed_after_signing(internet: Internet, change: str) -> None:
    """What Apple signed cannot be changed, nor cut in another way, since the bundle must be one of ours."""
    publish(internet)

    assert refusal(credential(**CHANGES[change])) == REFUSED


@pytest.mark.parametrize("name", ["salt", "signature"])
@pytest.mark.parametrize("mark", [" ", "-", "=", "\\n"])
def test_marks_in_base64(internet: Internet, name: str, mark: str) -> None:
    """Base64 that other readers would read in other ways is refused, so that a proof has one spelling."""
    publish(internet)
    body = credential()

    assert refusal(body | {name: f"{body[name][:4]}{mark}{body[name][4:]}"}) == REFUSED


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_lines_in_base64(client: Client, internet: Internet, clock: Clock, line_end: str) -> None:
    """Apple's encoder can break lines: salt and signature may have them, and are one proof however they are broken."""
    publish(internet)
    body = credential()
    parts = {name: [body[name][at : at + 64] for at in range(0, len(body[name]), 64)] for name in ("salt", "signature")}
    broken = body | {name: line_end.join([*lines, ""]) for name, lines in parts.items()}

    assert client.authenticate("gamecenter", **broken).status == 200
    clock.advance(61)
    assert [client.authenticate("gamecenter", **again).error for again in (body, broken)] == [REFUSED] * 2


def test_long_player_id(internet: Internet) -> None:
    """A player id is refused when it is longer than 128 bytes, even if it is signed."""
    assert refusal(proof(player_id="T:" + "x" * 127).signed()) == REFUSED
    assert internet.seen == []


@pytest.mark.parametrize("bundle", ["com.example.other", BUNDLE + "2"])
def test_signature_for_another_game(internet: Internet, bundle: str) -> None:
    """A signature that Apple made for another game of another studio is not for us."""
    assert refusal(proof(bundle_id=bundle).signed()) == REFUSED
    assert internet.seen == []


def test_bundle_that_is_the_end_of_another(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """With such settings a signature for one game would be good for another player of the other, so they are none."""
    settle(monkeypatch, gamecenter={"bundle_ids": [BUNDLE, f"x{BUNDLE}"]})

    assert refusal(credential()) == (500, 13, "The service is not configured correctly.")
    assert internet.seen == []


@pytest.mark.parametrize("seconds_ago", [601, 86_400, -121, time.time() * 999 / 1000, -1e12], ids=range(5))
def test_signature_of_another_time(internet: Internet, seconds_ago: float) -> None:
    """A signature is good for ten minutes, and two minutes ahead of our clock; seconds are no milliseconds."""
    assert refusal(proof(seconds_ago).signed()) == REFUSED
    assert internet.seen == []


@pytest.mark.parametrize("timestamp", [-1, 1])
def test_impossible_timestamp(internet: Internet, timestamp: int) -> None:
    """A time before everything is refused like any that is too old."""
    assert refusal(credential(timestamp_seconds=timestamp)) == REFUSED
    assert internet.seen == []


def test_other_ways_to_sign(internet: Internet) -> None:
    """Another key, or another digest than SHA-256, is no signature of Apple's."""
    publish(internet)

    assert refusal(proof().signed(rsa_key("stranger"))) == REFUSED
    assert refusal(proof().signed(digest=SHA1())) == refusal(proof().signed(digest=SHA512())) == REFUSED  # noqa: S303


def test_key_that_is_not_rsa(internet: Internet) -> None:
    """A certificate in order, but for another kind of key, verifies nothing."""
    key = ec.generate_private_key(ec.SECP256R1())
    internet.announce(CERTIFICATE, Reply(body=certify(APPLE, key, INTERMEDIATE).der()))

    assert refusal(credential()) == REFUSED


def test_repetition_and_replay(client: Client, internet: Internet, clock: Clock) -> None:
    """The same request again within a minute gets the same account; later the signature is spent."""
    publish(internet)
    body = credential()

    first, second = (client.authenticate("gamecenter", **body) for _ in range(2))
    clock.advance(61)

    assert first.user_id == second.user_id
    assert client.authenticate("gamecenter", **body).error == REFUSED


@pytest.mark.parametrize(
    "setting", ["no certificates", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_anchors_that_are_none(internet: Internet, monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    """Anchors in the settings that cannot be read stop everything; the built-in ones do not step in."""
    publish(internet)
    settle(monkeypatch, gamecenter={"trusted_certificates": setting})

    assert refusal(credential()) == (500, 13, "The service is not configured correctly.")


def test_built_in_anchors_are_the_default(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without anchors in the settings DigiCert's count, which have certified nobody in here."""
    publish(internet)
    settle(monkeypatch, gamecenter={"trusted_certificates": None})

    assert refusal(credential()) == REFUSED
