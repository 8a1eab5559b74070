"""The hook before links, and before the sign-ins that go another way than a provider's route."""

import html
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import SETTINGS
from tests.helpers.players.client import Call, Client, basic
from tests.helpers.players.devices import Television, approve, fill
from tests.helpers.players.merging import ticket_of
from tests.helpers.players.partner_server import NAME, PartnerServer, register_at
from tests.helpers.service import lambdas
from tests.helpers.service.store import Store
from tests.helpers.studio.hooks import StudiosHook, running_hook

EMAIL: dict[str, Any] = {"email": "anna@example.com", "password": "the password of anna"}
HTTP_KEY = "the-http-key-of-the-tests"
WORDS = "In the words of the studio's own: no."
NO = {"allow": False, "message": WORDS}
REFUSED = (403, 7, WORDS)


@pytest.fixture
def hook(client: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[StudiosHook]:  # noqa: ARG001 (it empties the tables)
    """Give the hook, asked before sign-ins and links."""
    with running_hook(monkeypatch, SETTINGS | {"http_key": HTTP_KEY}) as hook:
        yield hook


@pytest.fixture
def partner(store: Store, engine: str) -> PartnerServer:  # noqa: ARG001 (it names the tables)
    """Give a partner's server."""
    return PartnerServer(lambdas.invoke, register_at(engine).add(NAME))


def test_link_is_refused(client: Client, hook: StudiosHook, store: Store) -> None:
    """A link that the hook refuses changes nothing; it was told whose account it is, and what is to be linked."""
    anna = client.sign_in("anna")
    before = store.rows("UsersTable")
    hook.answer = NO

    assert client.link(anna, "email", **EMAIL).error == REFUSED

    assert store.rows("UsersTable") == before
    told = hook.asked[-1]
    assert (told["before"], told["new"], told["account"]["user_id"]) == ("link", False, anna.user_id)
    assert told["identity"] == {"provider": "email", "subject": "anna@example.com"}


def test_link_that_is_refused_leads_to_no_merge(client: Client, hook: StudiosHook) -> None:
    """An identity that the hook refuses is refused before anybody hears that another account has it."""
    client.authenticate("custom", id="custom-of-grace")
    anna = client.sign_in("anna")
    assert ticket_of(client, anna, "custom", id="custom-of-grace")
    hook.answer = NO

    assert client.link(anna, "custom", id="custom-of-grace").error == REFUSED


def test_unlink_does_not_ask(client: Client, hook: StudiosHook) -> None:
    """What is given up needs nobody's consent."""
    anna = client.sign_in("anna")
    client.link(anna, "custom", id="custom-of-anna")
    hook.asked.clear()

    assert client.unlink(anna, "custom", id="custom-of-anna").status == 200
    assert hook.asked == []


def test_hook_before_links_alone(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked before what the settings name."""
    with running_hook(monkeypatch, SETTINGS, before=["link"]) as hook:
        client.link(client.sign_in("anna"), "custom", id="custom-of-anna")

        assert [told["before"] for told in hook.asked] == ["link"]


def test_sign_in_by_a_game_server_asks(client: Client, hook: StudiosHook) -> None:
    """The procedure for game servers is a sign-in like others, and its session has the hook's vars."""
    client.link(client.sign_in("anna"), "email", **EMAIL)
    hook.answer = {"allow": True, "vars": {"role": "player"}}
    payload = json.dumps({"username": "anna", "password": EMAIL["password"]})
    call = Call("POST /v2/rpc/account/authenticate/password", "unwrap", basic_key(), payload)

    assert client.send(call).claims["vrs"] == {"role": "player"}
    assert hook.asked[-1]["identity"] == {"provider": "email", "subject": "anna@example.com"}

    hook.answer = NO
    assert client.send(call).error == REFUSED


def basic_key() -> dict[str, str]:
    """Give the header that shows the http key."""
    return {"authorization": basic(HTTP_KEY)}


def test_sign_in_at_the_page_asks(client: Client, hook: StudiosHook) -> None:
    """Who is refused cannot sign in another device by the page, either."""
    client.link(client.sign_in("anna"), "email", **EMAIL)
    code = Television(client).user_code
    hook.answer = NO

    page = fill(client, user_code=code, **EMAIL)

    assert html.escape(WORDS) in page.text
    assert 'name="ticket"' not in page.text


def test_device_that_the_hook_refuses_is_signed_in_without_a_link(client: Client, hook: StudiosHook) -> None:
    """A television gets the session that the player has approved; of its id the hook decides."""
    anna = client.sign_in("anna")
    television = Television(client, device_id="the-id-of-the-television")
    hook.answer = NO

    assert approve(client, anna, television.user_code).status == 200
    assert television.poll().body["device_linked"] is False
    assert hook.asked[-1]["before"] == "link"


def test_partners_user_asks(hook: StudiosHook, partner: PartnerServer) -> None:
    """A partner's user is asked about with the partner, and is refused like others."""
    assert partner.start("FTC_User1").status == 200
    told = hook.asked[-1]
    assert (told["identity"]["provider"], told["said"]["user_id"], told["new"]) == ("partner", "FTC_User1", True)

    hook.answer = NO
    assert partner.start("FTC_User1").status == 403
