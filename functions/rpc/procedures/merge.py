"""account/merge: two accounts become one, for clients that know no other routes. docs/merge.md explains it."""

from symbolon.rpc import Caller, RpcCall, procedure


@procedure("account/merge", caller=Caller.SESSION)
def merge(call: RpcCall) -> object:
    """Show both accounts that the payload's `ticket` is about, or, where it says which to `keep`, merge them."""
    from symbolon.accounts import merging  # noqa: PLC0415 (most procedures know no friends)

    asked = merging.Asked(call.caller, call.body.text("ticket"), call.request, call.settings)
    keep = call.body.text("keep")
    return merging.merge(asked, keep) if keep else merging.show(asked)
