"""What Apple, Google and Facebook tell of their users, and what it does to accounts."""

import json
import time

import pytest

from tests.conftest import Log
from tests.helpers.players.client import Answer, Client
from tests.helpers.players.operator import Operator
from tests.helpers.players.races import at_once
from tests.helpers.providers import notices
from tests.helpers.providers.credentials import ACCESS_TOKEN, announce_facebook
from tests.helpers.providers.id_tokens import APPLE_ID, GOOGLE_ID, Issuer
from tests.helpers.providers.internet import Internet
from tests.helpers.providers.notices import DEAUTHORIZE, Notifier, post, signed_request
from tests.helpers.service.aws import Aws
from tests.helpers.service.real_engines import REAL_ENGINES
from tests.helpers.service.store import Store

LEAVING = {
    "apple: consent-revoked": (APPLE_ID, notices.apple("consent-revoked")),
    "apple: account-delete": (APPLE_ID, notices.apple("account-delete")),
    "apple: account-deleted": (APPLE_ID, notices.apple("account-deleted")),
    "google: account-purged": (GOOGLE_ID, notices.google("account-purged")),
}
ENDING = {
    "sessions-revoked": notices.google("sessions-revoked"),
    "tokens-revoked": notices.google("tokens-revoked", uri=notices.OAUTH),
    "hijacked": notices.google("account-disabled", reason="hijacking"),
    "disabled": notices.google("account-disabled"),
}
NOTED = {
    "email-disabled": (APPLE_ID, notices.apple("email-disabled")),
    "email-enabled": (APPLE_ID, notices.apple("email-enabled")),
    "spammers": (GOOGLE_ID, notices.google("account-disabled", reason="bulk-account")),
    "account-enabled": (GOOGLE_ID, notices.google("account-enabled")),
    "credential change": (GOOGLE_ID, notices.google("account-credential-change-required")),
}
WITHOUT_MEANING = {
    "of Apple's": notices.apple("something-new"),
    "of Google's": notices.google("something-new"),
    "token-revoked": notices.google("token-revoked", uri=notices.OAUTH),
    "a test": notices.google("verification"),
}


@pytest.fixture(autouse=True)
def _published(internet: Internet) -> None:
    notices.publish(internet)
    announce_facebook(internet)


def anna_of(client: Client, issuer: Issuer) -> Answer:
    """Sign in Anna by an issuer's token."""
    answer = client.authenticate(issuer.provider, token=issuer.token())
    assert answer.status == 200
    return answer


def is_over(client: Client, session: Answer) -> bool:
    """Tell whether a session is over, both its tokens."""
    over = {client.get_account(session).status, client.refresh(session.refresh_token).status}
    assert over in ({200}, {401})
    return over == {401}


def entries(store: Store, user_id: str) -> list[tuple[str, object, object]]:
    """Give action, author and reason of the entries that a provider has in an account's records."""
    rows = [row for row in store.rows("RecordsTable") if row["user_id"] == user_id and row["by"]["kind"] == "provider"]
    return [(row["action"], row["by"].get("name"), row.get("reason")) for row in rows]


@pytest.mark.parametrize("name", LEAVING)
def test_leaving_takes_the_identity(client: Client, store: Store, name: str) -> None:
    """Who leaves the provider, and has another way in, loses the identity and all sessions, and keeps the account."""
    issuer, notifier = LEAVING[name]
    session = anna_of(client, issuer)
    client.link(session, "custom", id="custom-id-of-anna")

    assert notifier.tell(client).status in {200, 202}

    assert is_over(client, session)
    again = client.authenticate("custom", id="custom-id-of-anna")
    assert again.user_id == session.user_id
    assert store.owners() == {"custom#custom-id-of-anna": session.user_id}
    assert entries(store, session.user_id) == [("unlink", issuer.provider, name.split(": ")[1])]


@pytest.mark.parametrize("name", LEAVING)
def test_leaving_with_the_last_identity(client: Client, store: Store, name: str) -> None:
    """Who has no other way in is signed out, and finds the account again with a token from after that."""
    issuer, notifier = LEAVING[name]
    session, before = anna_of(client, issuer), issuer.token({"iat": int(time.time()) - 10})

    assert notifier.tell(client).status in {200, 202}

    assert is_over(client, session)
    assert client.authenticate(issuer.provider, token=before).error[:2] == (401, 16)
    assert anna_of(client, issuer).user_id == session.user_id
    assert entries(store, session.user_id) == [("signout", issuer.provider, name.split(": ")[1])]


