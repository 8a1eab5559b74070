"""Tokens of named issuers as custom ids: their users are nobody else, whatever happens to the settings."""

import json
import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from local import ROOT
from symbolon.settings import settings
from symbolon.verification import oidc
from tests.conftest import SETTINGS, Log
from tests.helpers.players.client import Answer, Client, device_of
from tests.helpers.providers import issuer
from tests.helpers.providers.internet import Internet
from tests.helpers.providers.replies import Reply
from tests.helpers.service.store import Store

REFUSED = (401, 16, "Could not authenticate studio profile.")
LAST = (403, 7, "Cannot unlink last account identifier. Check profile exists and is not last link.")
VERBS: dict[str, Callable[[Client, Answer, str], Answer]] = {
    "authenticate": lambda client, _session, custom_id: client.authenticate("custom", id=custom_id),
    "link": lambda client, session, custom_id: client.link(session, "custom", id=custom_id),
    "unlink": lambda client, session, custom_id: client.unlink(session, "custom", id=custom_id),
}
Name = Callable[..., None]


def of(sub: str = "anna", **claims: object) -> str:
    """Give the custom id with a token of the issuer `studio` for a subject."""
    return f"studio|{issuer.token({'sub': sub} | claims)}"


@pytest.fixture
def name(monkeypatch: pytest.MonkeyPatch) -> Name:
    """Give a function that names issuers in the settings of a new instance."""

    def change(**issuers: object) -> None:
        monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"oidc": issuers}))
        settings.SETTINGS.forget()
        oidc.key_set.cache_clear()

    return change


@pytest.fixture(autouse=True)
def _studio(internet: Internet, name: Name) -> None:
    issuer.publish(internet)
    name(studio=issuer.SECTION)


def test_first_sign_in_creates_an_account(client: Client, store: Store) -> None:
    """A subject that is new makes an account; any later token of it, however the name is written, finds it."""
    first = client.authenticate("custom", id=of(name="Anna"))
    second = client.authenticate("custom", {"create": "false"}, id=of().replace("studio", "Studio"))

    assert first.body["created"] is True
    assert "created" not in second.body
    assert second.user_id == first.user_id
    assert store.owners() == {"oidc:studio#anna": first.user_id}


def test_account_of_a_token(client: Client) -> None:
    """The account has what the issuer says of its user, and no custom id."""
    custom_id = of(name="Anna", picture="https://a/b.png", email="anna@example.com", email_verified=True)

    account = client.get_account(client.authenticate("custom", id=custom_id)).body

    assert (account["user"]["display_name"], account["user"]["avatar_url"]) == ("Anna", "https://a/b.png")
    assert account["email"] == "anna@example.com"
    assert "custom_id" not in account


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 20_000, issuer.tampered()], ids=["none", "no", "long", "forged"])
def test_token_that_is_not_in_order(client: Client, verb: str, token: str) -> None:
    """No verb takes a token that was not verified; only an unlink may do without one."""
    session = client.sign_in("anna")

    answer = VERBS[verb](client, session, f"studio|{token}")

    assert answer.error == (LAST if verb == "unlink" and not token else REFUSED)


def test_refusal_in_the_log(client: Client, log: Log) -> None:
    """The log says which issuer's token was refused and by which claim, and nothing of the token."""
    custom_id = of(aud="the-game", azp="another-game")

    client.authenticate("custom", id=custom_id)

    [line] = log()
    assert (line["provider"], line["detail"]) == ("oidc:studio", "oidc: the token's claim azp")
    assert all(part not in json.dumps(line) for part in custom_id.split("|")[1].split("."))


def test_issuer_that_is_down(client: Client, internet: Internet) -> None:
    """An outage is not the player's fault."""
    internet.announce(issuer.KEYS_URL, Reply(503))

    answer = client.authenticate("custom", id=of())

    assert answer.error == (503, 14, "studio is not available at the moment.")


def test_mistake_in_the_settings(client: Client, name: Name, log: Log) -> None:
    """A setting that is wrong lets nobody in; only the log has its name."""
    name(studio=issuer.SECTION | {"audiences": []})

    answer = client.authenticate("custom", id=of())

    [line] = log()
    assert answer.error == (500, 13, "The service is not configured correctly.")
    assert line["detail"] == "settings: oidc.studio.audiences must be a list of audiences"


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("custom_id", ["xbox|2533274800000000", "XBOX|2533274800000000", "xbox|"])
def test_reserved_name_without_settings(client: Client, verb: str, custom_id: str) -> None:
    """An id that looks like a console's is refused as long as nothing could verify it."""
    session = client.sign_in("anna")

    answer = VERBS[verb](client, session, custom_id)

    assert answer.error == (400, 9, "xbox authentication is not configured.")


