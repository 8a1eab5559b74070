"""Steam: a session ticket of GetAuthTicketForWebApi, hex-encoded.

https://partner.steamgames.com/doc/webapi/ISteamUserAuth#AuthenticateUserTicket
Verified: by Valve's partner host, for our application and, when set, our identity string; not banned by the publisher;
good for one sign-in.

Settings: {"app_id": 480, "publisher_key": "…", "identity": "", "refuse_vac_banned": false, "refuse_borrowed": false}
    (borrowed: played through family sharing by somebody who does not own the game)
Credential: {"token": "14000000…"}; to link, {"account": {"token": "…"}, "sync": true}
"""

import time

from symbolon.api.request import Request
from symbolon.errors import InvalidArgument
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.links import LinkRule
from symbolon.identities.proofs import Proof
from symbolon.providers import Provider, asking_for, provider_app
from symbolon.settings.settings import Settings
from symbolon.verification import steamworks
from symbolon.verification.steamworks import Steamworks

PROVIDER = Provider(name="steam", credential=("token",), rule=LinkRule(in_use="Steam ID is already in use."))


def verify(request: Request, settings: Settings) -> ExternalIdentity:
    """Return the identity of the player whom the ticket was issued to."""
    ticket = (request.body.child("account") if request.verb == "link" else request.body).text("token")
    if not ticket:
        raise InvalidArgument("Steam access token is required.")
    section = settings.section(PROVIDER.name, "Steam")
    asking = asking_for(request, "Steam", section, settings)
    player = Steamworks.of(section).player(ticket, asking)
    steam_id = str(player["steamid"])
    identity = ExternalIdentity(PROVIDER.name, steam_id, friends={"steam_id": steam_id}, said=player)
    expires_at = int(time.time()) + steamworks.TICKET_SECONDS
    return identity._replace(proof=Proof.of(ticket.lower(), identity.key, expires_at, steamworks.REFUSED))


handler = provider_app(PROVIDER, verify)
