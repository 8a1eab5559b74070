"""Procedures by the ids that the tests of Nakama's own clients call: an echo, and a greeting that needs no player."""

import json

from symbolon.errors import InvalidArgument
from symbolon.rpc import Caller, RpcCall, procedure


@procedure("clientrpc.rpc", caller=Caller.SESSION)
def echo(call: RpcCall) -> object:
    """Return what the player sent."""
    try:
        return json.loads(call.payload or "null")
    except ValueError as error:
        raise InvalidArgument("The payload is no JSON.") from error


@procedure("clientrpc.rpc_get", caller=Caller.ANY)
def ping(_call: RpcCall) -> object:
    """Return a word, to a player or to a server."""
    return {"message": "PONG"}
