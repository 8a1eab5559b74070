"""session/exchange: a token for others, for clients that know no OAuth, whose POST /oauth2/token does the same."""

from symbolon.oauth.clients import PLAYER
from symbolon.oauth.exchange import audience_for, exchanged
from symbolon.rpc import Caller, RpcCall, procedure


@procedure("session/exchange", caller=Caller.SESSION)
def exchange(call: RpcCall) -> object:
    """Return a token of the caller's for the `audience` that the payload names."""
    audience = audience_for(PLAYER, call.body.text("audience"), call.settings)
    return exchanged(call.caller, audience, PLAYER, call.settings).body()
