"""A player's session becomes a token for one audience: https://www.rfc-editor.org/rfc/rfc8693.

Such a token says who the player is to somebody who should not be able to act as the player: it has a form of its own
(https://www.rfc-editor.org/rfc/rfc9068), by which no route of ours takes it for a session and no refresh follows from
it, it names its audience, and it lives for minutes. It says `tid` and `gen` too, by which introspection knows whether
the session that it came of has ended.
"""

import time
import uuid
from dataclasses import dataclass

from symbolon.api.jsontext import written
from symbolon.errors import NotFound, Unauthenticated
from symbolon.oauth.audiences import CLAIMS, Audience, audiences
from symbolon.oauth.clients import Asker
from symbolon.oauth.errors import NotForThisClient, OAuthError, UnknownTarget
from symbolon.sessions import jws
from symbolon.sessions.jws import InvalidToken
from symbolon.sessions.sessions import Session, read_session_token, session_of
from symbolon.settings.settings import Settings

ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 (a name)
JWT = "urn:ietf:params:oauth:token-type:jwt"
TOKEN_TYPES = (ACCESS_TOKEN, JWT)


@dataclass(frozen=True)
class Exchanged:
    """A token for others, and for how many seconds it is good."""

    token: str
    expires_in: int

    def body(self) -> dict[str, str | int]:
        """Return the answer as https://www.rfc-editor.org/rfc/rfc8693#section-2.2.1 has it."""
        return {
            "access_token": self.token,
            "issued_token_type": ACCESS_TOKEN,
            "token_type": "Bearer",
            "expires_in": self.expires_in,
        }


def audience_for(asker: Asker, name: str, settings: Settings) -> Audience:
    """Return the audience of that name; raises OAuthError when there is none, or when this asker may not have it."""
    audience = audiences(settings).get(name)
    if audience is None:
        raise UnknownTarget("There is no such audience.")
    if asker.kind not in audience.callers:
        raise NotForThisClient("This client may not ask for tokens of this audience.")
    return audience


def session_shown(token: str, settings: Settings) -> Session:
    """Return the session whose token this is; raises OAuthError when it is none, or has ended."""
    try:
        return session_of(read_session_token(token, settings))
    except (InvalidToken, NotFound, Unauthenticated) as error:
        raise OAuthError("The subject token is invalid, or its session has ended.") from error


def exchanged(session: Session, audience: Audience, asker: Asker, settings: Settings) -> Exchanged:
    """Return a token by which the audience may believe who the session's player is."""
    now = int(time.time())
    claims, variables = session.claims, session.claims.variables
    passed = {name: variables[name] for name in audience.variables if name in variables}
    about = {name: text for name in audience.claims if (text := CLAIMS[name](session.user))}
    payload = {
        "iss": settings.issuer,
        "sub": session.user.user_id,
        "aud": audience.name,
        "exp": now + audience.expiry,
        "iat": now,
        "jti": str(uuid.uuid4()),
        "client_id": asker.client_id,
        "tid": claims.session_id,
        "gen": claims.generation,
        **about,
        **({"vrs": passed} if passed else {}),
    }
    token = jws.write(written(payload), settings.session_keys, jws.ACCESS_TOKEN)
    return Exchanged(token, audience.expiry)
