"""ID tokens of Apple, Google and Facebook: one table of what none of them accepts, and what they have in common."""

import time
from collections.abc import Callable

import pytest

from tests.helpers.players.client import Client
from tests.helpers.providers.credentials import settle
from tests.helpers.providers.id_tokens import ISSUERS, Issuer
from tests.helpers.providers.internet import Internet
from tests.helpers.providers.refusals import REFUSALS, by_stranger, signed_with_the_public_key, unsigned, without_key_id
from tests.helpers.providers.replies import OUTAGES
from tests.helpers.service import lambdas
from tests.helpers.service.clock import Clock
from tests.helpers.service.store import Store

DAY = 24 * 3600
WITHOUT_TABLES = Client(lambdas.invoke)
EACH = pytest.mark.parametrize("issuer", ISSUERS.values(), ids=ISSUERS)
SOME_OUTAGES = pytest.mark.parametrize("outage", ["down", "redirecting", "a page", "too long"])


@EACH
@pytest.mark.parametrize("refusal", REFUSALS)
def test_token_is_refused(internet: Internet, issuer: Issuer, refusal: str) -> None:
    """A forged token, or one for somebody else or another time, signs nobody in, and no table is looked into."""
    issuer.publish(internet)

    answer = WITHOUT_TABLES.authenticate(issuer.provider, token=REFUSALS[refusal](issuer))

    assert answer.error == issuer.refused


@EACH
def test_refused_token_leaves_nothing_behind(client: Client, store: Store, internet: Internet, issuer: Issuer) -> None:
    """No account and no identity is made, and an account that asks to link one keeps what it has."""
    issuer.publish(internet)
    anna = client.sign_in("anna")
    before = store.rows("UsersTable"), store.rows("IdentitiesTable")

    signed_in, linked, unlinked = (
        client.authenticate(issuer.provider, token=by_stranger(issuer)),
        client.link(anna, issuer.provider, token=by_stranger(issuer)),
        client.unlink(anna, issuer.provider, token=by_stranger(issuer)),
    )

    assert signed_in.error == linked.error == unlinked.error == issuer.refused
    assert (store.rows("UsersTable"), store.rows("IdentitiesTable")) == before


@EACH
@pytest.mark.parametrize("forgery", [unsigned, signed_with_the_public_key, without_key_id])
def test_token_that_can_never_be_right_costs_no_request(
    internet: Internet, issuer: Issuer, forgery: Callable[[Issuer], str]
) -> None:
    """What no key could verify is refused without asking for keys."""
    assert WITHOUT_TABLES.authenticate(issuer.provider, token=forgery(issuer)).error == issuer.refused
    assert internet.asked(issuer.host) == 0


@EACH
def test_token_signs_in(client: Client, store: Store, internet: Internet, issuer: Issuer) -> None:
    """The first token of a subject makes an account, any later one finds it, and the keys are asked for once."""
    issuer.publish(internet)

    first = client.authenticate(issuer.provider, token=issuer.token())
    second = client.authenticate(issuer.provider, token=issuer.token({"jti": "another"}))

    assert first.body["created"] is True
    assert second.body.keys() == {"token", "refresh_token"}
    assert store.owners() == {f"{issuer.provider}#anna": second.user_id}
    assert internet.asked(issuer.host) == 1


@EACH
def test_unusual_token_signs_in(client: Client, internet: Internet, issuer: Issuer) -> None:
    """A long subject, an issuer whose clock is a little ahead, and claims that nobody asked for are all right."""
    issuer.publish(internet)

    for changed in ({"sub": "é" * 127}, {"iat": int(time.time()) + 5}, {"jti": "1", "nonce": "n"}):
        assert client.authenticate(issuer.provider, token=issuer.token(changed)).status == 200


@EACH
def test_audience_may_be_a_list_of_ours(client: Client, internet: Internet, issuer: Issuer) -> None:
    """A token for several audiences signs in when all of them are ours."""
    issuer.publish(internet)

    assert client.authenticate(issuer.provider, token=issuer.token({"aud": [issuer.audience]})).status == 200


@EACH
def test_token_ends_with_its_time(client: Client, internet: Internet, issuer: Issuer, clock: Clock) -> None:
    """A token that signed in a moment ago no longer does when it has expired."""
    issuer.publish(internet)
    token = issuer.token()

    in_time = client.authenticate(issuer.provider, token=token).status
    clock.advance(601)

    assert in_time == 200
    assert client.authenticate(issuer.provider, token=token).error == issuer.refused


@EACH
def test_long_lived_token_ends_after_a_day(client: Client, internet: Internet, issuer: Issuer, clock: Clock) -> None:
    """A token that claims a longer life is good for a day."""
    issuer.publish(internet, Cache_Control="max-age=86400")
    token = issuer.token({"exp": int(time.time()) + 30 * DAY})

    clock.advance(DAY - 60)
    in_time = client.authenticate(issuer.provider, token=token).status
    clock.advance(61)

    assert in_time == 200
    assert client.authenticate(issuer.provider, token=token).error == issuer.refused


@EACH
@SOME_OUTAGES
def test_key_server_is_down(client: Client, internet: Internet, issuer: Issuer, outage: str) -> None:
    """Without keys nobody can be told apart: that is an outage and no refusal, and over when the server is back."""
    issuer.publish(internet)
    internet.fail(issuer.host, OUTAGES[outage])

    answer = client.authenticate(issuer.provider, token=issuer.token())

    internet.mend(issuer.host)
    assert answer.error == issuer.down
    assert client.authenticate(issuer.provider, token=issuer.token()).status == 200


@EACH
@SOME_OUTAGES
def test_sign_ins_go_on_while_the_key_server_is_down(
    client: Client, internet: Internet, issuer: Issuer, outage: str
) -> None:
    """With keys that are kept, nobody notices."""
    issuer.publish(internet)
    client.authenticate(issuer.provider, token=issuer.token())
    internet.fail(issuer.host, OUTAGES[outage])

    assert client.authenticate(issuer.provider, token=issuer.token({"sub": "bert"})).status == 200


@EACH
def test_rotation_of_keys(client: Client, internet: Internet, issuer: Issuer) -> None:
    """Tokens by a new key sign in at once, those by one that was withdrawn no longer do."""
    issuer.publish(internet, "1")
    client.authenticate(issuer.provider, token=issuer.token())

    issuer.publish(internet, "2")

    assert client.authenticate(issuer.provider, token=issuer.token(kid="2")).status == 200
    assert client.authenticate(issuer.provider, token=issuer.token(kid="1")).error == issuer.refused


@EACH
def test_section_is_missing(
    client: Client, internet: Internet, monkeypatch: pytest.MonkeyPatch, issuer: Issuer
) -> None:
    """Without settings the provider is off: nothing is verified against nothing, and nobody is asked."""
    settle(
        monkeypatch, **{issuer.provider: {"audiences": None, "play_games": None, "app_id": None, "app_secret": None}}
    )

    answer = client.authenticate(issuer.provider, token=issuer.token())

    assert answer.error == (400, 9, f"{issuer.title} authentication is not configured.")
    assert internet.seen == []
