"""Who asks: a player's game, one of the studio's own servers, or a partner.

By HTTP Basic (https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1): a server shows the http key, or its own, as its
user name, a partner its client id and secret, a game the server key or nothing.
"""

import hmac
from dataclasses import dataclass
from enum import Enum
from urllib.parse import unquote

from symbolon.api.auth import basic_credentials
from symbolon.api.request import Request
from symbolon.errors import PermissionDenied, Unauthenticated
from symbolon.limits.gate import wrong_key
from symbolon.oauth.errors import UnknownClient
from symbolon.partners import partners
from symbolon.partners.partners import Partner
from symbolon.partners.servers import server_by
from symbolon.settings.limits import Limits
from symbolon.settings.settings import Settings


class Kind(Enum):
    """What an asker is; the values are the settings' names for it."""

    PLAYER = "player"
    SERVER = "server"
    PARTNER = "partner"


@dataclass(frozen=True)
class Asker:
    """Who sent a request: what it is, and for a partner which."""

    kind: Kind
    partner: Partner | None = None

    @property
    def client_id(self) -> str:
        """By which name it stands in tokens: a partner's own, for all others what they are."""
        return self.partner.client_id if self.partner else self.kind.value


PLAYER = Asker(Kind.PLAYER)
SERVER = Asker(Kind.SERVER)


def asker_of(request: Request, settings: Settings) -> Asker:
    """Return who sent the request, whose credentials may be none; raises UnknownClient for wrong ones."""
    header = request.headers.get("authorization", "")
    if not header:
        return PLAYER
    shown = basic_credentials(header)
    if shown is None:
        raise UnknownClient("The client must show itself by HTTP Basic.")
    if partners.is_client_id(user := unquote(shown.user)):
        try:
            return Asker(Kind.PARTNER, partners.identified(user, unquote(shown.password), request, settings))
        except (Unauthenticated, PermissionDenied) as error:
            raise UnknownClient("The client is unknown.") from error
    if hmac.compare_digest(shown.user.encode(), settings.server_key.encode()):
        return PLAYER
    if _is_server(shown.user, settings):
        return SERVER
    wrong_key("http key", request.source_ip, Limits.of(settings.document))
    raise UnknownClient("The client is unknown.")


def require_confidential(request: Request, settings: Settings) -> Asker:
    """Return the server or partner that sent the request; raises UnknownClient for anybody else."""
    asker = asker_of(request, settings)
    if asker.kind is Kind.PLAYER:
        raise UnknownClient("Only servers and partners may ask.")
    return asker


def _is_server(shown: str, settings: Settings) -> bool:
    try:
        return server_by(shown, settings) is not None
    except PermissionDenied as error:
        raise UnknownClient("The client is unknown.") from error
