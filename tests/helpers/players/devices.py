"""A device without a keyboard, and the player who signs it in."""

import html
import re
from urllib.parse import urlencode

from tests.helpers.players.client import Answer, Client, bearer
from tests.helpers.players.oauth import OAuth, player

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class Television:
    """A device that has asked to be signed in."""

    def __init__(self, client: Client, **form: str) -> None:
        """Ask for codes."""
        self._oauth: OAuth = player(client)
        self.told = self._oauth.post("device_authorization", form)
        assert self.told.status == 200, self.told.body

    @property
    def user_code(self) -> str:
        """The code that it shows."""
        return str(self.told.body["user_code"])

    def poll(self) -> Answer:
        """Ask whether the player has answered."""
        return self._oauth.post("token", {"grant_type": GRANT, "device_code": self.told.body["device_code"]})

    def refusal(self) -> str:
        """Ask, and give the error."""
        answer = self.poll()
        assert answer.status == 400, answer.body
        return str(answer.body["error"])


def approve(client: Client, session: Answer, user_code: str, **more: object) -> Answer:
    """Answer in the game."""
    body = {"user_code": user_code, **more}
    return client.call("POST /v2/account/device/approve", body, headers=bearer(session))


def fill(client: Client, **fields: str) -> Answer:
    """Send the form of the page."""
    return client.form("POST /activate", urlencode(fields))


def ticket_in(page: Answer) -> str:
    """Give the ticket in a page's form."""
    [ticket] = re.findall(r'name="ticket" value="([^"]*)"', page.text)
    return html.unescape(ticket)
