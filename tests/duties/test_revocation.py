"""Taking leave of Apple: what is kept while an account lives, and revoked when it is deleted."""

import json
import time
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from symbolon.api.application import WorkFailed
from symbolon.duties.applekey import AppleKey
from tests.conftest import Log
from tests.helpers.players.client import Answer, Client, claims_of
from tests.helpers.players.operator import Operator
from tests.helpers.providers import apple_tokens, notices
from tests.helpers.providers.apple_tokens import REVOKE, TOKEN, AppleTokens, invoke, pem, section
from tests.helpers.providers.credentials import settle
from tests.helpers.providers.id_tokens import APPLE_ID
from tests.helpers.providers.internet import APPLE, Internet
from tests.helpers.providers.replies import Reply, as_json
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock
from tests.helpers.service.store import Store

DAY = 24 * 3600


@pytest.fixture(autouse=True)
def apple(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppleTokens]:
    """Give Apple, and a studio that has set its key up."""
    with apple_tokens.running(internet, monkeypatch) as apple:
        yield apple


def sign_in(client: Client, code: str = "good", **changed: object) -> Answer:
    """Sign in with Apple, and hand over the code."""
    variables = {"apple_code": code, "theme": "dark"}
    answer = client.authenticate("apple", token=APPLE_ID.token(changed), vars=variables)
    assert answer.status == 200, answer.body
    return answer


def kept(store: Store) -> list[object]:
    """Give the tokens that are kept with identities, as they are stored."""
    return [row["kept_token"] for row in store.rows("IdentitiesTable") if "kept_token" in row]


def test_deletion_revokes(client: Client, store: Store, apple: AppleTokens) -> None:
    """The code is exchanged after the sign-in, the token is kept sealed, and revoked once the account is deleted."""
    session = sign_in(client)
    apple.run()
    [row] = kept(store)
    assert "r-of-good" not in json.dumps(row, default=str)
    assert apple.revoked == []

    assert client.delete_account(session).status == 200
    apple.run()

    assert apple.revoked == ["r-of-good"]
    assert apple.forms[-1]["token_type_hint"] == "refresh_token"
    assert store.rows("RevocationsTable") == store.rows("IdentitiesTable") == []


def test_operators_erasure_revokes(client: Client, apple: AppleTokens) -> None:
    """An account that an operator erases takes leave in the same way."""
    session = sign_in(client)
    apple.run()

    assert Operator().erase(session.user_id).status == 200
    apple.run()

    assert apple.revoked == ["r-of-good"]


def test_session_does_not_hold_the_code(client: Client) -> None:
    """What is for Apple is in no token, and other variables are."""
    session = sign_in(client)

    assert claims_of(session.token)["vrs"] == claims_of(session.refresh_token)["vrs"] == {"theme": "dark"}


def test_code_of_a_page(client: Client, apple: AppleTokens) -> None:
    """A code for a Services ID is exchanged for that one, with the address to which it was sent."""
    variables = {"apple_code": "good", "apple_redirect_uri": "https://game.example.com/signed-in"}
    client.authenticate("apple", token=APPLE_ID.token({"aud": "com.example.game.web"}), vars=variables)

    apple.run()

    [form] = apple.forms
    assert (form["client_id"], form["redirect_uri"]) == ("com.example.game.web", "https://game.example.com/signed-in")
    assert (form["grant_type"], form["code"]) == ("authorization_code", "good")


def test_refresh_token_in_its_place(client: Client, apple: AppleTokens) -> None:
    """A studio that has exchanged the code itself hands over the refresh token."""
    session = client.authenticate("apple", token=APPLE_ID.token(), vars={"apple_refresh_token": "good-token"})
    apple.run()

    client.delete_account(session)
    apple.run()

    assert apple.forms[0]["grant_type"] == "refresh_token"
    assert apple.revoked == ["good-token"]


def test_link_hands_a_code_over(client: Client, store: Store, apple: AppleTokens) -> None:
    """A link does, too, also one of an identity that the account has: so a game asks for a code before it deletes."""
    session = client.sign_in("anna")
    client.link(session, "apple", token=APPLE_ID.token())
    assert apple.run() == []

    client.link(session, "apple", token=APPLE_ID.token(), vars={"apple_code": "good"})
    apple.run()

    assert len(kept(store)) == 1


