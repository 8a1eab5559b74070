"""An operator of the studio, whose requests API Gateway has found to be signed."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tests.helpers.players.client import Answer, Call, Query
from tests.helpers.service import lambdas

ARN = lambdas.OPERATOR
Send = Callable[[dict[str, Any]], Answer]


@dataclass(frozen=True)
class Operator:
    """What an operator can ask for; `send` carries an event to the function that serves it."""

    arn: str = ARN
    send: Send = lambdas.run

    def call(self, route: str, body: Mapping[str, object] | None = None, query: Query | None = None) -> Answer:
        """Send any request, signed by this operator."""
        text = "" if body is None else json.dumps(body)
        event = lambdas.make_event(Call(route, urlencode(query or {}, doseq=True), body=text))
        event["requestContext"]["authorizer"] = {"iam": lambdas.signed_by(self.arn)}
        return self.send(event)

    def find(self, text: str, **query: str) -> Answer:
        """Look for players."""
        return self.call("GET /admin/v1/users", query={"query": text, **query})

    def found(self, text: str) -> list[tuple[str, str]]:
        """Give username of each player that is found, and by what."""
        return [(user["username"], user["found_by"]) for user in self.find(text).body["users"]]

    def show(self, user_id: str) -> dict[str, Any]:
        """Give the document of an account."""
        answer = self.call(f"GET /admin/v1/users/{user_id}")
        assert answer.status == 200, answer.body
        return answer.body

    def do(self, what: str, user_id: str, **body: object) -> Answer:
        """Do something to an account: ban, unban, unlink, signout, notes."""
        return self.call(f"POST /admin/v1/users/{user_id}/{what}", body)

    def done(self, what: str, user_id: str, **body: object) -> str:
        """Do something to an account and give the name of the entry."""
        answer = self.do(what, user_id, **body)
        assert answer.status == 200, answer.body
        return str(answer.body["entry"])

    def edit(self, user_id: str, **fields: object) -> Answer:
        """Change fields of an account."""
        return self.call(f"PATCH /admin/v1/users/{user_id}", fields)

    def erase(self, user_id: str) -> Answer:
        """Erase an account."""
        return self.call(f"DELETE /admin/v1/users/{user_id}")

    def log(self, **query: str) -> list[dict[str, Any]]:
        """Give entries of the records, the newest first."""
        answer = self.call("GET /admin/v1/audit", query=query)
        assert answer.status == 200, answer.body
        return list(answer.body["entries"])

    def undo(self, entry: str, **body: object) -> Answer:
        """Undo what an entry records."""
        return self.call(f"POST /admin/v1/audit/{entry}/undo", body)
