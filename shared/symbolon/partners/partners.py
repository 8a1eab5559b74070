"""Partners: companies whose game servers start sessions for their own users, each by a client id and a secret.

The command `python -m local.operate.partners` makes them. A secret is 256 random bits of that command's, never a text
that somebody chose, so a plain SHA-256 keeps it: guessing is out of reach, and slowness would protect nothing (NIST
asks for salt and a slow hash below 112 bits: https://pages.nist.gov/800-63-3/sp800-63b.html, section 5.1.2.2).
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from symbolon.api.request import Request
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, Key, Write, key
from symbolon.errors import NotFound, PermissionDenied, Unauthenticated
from symbolon.identities.users import User, user_key
from symbolon.settings.settings import Settings

MAX_SECRETS = 2
"""A partner's old secret and new one, while it changes from one to the other."""

SERVER = "server"
"""The kind of an item that is a game server's; a partner's has none."""

_CLIENT_ID = re.compile(r"[0-9]{10}")
_NOBODY = "0"
_NO_HASH = "0" * 64


@dataclass(frozen=True)
class Partner:
    """One partner: its client id, its name, and the hashes of its secrets, of which the first is the newest.

    A game server with a key of its own `is_server`, no partner, and has the `operators` for whom it may register.
    """

    client_id: str
    name: str
    hashes: tuple[str, ...] = field(repr=False)
    enabled: bool
    is_server: bool = False
    operators: tuple[str, ...] = ()

    @classmethod
    def from_item(cls, item: Item) -> Self:
        """Build a partner from its item."""
        hashes = tuple(secret["hash"] for secret in item["secrets"])
        is_server, operators = item.get("kind") == SERVER, tuple(item.get("operators", ()))
        return cls(item["client_id"], item["name"], hashes, item["enabled"], is_server, operators)

    def namespaced(self, user_id: str) -> str:
        """Return the name that the partner's user has among all partners' users.

        The first "#" ends the client id, which is digits only: no two pairs of partner and user share a name, whatever
        a user id looks like.
        """
        return f"{self.client_id}#{user_id}"

    def has_secret(self, secret: str) -> bool:
        """Tell whether the text is one of the partner's secrets; takes as long for a partner without any."""
        shown = hash_secret(secret)
        stored = [*self.hashes, *[_NO_HASH] * MAX_SECRETS][:MAX_SECRETS]
        return True in [hmac.compare_digest(shown, known) for known in stored]


_STRANGER = Partner(_NOBODY, "", (), enabled=False)


def authenticate(request: Request, settings: Settings) -> Partner:
    """Return the partner whose client id and secret the request's headers show.

    Raises Unauthenticated, in the same words after the same work whichever of the two is wrong, and PermissionDenied
    when the partner is disabled, which only its secret finds out.
    """
    shown = (request.headers.get("x-client-id", ""), request.headers.get("x-client-secret", ""))
    return identified(*shown, request, settings)


def identified(client_id: str, secret: str, request: Request, settings: Settings) -> Partner:
    """Return the partner whose client id and secret a request shows in another place; raises as `authenticate` does."""
    item = dynamodb.get(partner_key(client_id if is_client_id(client_id) else _NOBODY))
    partner = Partner.from_item(item) if item and item.get("kind") != SERVER else _STRANGER
    if not partner.has_secret(secret):
        _count_wrong_secret(request, settings)
        raise Unauthenticated("Client ID or secret invalid.")
    if not partner.enabled:
        raise PermissionDenied("Partner disabled.")
    return partner


def _count_wrong_secret(request: Request, settings: Settings) -> None:
    from symbolon.limits.gate import wrong_key  # noqa: PLC0415 (partners show the right one)
    from symbolon.settings.limits import Limits  # noqa: PLC0415 (as above)

    wrong_key("partner secret", request.source_ip, Limits.of(settings.document))


def partner_key(client_id: str) -> Key:
    """Return the key of a partner's item."""
    return key("PARTNERS_TABLE", client_id=client_id)


def is_client_id(text: str) -> bool:
    """Tell whether the text has the form of a client id: ten digits."""
    return bool(_CLIENT_ID.fullmatch(text))


def hash_secret(secret: str) -> str:
    """Return what is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def remember(user: User, sent: Mapping[str, str | int]) -> Mapping[str, str | int]:
    """Return what is known of a partner's user: what was, changed by what the partner sent now, where "" and 0 forget.

    Writes only what is news, each field for itself, so that sessions which start side by side do not undo each other's.
    Raises NotFound when the account is gone.
    """
    known = user.partner_profile
    news = {name: value for name, value in sent.items() if (value or None) != known.get(name)}
    if news and not known:
        _change(user, "SET partner_profile = if_not_exists(partner_profile, :none)", {}, {":none": {}})
    if news:
        _change(user, *_writing(news))
    return {name: value for name, value in {**known, **news}.items() if value}


def _writing(news: Mapping[str, str | int]) -> tuple[str, dict[str, str], dict[str, str | int]]:
    """Return the update that writes these fields, with its names and values."""
    kept = [f"partner_profile.#{name} = :{name}" for name, value in news.items() if value]
    dropped = [f"partner_profile.#{name}" for name, value in news.items() if not value]
    parts = [f"{verb} {', '.join(some)}" for verb, some in (("SET", kept), ("REMOVE", dropped)) if some]
    names = {f"#{name}": name for name in news}
    return " ".join(parts), names, {f":{name}": value for name, value in news.items() if value}


def _change(user: User, change: str, names: Mapping[str, str], values: Mapping[str, Any]) -> None:
    write = Write("Update", user_key(user.user_id), "attribute_exists(user_id)", change, names, values)
    if dynamodb.update(write) is not None:
        raise NotFound("Account not found.")
