"""account/device/approve: a player signs in another device, for clients that know no other routes. docs/devices.md."""

from symbolon.rpc import Caller, RpcCall, procedure


@procedure("account/device/approve", caller=Caller.SESSION)
def approve(call: RpcCall) -> object:
    """Let the device that shows the payload's `user_code` sign in to the caller's account."""
    from symbolon.activation.actions import approve_device  # noqa: PLC0415 (most procedures need no codes)

    return approve_device(call.body, call.caller, call.request, call.settings)