@pytest.mark.parametrize("name", ENDING)
def test_events_that_end_sessions(client: Client, store: Store, name: str) -> None:
    """What may mean that somebody else is in ends all sessions, and voids what was stated before."""
    session = anna_of(client, GOOGLE_ID)
    client.link(session, "custom", id="custom-id-of-anna")
    before = GOOGLE_ID.token({"iat": int(time.time()) - 10})

    answer = ENDING[name].tell(client)

    assert (answer.status, answer.text) == (202, "")
    assert is_over(client, session)
    assert client.authenticate("google", token=before).status == 401
    assert anna_of(client, GOOGLE_ID).user_id == session.user_id
    assert [(action, by) for action, by, _ in entries(store, session.user_id)] == [("signout", "google")]


@pytest.mark.parametrize("name", NOTED)
def test_events_that_are_noted(client: Client, store: Store, name: str) -> None:
    """Some events are put on record, without an address, and change nothing."""
    issuer, notifier = NOTED[name]
    session = anna_of(client, issuer)

    notifier.tell(client)

    assert not is_over(client, session)
    assert [action for action, _, _ in entries(store, session.user_id)] == ["notice"]


@pytest.mark.parametrize("name", WITHOUT_MEANING)
def test_events_without_a_meaning(client: Client, store: Store, name: str) -> None:
    """An event that means nothing here is taken, so that it does not come again, and does nothing."""
    session = anna_of(client, APPLE_ID if name == "of Apple's" else GOOGLE_ID)

    assert WITHOUT_MEANING[name].tell(client).status in {200, 202}
    assert not is_over(client, session)
    assert entries(store, session.user_id) == []


def test_test_of_google_names_nobody(client: Client) -> None:
    """Google's own test has a state in the place of a user."""
    events = {f"{notices.RISC}verification": {"state": "a test"}}

    assert notices.google().tell(client, events=events).status == 202


@pytest.mark.parametrize(
    "subject",
    [None, {}, "anna", {"sub": "anna"}, {"iss": "https://id.example.com", "sub": "anna"}, {"email": "a@example.com"}],
)
def test_events_in_other_terms(client: Client, subject: object) -> None:
    """A user whom an event names in other terms than issuer and subject is nobody's."""
    session = anna_of(client, GOOGLE_ID)

    answer = notices.google().tell(client, events={f"{notices.RISC}sessions-revoked": {"subject": subject}})

    assert answer.status == 202
    assert not is_over(client, session)


def test_several_events_at_once(client: Client, store: Store) -> None:
    """A token may have several events, which are all acted on."""
    session = anna_of(client, GOOGLE_ID)
    events = notices.google_event("sessions-revoked") | notices.google_event("account-enabled")

    assert notices.google().tell(client, events=events).status == 202
    assert sorted(action for action, _, _ in entries(store, session.user_id)) == ["notice", "signout"]


EACH = pytest.mark.parametrize(
    ("issuer", "notifier"), [(APPLE_ID, notices.apple()), (GOOGLE_ID, notices.google())], ids=["apple", "google"]
)


@EACH
def test_replayed_notice(client: Client, store: Store, issuer: Issuer, notifier: Notifier) -> None:
    """A notice that comes again is answered as before, and ends no session that began since."""
    first = anna_of(client, issuer)
    token = notifier.token()
    assert notifier.bring(client, token).status in {200, 202}
    again = anna_of(client, issuer)

    assert notifier.bring(client, token).status in {200, 202}

    assert not is_over(client, again)
    assert len(entries(store, first.user_id)) == 1


@REAL_ENGINES
@EACH
def test_notice_that_arrives_twice_at_once(client: Client, store: Store, issuer: Issuer, notifier: Notifier) -> None:
    """Of one notice that arrives several times at the same moment one is acted on, and all are answered."""
    session, token = anna_of(client, issuer), notifier.token()
    assert notices.google(sub="nobody").tell(client).status == 202  # so that the keys are known

    answers = at_once([lambda: notifier.bring(client, token)] * 4)

    assert {answer.status for answer in answers} <= {200, 202}
    assert len(entries(store, session.user_id)) == 1


@EACH
def test_nobody_known(client: Client, store: Store, issuer: Issuer, notifier: Notifier) -> None:
    """A notice about somebody who is not here is taken, and has no effect when that person comes afterwards."""
    token = notifier.token()
    assert notifier.bring(client, token).status in {200, 202}
    session = anna_of(client, issuer)

    assert notifier.bring(client, token).status in {200, 202}
    assert not is_over(client, session)
    assert store.rows("RecordsTable") == []


@EACH
def test_notice_from_before_the_link(client: Client, issuer: Issuer, notifier: Notifier) -> None:
    """A notice that comes late does nothing to who has linked the identity since."""
    session = anna_of(client, issuer)

    answer = notifier.tell(client, iat=int(time.time()) - 60)

    assert answer.status in {200, 202}
    assert not is_over(client, session)


def test_events_as_an_object(client: Client) -> None:
    """Apple's events count as an object, too, whatever time they name."""
    for event_time in (None, "now", True, 1508184845, int(time.time()) + 9999):
        session = anna_of(client, APPLE_ID)
        event = {"type": "consent-revoked", "sub": "anna", "event_time": event_time}

        assert notices.apple().tell(client, events=event).body == {}
        assert is_over(client, session)


