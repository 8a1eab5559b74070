"""A partner's game server, and the request and answer that the documentation of partner sessions shows."""

import http.client
import json
import os
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from local import ROOT
from local.operate.partner_register import Issued, Register
from tests.helpers.players.client import Answer, Call
from tests.helpers.service.store import dynamodb

DOCUMENTED = json.loads((ROOT / "tests/helpers/data/partner_session.json").read_text())
NAME = "ESPORTS_PROTOCOL_CALLBREAK"


def over_http(url: str) -> Callable[[Call], Answer]:
    """Give what takes calls to a server, each over a connection of its own."""

    def send(call: Call) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        method, path = call.route.split(" ")
        connection.request(method, path, call.body, dict(call.headers))
        response = connection.getresponse()
        body = json.loads(response.read())
        connection.close()
        return Answer(response.status, dict(response.getheaders()), body)

    return send


def register_at(engine: str) -> Register:
    """Give the register of partners in the store of the test, which is at this URL, or in memory when it is empty."""
    client = dynamodb(engine)
    return Register(client, os.environ["PARTNERS_TABLE"])


def documented_call(keys: Issued) -> Call:
    """Give the request of the documented curl line, with these keys and without the host."""
    words = iter(shlex.split("\n".join(DOCUMENTED["curl"]).replace("\\\n", " ")))
    headers, path, body = {}, "", ""
    for word in words:
        if word == "--header":
            name, _, value = next(words).partition(": ")
            headers[name.lower()] = value.replace("<id>", keys.client_id).replace("<secret>", keys.secret)
        elif word == "--data":
            body = next(words)
        elif word.startswith("https://"):
            path = urlsplit(word).path
    return Call(f"POST {path}", headers=headers, body=body)


def differences(answer: dict[str, Any], earlier: dict[str, Any], keys: Issued) -> Iterator[str]:
    """Give the fields in which an answer is not as documented; of two answers to one user, new fields must differ."""
    documented = [entry["field"] for entry in DOCUMENTED["answer"]]
    if list(answer) != documented:
        yield f"fields: {list(answer)}"
    for entry in DOCUMENTED["answer"]:
        value, name = answer.get(entry["field"]), entry["field"]
        if not _is_as_documented(value, entry, keys) or (entry["is"] == "new" and value == earlier.get(name)):
            yield f"{name}: {value!r}"


def _is_as_documented(value: object, entry: dict[str, Any], keys: Issued) -> bool:
    if entry["is"] == "constant":
        return bool(value == entry["value"] and type(value) is type(entry["value"]))
    if not isinstance(value, str):
        return False
    if entry["is"] == "client id":
        return value == f"{keys.client_id}{entry.get('followed by', '')}"
    return bool(re.fullmatch(entry.get("value", ".+"), value))


@dataclass(frozen=True)
class PartnerServer:
    """A partner's server: `send` takes its calls to the service, `keys` are its client id and secret."""

    send: Callable[[Call], Answer]
    keys: Issued = field(repr=False)

    def start(self, user_id: object = "FTC_User1", /, **profile: object) -> Answer:
        """Start a session for a user."""
        return self.ask({"user_id": user_id, **profile})

    def ask(self, body: dict[str, object], **headers: str) -> Answer:
        """Send a body, with other headers than the usual ones where they are given (x_client_id, x_client_secret)."""
        usual = {"x-client-id": self.keys.client_id, "x-client-secret": self.keys.secret}
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send(Call("POST /s2s/session", headers=usual | given, body=json.dumps(body)))


def session_of(answer: Answer) -> Answer:
    """Give the answer to a partner as the session that a game's client would have."""
    tokens = {"token": answer.body["access_token"], "refresh_token": answer.body["refresh_token"]}
    return Answer(answer.status, answer.headers, tokens)
