"""Servers: the studio's, which show the http key, and game servers with keys of their own, who speak for themselves.

Such a key is "<id>.<secret>", and stands wherever the http key may. `python -m local.operate.partners add-server` makes
one, in the table of partners, since it is kept and changed like theirs.
"""

from dataclasses import dataclass

from symbolon.api.auth import is_http_key
from symbolon.aws import dynamodb
from symbolon.errors import PermissionDenied
from symbolon.partners.partners import Partner, is_client_id, partner_key
from symbolon.settings.settings import Settings


@dataclass(frozen=True)
class Server:
    """A server: `server_id` is "" for one that has the http key. `operators` are the users for whom it may register."""

    server_id: str = ""
    operators: tuple[str, ...] = ()


def server_by(shown: str, settings: Settings) -> Server | None:
    """Return the server whose key this is, None where it is nobody's; raises PermissionDenied for a disabled one.

    What has the form of a server's own key costs a read.
    """
    server_id, dot, secret = shown.partition(".")
    if dot and is_client_id(server_id) and (item := dynamodb.get(partner_key(server_id))):
        entry = Partner.from_item(item)
        if entry.is_server and entry.has_secret(secret):
            if not entry.enabled:
                raise PermissionDenied("Game server disabled.")
            return Server(server_id, entry.operators)
    return Server() if is_http_key(shown, settings) else None