def test_outage_of_the_tables(client: Client, aws: Aws) -> None:
    """While the tables do not answer the notice is not spent: it is refused with 503, and works when it comes again."""
    session, apple = anna_of(client, APPLE_ID), notices.apple()
    token = apple.token()
    assert apple.bring(client, apple.token({"events": notices.apple_event("email-enabled", "nobody")})).status == 200

    with aws.outage():
        answer = apple.bring(client, token)

    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    assert apple.bring(client, token).status == 200
    assert is_over(client, session)


def test_answer_that_was_lost(client: Client, aws: Aws, store: Store) -> None:
    """A transaction whose answer was lost is not done twice."""
    session, apple = anna_of(client, APPLE_ID), notices.apple()
    aws.lose_answer("TransactWriteItems")

    assert apple.tell(client).status == 200
    assert is_over(client, session)
    assert len(entries(store, session.user_id)) == 1


def test_account_that_changes_meanwhile(client: Client, aws: Aws, store: Store) -> None:
    """An identity that becomes the last one at the same moment stays."""
    session = anna_of(client, APPLE_ID)
    client.link(session, "custom", id="custom-id-of-anna")
    aws.overtake("TransactWriteItems", lambda: client.unlink(session, "custom", id="custom-id-of-anna"))

    assert notices.apple().tell(client).status == 200

    assert store.owners() == {"apple#anna": session.user_id}
    assert is_over(client, session)


def test_account_that_is_deleted_meanwhile(client: Client, aws: Aws, store: Store) -> None:
    """An account that goes at the same moment is gone, and nothing is left of it."""
    session = anna_of(client, APPLE_ID)
    aws.overtake("TransactWriteItems", lambda: client.delete_account(session))

    assert notices.apple().tell(client).status == 200
    assert store.owners() == {}
    assert store.rows("UsersTable") == []


def test_operators_can_undo(client: Client, store: Store) -> None:
    """An identity that a notice took away can be given back by an operator, and entries say who took it."""
    session = anna_of(client, APPLE_ID)
    client.link(session, "custom", id="custom-id-of-anna")
    notices.apple().tell(client)
    operator = Operator()

    [entry] = [one for one in operator.log(user=session.user_id) if one["by"]["kind"] == "provider"]
    operator.undo(entry["entry"])

    assert entry["by"] == {"kind": "provider", "name": "apple"}
    assert store.owners()["apple#anna"] == session.user_id


def test_account_with_two_of_one_provider(client: Client, store: Store) -> None:
    """An account that another was merged into may have two identities of a provider: the one that is meant goes."""
    session = anna_of(client, APPLE_ID)
    store.set_user(session.user_id, links={"apple": "bert", "apple#anna": "anna"})
    store.put_identity("apple#bert", session.user_id)

    assert notices.apple().tell(client).status == 200

    assert store.owners() == {"apple#bert": session.user_id}
    assert store.user(session.user_id)["links"] == {"apple": "bert"}


def test_identity_that_its_account_does_not_know(client: Client, store: Store) -> None:
    """An identity that leads to an account without it, as a restored table may have it, is nobody's."""
    session = client.sign_in("anna")
    store.put_identity("apple#anna", session.user_id)

    assert notices.apple().tell(client).status == 200
    assert not is_over(client, session)


def test_deauthorized_at_facebook(client: Client, store: Store) -> None:
    """Who removes our app at Facebook loses the identity, or, if it is the last one, the sessions."""
    session = client.authenticate("facebook", token=ACCESS_TOKEN)
    request = signed_request()

    assert post(client, DEAUTHORIZE, request).body == {}
    assert is_over(client, session)
    again = client.authenticate("facebook", token=ACCESS_TOKEN)
    assert again.user_id == session.user_id
    assert post(client, DEAUTHORIZE, request).body == {}
    assert not is_over(client, again)
    client.link(again, "custom", id="custom-id-of-anna")
    assert post(client, DEAUTHORIZE, signed_request(user_id=77, issued_at=int(time.time()) + 1)).body == {}
    assert store.owners() == {"custom#custom-id-of-anna": session.user_id}
    assert [action for action, _, _ in entries(store, session.user_id)] == ["signout", "unlink"]


def test_log_of_a_callback(client: Client, log: Log) -> None:
    """The log says which provider told something, about whose account, and whether it did anything; no subject."""
    session = anna_of(client, APPLE_ID)
    log()

    notices.apple().tell(client)
    notices.apple(sub="a-stranger").tell(client)

    first, second = log()
    assert (first["provider"], first["user_id"], first["events"]) == ("apple", session.user_id, ["NoticesActedOn"])
    assert (second["user_id"], second["events"]) == ("", ["NoticesWithoutEffect"])
    assert "a-stranger" not in json.dumps(second)