def test_one_token_a_day(client: Client, store: Store, apple: AppleTokens, clock: Clock) -> None:
    """Who signs in again on the same day costs Apple nothing; later the newer token is kept."""
    sign_in(client)
    apple.run()
    sign_in(client, "good-2")
    apple.run()
    assert apple.exchanged == ["good"]

    clock.advance(DAY + 1)
    sign_in(client, "good-3", iat=int(time.time()) - DAY + 4, exp=int(time.time()) + 600)
    apple.run()

    assert apple.exchanged == ["good", "good-3"]
    assert len(kept(store)) == 1


@pytest.mark.parametrize("code", ["used", "", "x" * 3000])
def test_codes_that_are_none(client: Client, store: Store, apple: AppleTokens, code: str) -> None:
    """A code that Apple does not take, or that is none, changes nothing about the sign-in, and is not tried twice."""
    answer = client.authenticate("apple", token=APPLE_ID.token(), vars={"apple_code": code})
    apple.run()

    assert answer.status == (400 if len(code) > 2048 else 200)
    assert kept(store) == []


def test_codes_that_are_none_again_and_again(client: Client, apple: AppleTokens, clock: Clock) -> None:
    """One player's codes are shown to Apple once a minute."""
    for number in range(3):
        sign_in(client, f"used-{number}")
        apple.run()
    assert len(apple.forms) == 1

    clock.advance(61)
    sign_in(client, "good", iat=int(time.time()) - 61)
    apple.run()

    assert apple.exchanged == ["good"]


def test_code_of_somebody_else(client: Client, store: Store, apple: AppleTokens) -> None:
    """A code that turns out to be another user's is not kept, or one player could have another's consent revoked."""
    apple.subject = "bert"
    sign_in(client)
    apple.run()

    assert apple.exchanged == ["good"]
    assert kept(store) == []
    assert apple.revoked == []


def test_account_that_is_gone_by_then(client: Client, store: Store, apple: AppleTokens) -> None:
    """A code whose account was deleted before it could be exchanged leads to a token that is revoked at once."""
    client.delete_account(sign_in(client))

    apple.run()

    assert apple.revoked == ["r-of-good"]
    assert store.rows("RevocationsTable") == []


def test_token_that_is_kept_meanwhile(client: Client, aws: Aws, apple: AppleTokens) -> None:
    """A token that is kept at the same moment as the account goes is revoked, too."""
    session = sign_in(client)
    aws.overtake("TransactWriteItems", apple.run)

    assert client.delete_account(session).status == 200
    apple.run()

    assert apple.revoked == ["r-of-good"]


def test_apple_is_down(client: Client, store: Store, internet: Internet, apple: AppleTokens) -> None:
    """A deletion succeeds while Apple does not answer, and the schedule revokes what it could not."""
    session = sign_in(client)
    apple.run()
    internet.fail(APPLE, as_json({}, 503))

    assert client.delete_account(session).status == 200
    with pytest.raises(WorkFailed):
        apple.run()
    assert len(store.rows("RevocationsTable")) == 1
    with pytest.raises(WorkFailed):
        invoke({})
    internet.mend(APPLE)
    invoke({})

    assert apple.revoked == ["r-of-good"]
    assert store.rows("RevocationsTable") == []