def test_other_name_is_a_custom_id(client: Client) -> None:
    """A bar in an id means nothing by itself."""
    session = client.authenticate("custom", id="clan|anna")

    assert client.get_account(session).body["custom_id"] == "clan|anna"
    assert client.authenticate("custom", id="another-clan|anna").user_id != session.user_id


def test_custom_id_is_no_issuers_subject(client: Client) -> None:
    """The subject of a token, and its whole identity, are other identities as custom ids."""
    verified = client.authenticate("custom", id=of("anna-of-the-studio"))

    for custom_id in ("anna-of-the-studio", "oidc:studio#anna-of-the-studio"):
        assert client.authenticate("custom", id=custom_id).user_id != verified.user_id


def test_settings_that_are_gone(client: Client, name: Name) -> None:
    """When an issuer is taken out of the settings, no custom id gets at the accounts of its users."""
    verified = client.authenticate("custom", id=of())
    name()
    stranger = client.authenticate("custom", id="studio|anna")
    name(studio=issuer.SECTION)

    assert stranger.user_id != verified.user_id
    assert client.authenticate("custom", id=of()).user_id == verified.user_id


def test_link(client: Client) -> None:
    """A linked subject signs in to the account; a second one of the same issuer replaces it."""
    session = client.sign_in("anna")

    assert client.link(session, "custom", id=of("anna")).body == {}
    assert client.authenticate("custom", id=of("anna")).user_id == session.user_id
    assert client.link(session, "custom", id=of("ann")).body == {}

    assert client.authenticate("custom", id=of("ann")).user_id == session.user_id
    assert client.authenticate("custom", {"create": "false"}, id=of("anna")).status == 404


def test_subject_of_another_account_is_not_linked(client: Client) -> None:
    """A subject that another account has stays there."""
    client.authenticate("custom", id=of())
    bert = client.sign_in("bert")

    assert client.link(bert, "custom", id=of()).error == (409, 6, "Custom ID is already in use.")


@pytest.mark.parametrize("with_token", [True, False])
def test_unlink(client: Client, *, with_token: bool) -> None:
    """An unlink shows a token of the subject, or names the issuer alone."""
    session = client.sign_in("anna")
    client.link(session, "custom", id=of())

    assert client.unlink(session, "custom", id=of() if with_token else "studio|").body == {}

    assert client.authenticate("custom", {"create": "false"}, id=of()).status == 404
    assert client.authenticate("device", id=device_of("anna")).user_id == session.user_id


def test_unlink_of_another_subject(client: Client) -> None:
    """A token of somebody else takes nothing away; nor does anything take the last identity away."""
    session = client.authenticate("custom", id=of())

    assert client.unlink(session, "custom", id=of("bert")).error == LAST
    assert client.unlink(session, "custom", id=of()).error == LAST
    assert client.unlink(session, "custom", id="studio|").error == LAST


def test_custom_id_beside_issuers(client: Client, name: Name, internet: Internet) -> None:
    """An account has one subject of each issuer and a custom id of the studio's own; each comes and goes by itself."""
    name(studio=issuer.SECTION, press=issuer.SECTION | {"issuer": "https://press.example.com"})
    issuer.publish(internet)
    press = f"press|{issuer.token({'iss': 'https://press.example.com'})}"
    session = client.authenticate("custom", id=of())
    client.link(session, "custom", id=press)
    client.link(session, "custom", id="anna-of-the-studio")

    assert client.unlink(session, "custom").body == {}

    assert "custom_id" not in client.get_account(session).body
    for custom_id in (of(), press):
        assert client.authenticate("custom", {"create": "false"}, id=custom_id).user_id == session.user_id


def test_deleted_account_leaves_its_subject(client: Client, store: Store) -> None:
    """What a deleted account had can make a new one."""
    client.delete_account(client.authenticate("custom", id=of()))

    assert store.rows("IdentitiesTable") == []
    assert client.authenticate("custom", id=of()).body["created"] is True


def test_custom_ids_of_the_studio_load_neither_http_nor_cryptography() -> None:
    """A function that sees no tokens starts without what only tokens need."""
    script = """
import sys
from functions.custom.app import verify
from symbolon.api.request import Request
from symbolon.settings.settings import Settings
verify(Request({"body": '{"id": "clan|anna"}'}), Settings({"oidc": {"studio": {}}}))
print(*sorted({"cryptography", "jwt", "requests"} & sys.modules.keys()))
"""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "shared")])}

    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)

    assert done.stdout == "\n"
