"""Whether a studio's function is to be asked before what a client wants: all of this room that everybody loads."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from symbolon.api.request import Request
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.users import User
from symbolon.settings.settings import Settings
from symbolon.values import NOTHING

if TYPE_CHECKING:
    from symbolon.hooks.asking import Hook


class Nobody:
    """In the place of a hook where none is asked: nothing changes what the client wishes."""

    ask = None

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables


def hook_before_sign_in(
    request: Request, settings: Settings, username: str = "", variables: Mapping[str, str] = NOTHING
) -> "Hook | Nobody":
    """Return whom to ask before a sign-in, for which a client wishes these; raises Misconfigured.

    `ask` is what `Terms` takes as `hook`. The session gets `variables`, once it was asked.
    """
    if settings.document.get("hook"):
        from symbolon.hooks import asking  # noqa: PLC0415 (few studios have one)

        hook = asking.before_sign_in(request, settings, username, variables)
        if hook:
            return hook
    return Nobody(variables)


def ask_before_link(identity: ExternalIdentity, user: User, request: Request, settings: Settings) -> None:
    """Have the hook, if there is one, judge whether the account may get the identity; raises as `Hook.ask`."""
    if settings.document.get("hook"):
        from symbolon.hooks import asking  # noqa: PLC0415 (as above)

        asking.ask_before_link(identity, user, request, settings)