@pytest.fixture
def _unknown(apple: AppleTokens, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 (it names the function)
    monkeypatch.setenv("REVOCATION_FUNCTION", "unknown")


@pytest.mark.usefixtures("_unknown")
def test_function_that_cannot_be_started(client: Client, store: Store, apple: AppleTokens, log: Log) -> None:
    """Sign-in and deletion succeed where Lambda takes no event, and the schedule finds what is to be revoked."""
    session = sign_in(client)
    assert log()[0]["events"] == ["AccountsCreated", "GrantsDropped"]
    invoke({"identity": "apple#anna", "client_id": "com.example.game", "code": "good"})

    assert client.delete_account(session).status == 200
    assert len(store.rows("RevocationsTable")) == 1
    invoke({})

    assert apple.revoked == ["r-of-good"]


@pytest.mark.long
def test_many_that_wait(store: Store, client: Client, apple: AppleTokens) -> None:
    """The schedule revokes all that waits, whatever one of them is like."""
    for number in range(60):
        session = client.authenticate("apple", token=APPLE_ID.token({"sub": f"user-{number}"}))
        [row] = [row for row in store.rows("IdentitiesTable") if row["user_id"] == session.user_id]
        sealed = apple_key().sealed(f"r-{number}", "com.example.game")
        store.put("IdentitiesTable", row | {"kept_token": {"client_id": "com.example.game", "sealed": sealed, "at": 1}})
        client.delete_account(session)
    broken = {"revocation": "0" * 32, "client_id": "com.example.game", "sealed": "AAAA" * 20, "since": 1}
    store.put("RevocationsTable", broken)

    with pytest.raises(WorkFailed):
        invoke({"source": "aws.events"})

    assert len(apple.revoked) == 60
    assert [row["revocation"] for row in store.rows("RevocationsTable")] == [broken["revocation"]]


def apple_key() -> AppleKey:
    """Give the key of the settings."""
    key = AppleKey.of({"apple": section()})
    assert key
    return key


def test_token_that_apple_does_not_know(store: Store, apple: AppleTokens, internet: Internet, log: Log) -> None:
    """What Apple calls no token of its own is not asked for again."""
    item = {"revocation": "a", "client_id": "com.example.game", "since": 1}
    store.put("RevocationsTable", item | {"sealed": apple_key().sealed("r", "com.example.game")})
    internet.announce(REVOKE, as_json({"error": "invalid_request"}, 400))

    invoke({"revocation": "a"})
    invoke({"revocation": "a"})

    assert store.rows("RevocationsTable") == []
    assert [line["events"] for line in log()] == [["TokensUnknown"], []]
    assert apple.revoked == []


@pytest.mark.parametrize(
    "answer", [Reply(404, b"<html>"), as_json({}, 400), as_json({"error": 7}, 400), Reply(302), as_json({}, 429)]
)
def test_answers_that_say_nothing_of_the_token(store: Store, internet: Internet, answer: Reply) -> None:
    """What is no refusal of Apple's own is an outage: what is to be revoked stays."""
    item = {"revocation": "a", "client_id": "com.example.game", "since": 1}
    store.put("RevocationsTable", item | {"sealed": apple_key().sealed("r", "com.example.game")})
    internet.announce(REVOKE, answer)

    with pytest.raises(WorkFailed):
        invoke({"revocation": "a"})

    assert len(store.rows("RevocationsTable")) == 1


def test_unlinked_identity_takes_the_token_with_it(client: Client, store: Store, apple: AppleTokens) -> None:
    """Nothing is kept of an identity that is no more the account's."""
    session = sign_in(client)
    apple.run()
    client.link(session, "custom", id="custom-id-of-anna")

    client.unlink(session, "apple")
    client.delete_account(session)
    apple.run()

    assert store.rows("RevocationsTable") == []
    assert apple.revoked == []


def test_withdrawn_consent_makes_the_token_void(client: Client, store: Store, apple: AppleTokens) -> None:
    """A token that Apple has made void is forgotten, and a new consent brings a new one."""
    sign_in(client)
    apple.run()

    notices.apple().tell(client)
    assert kept(store) == []
    assert store.owners().keys() == {"apple#anna"}


def test_without_a_key(client: Client, store: Store, apple: AppleTokens, monkeypatch: pytest.MonkeyPatch) -> None:
    """A studio that has no key set up signs players in as ever: codes are left alone, and in no session."""
    settle(monkeypatch)

    session = sign_in(client)
    assert apple.run() == []
    assert claims_of(session.token)["vrs"] == {"theme": "dark"}
    invoke({"revocation": "a"})
    invoke({})
    assert client.delete_account(session).status == 200
    assert store.rows("RevocationsTable") == []
    assert apple.forms == []


@pytest.mark.parametrize(
    "event",
    [
        {"identity": "apple#anna"},
        {"identity": "google#anna", "client_id": "x", "code": "good"},
        {"identity": "apple#anna", "client_id": "x"},
        {"identity": "apple#anna", "client_id": "x", "code": 7},
        {"identity": "", "client_id": "x", "code": "good"},
        {"revocation": 7},
        {"revocation": ""},
    ],
)
def test_events_that_are_none(event: dict[str, object], apple: AppleTokens, log: Log) -> None:
    """An event of another form is logged, and not tried again."""
    invoke(event)

    assert log()[0]["outcome"] == "InvalidArgument"
    assert apple.forms == []


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "no key id": ({"key_id": ""}, "settings: apple.team_id and apple.key_id must be texts"),
    "a team that is a number": ({"team_id": 7}, "settings: apple.team_id and apple.key_id must be texts"),
    "no key yet": ({"private_key": ""}, "settings: apple.private_key must be the text of the key's .p8 file"),
    "no PEM": ({"private_key": "abc"}, "settings: apple.private_key must be the text of the key's .p8 file"),
    "an RSA key": (
        {"private_key": pem(rsa.generate_private_key(65537, 2048))},
        "settings: apple.private_key must be the text of the key's .p8 file",
    ),
    "another curve": (
        {"private_key": pem(ec.generate_private_key(ec.SECP384R1()))},
        "settings: apple.private_key must be the text of the key's .p8 file",
    ),
    "no token key": ({"token_key": None}, "settings: apple.token_key must be a text of 32 characters or more"),
    "a short token key": ({"token_key": "abc"}, "settings: apple.token_key must be a text of 32 characters or more"),
    "no token keys": ({"token_key": []}, "settings: apple.token_key must be a text of 32 characters or more"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_settings_that_are_wrong(store: Store, log: Log, monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    """A key that is incomplete or of another kind is named in the log, without itself, and the work is kept."""
    changed, detail = WRONG[wrong]
    settle(monkeypatch, apple=section(**changed))
    store.put("RevocationsTable", {"revocation": "a", "client_id": "x", "sealed": "AAAA", "since": 1})

    with pytest.raises(WorkFailed):
        invoke({"revocation": "a"})

    assert log()[0]["detail"] == detail
    assert len(store.rows("RevocationsTable")) == 1


def test_key_that_apple_does_not_know(store: Store, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """Apple's refusal of our key rings, whether a code or a token is shown, and what is to be revoked stays."""
    sealed = apple_key().sealed("r", "com.example.game")
    row = {"revocation": "a", "client_id": "com.example.game", "sealed": sealed, "since": 1}
    store.put("RevocationsTable", row)
    settle(monkeypatch, apple=section(key_id="ANOTHER"))

    with pytest.raises(WorkFailed):
        invoke({"revocation": "a"})
    with pytest.raises(WorkFailed):
        invoke({"identity": "apple#anna", "client_id": "com.example.game", "code": "good"})

    details = {line["detail"] for line in log()}
    assert details == {"settings: apple.team_id, key_id or private_key was refused by Apple: invalid_client"}
    assert len(store.rows("RevocationsTable")) == 1


def test_token_keys_are_replaced(
    client: Client, apple: AppleTokens, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new key in front seals, and the old one behind it opens what it has sealed; without it the work is kept."""
    session = sign_in(client)
    apple.run()
    new = "another-key-for-tokens-of-apple-0123456789"

    settle(monkeypatch, apple=section(token_key=[new]))
    client.delete_account(session)
    with pytest.raises(WorkFailed):
        apple.run()
    assert len(store.rows("RevocationsTable")) == 1
    settle(monkeypatch, apple=section(token_key=[new, apple_tokens.TOKEN_KEY]))
    invoke({})

    assert apple.revoked == ["r-of-good"]


def test_client_secret_is_short_lived(client: Client, apple: AppleTokens) -> None:
    """The secret that is shown to Apple is good for minutes."""
    sign_in(client)
    apple.run()

    said = claims_of(apple.forms[0]["client_secret"])
    assert said["exp"] - said["iat"] == 300


@pytest.mark.parametrize(
    "answer", [{}, {"id_token": "x"}, {"refresh_token": "r"}, {"refresh_token": "r", "id_token": 7}]
)
def test_answers_that_are_none(client: Client, store: Store, internet: Internet, answer: dict[str, object]) -> None:
    """An answer without a token, or that does not say whose it is, keeps nothing."""
    sign_in(client)
    internet.announce(TOKEN, as_json(answer))
    event = {"identity": "apple#anna", "client_id": "com.example.game", "code": "good"}

    if "refresh_token" in answer:
        invoke(event)
    else:
        with pytest.raises(WorkFailed):
            invoke(event)

    assert kept(store) == []


def test_nothing_secret_in_the_log(client: Client, apple: AppleTokens, log: Log) -> None:
    """Neither code nor token is in the log, in none of the functions."""
    session = sign_in(client)
    apple.run()
    client.delete_account(session)
    apple.run()

    text = json.dumps(log())
    assert "GrantsKept" in text
    assert "TokensRevoked" in text
    assert "good" not in text
