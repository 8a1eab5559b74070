"""Facebook's Limited Login: what it has beyond other ID tokens, for which see `test_idtokens`."""

import pytest

from tests.helpers.players.client import Client
from tests.helpers.providers.credentials import ACCESS_TOKEN, announce_facebook
from tests.helpers.providers.id_tokens import LIMITED_LOGIN
from tests.helpers.providers.internet import GRAPH, LIMITED, Internet


def test_kinds_are_told_apart_by_shape(client: Client, internet: Internet) -> None:
    """An ID token is never shown to Facebook's API, also when it is refused, and an access token needs no keys."""
    LIMITED_LOGIN.publish(internet)
    announce_facebook(internet)

    refused = client.authenticate("facebook", token=LIMITED_LOGIN.token({"aud": "999"}))

    assert refused.error == LIMITED_LOGIN.refused
    assert (internet.asked(LIMITED), internet.asked(GRAPH)) == (1, 0)
    assert client.authenticate("facebook", token=ACCESS_TOKEN).status == 200
    assert internet.asked(LIMITED) == 1


@pytest.mark.parametrize("url", ["https://www.facebook.com", "https://facebook.com", "https://limited.facebook.com"])
def test_issuers_of_limited_login(client: Client, internet: Internet, url: str) -> None:
    """Limited Login has had three names for its issuer; its claims fill the profile."""
    LIMITED_LOGIN.publish(internet)
    claims = {"iss": url, "name": "Anna", "picture": "https://platform.example.com/77.jpg"}

    session = client.authenticate("facebook", token=LIMITED_LOGIN.token(claims))

    assert client.get_account(session).body["user"]["display_name"] == "Anna"


def test_same_user_by_either_kind(client: Client, internet: Internet) -> None:
    """The ids are those of the application either way, so that a player has one account."""
    LIMITED_LOGIN.publish(internet)
    announce_facebook(internet)

    first = client.authenticate("facebook", token=ACCESS_TOKEN)
    second = client.authenticate("facebook", token=LIMITED_LOGIN.token({"sub": "77"}))

    assert second.user_id == first.user_id
