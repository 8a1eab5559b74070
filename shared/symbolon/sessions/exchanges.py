"""One exchange of a refresh token: the tokens that it gives, and what it writes into the session's item.

The tokens are a function of the token that was shown and of what the item remembers, so that whoever shows the same one
gets the same ones, letter for letter, and none are stored.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from symbolon.api.request import Request
from symbolon.aws.dynamodb import Item, Write
from symbolon.identities.users import User
from symbolon.sessions.history import Run, continued, read_runs
from symbolon.sessions.sessions import session_key, token_pair
from symbolon.sessions.tokens import Claims
from symbolon.settings.settings import Settings

RUNS_OF_A_WINDOW = 8
"""Exchanges within this part of the grace window have successors of one date, so that they take the room of one."""


class Exchange(NamedTuple):
    """A refresh token that is being exchanged at the time `now` (milliseconds), for the present holder of the account.

    `variables` are those that the client brings, which replace the session's unless there are none.
    """

    claims: Claims
    user: User
    variables: Mapping[str, str]
    request: Request
    settings: Settings
    now: int

    @property
    def grace(self) -> int:
        """The grace window in milliseconds."""
        return self.settings.refresh_grace * 1000

    @property
    def expiry(self) -> int:
        """When the last token can have expired that this exchange gives, in seconds since 1970."""
        return max(self.now // 1000 + self.settings.refresh_token_expiry, self.claims.expires_at)

    def runs(self, item: Item) -> list[Run]:
        """Return what is to be remembered once the token is exchanged; the last run has this exchange."""
        recent = [run for run in read_runs(item.get("history", [])) if run.is_within(self.grace, self.now)]
        window = min(self.grace, self.settings.token_expiry * 1000) // RUNS_OF_A_WINDOW
        return continued(recent, Run(self.claims.rotation, self.now, self.now, dict(self.variables)), window)

    def successor(self, run: Run) -> dict[str, str]:
        """Return the tokens for which the token was exchanged in that run."""
        claims = self.claims._replace(rotation=self.claims.rotation + 1)
        return self._tokens(claims, run.at, run.variables)

    def latest(self, item: Item) -> dict[str, str]:
        """Return the session's latest tokens, whose refresh token nobody has used."""
        run = read_runs(item["history"])[-1]
        claims = self.claims._replace(rotation=item["rotation"])
        return self._tokens(claims, run.at, run.variables or item.get("latest_vars", {}))

    def renewed(self, item: Item) -> dict[str, str]:
        """Return new tokens for one that stays good, as no use of it is counted."""
        claims = self.claims._replace(rotation=max(self.claims.rotation, item.get("rotation", 0)))
        return self._tokens(claims, self.now, self.variables)

    def _tokens(self, claims: Claims, at: int, variables: Mapping[str, str]) -> dict[str, str]:
        claims = claims._replace(
            username=self.user.username, issued_at=at // 1000, variables=variables or claims.variables
        )
        tokens = token_pair(claims, self.request, self.settings)
        if self.now - at > self.settings.token_expiry * 1000 // 2:
            # The refresh token is the same whenever it is asked for again; a session token must be good for something.
            claims = claims._replace(issued_at=self.now // 1000)
            tokens["token"] = token_pair(claims, self.request, self.settings)["token"]
        return tokens


def advance(exchange: Exchange, item: Item, runs: list[Run]) -> Write:
    """Return the write that makes this exchange the session's next: of those that race, one succeeds."""
    claims = exchange.claims
    values: dict[str, Any] = {
        ":next": claims.rotation + 1,
        ":history": [run.to_entry() for run in runs],
        ":expires": max(exchange.expiry, item.get("expires_at", 0)),
        ":user": claims.user_id,
    }
    update = "SET rotation = :next, history = :history, expires_at = :expires, user_id = :user"
    if exchange.variables:
        update += ", latest_vars = :vars"
        values[":vars"] = dict(exchange.variables)
    condition = "attribute_not_exists(rotation)"
    if claims.rotation:
        condition = "rotation = :rotation"
        values[":rotation"] = claims.rotation
    condition += " AND attribute_not_exists(refresh_revoked)"
    return Write("Update", session_key(claims.session_id), condition, update, values=values)


def note_overtaken(claims: Claims, item: Item) -> Write:
    """Return the write that remembers that a token got its successor although others were ahead of it by then.

    That successor, used already, is then what a client holds; see `is_overtaken`.
    """
    values = {":latest": item["rotation"], ":noted": _overtaken(claims.rotation + 1, item)}
    return Write(
        "Update", session_key(claims.session_id), "rotation = :latest", "SET overtaken = :noted", values=values
    )


def is_overtaken(claims: Claims, item: Item) -> bool:
    """Tell whether the token is the one that `note_overtaken` was about, and nobody has gone on since."""
    return bool(item.get("overtaken") == _overtaken(claims.rotation, item))


def outlive(exchange: Exchange) -> Write:
    """Return the write that keeps the item, and what was revoked, as long as the tokens of this exchange."""
    values = {":expires": exchange.expiry}
    update, condition = "SET expires_at = :expires", "expires_at < :expires"
    return Write("Update", session_key(exchange.claims.session_id), condition, update, values=values)


def end(claims: Claims) -> Write:
    """Return the write that ends the session."""
    update = "SET session_revoked = :yes, refresh_revoked = :yes"
    return Write("Update", session_key(claims.session_id), "attribute_exists(rotation)", update, values={":yes": True})


def _overtaken(rotation: int, item: Item) -> dict[str, int]:
    return {"rotation": rotation, "latest": item["rotation"]}
