"""The question to a studio's function, asked once a request: may this player sign in, or link this? See docs/hooks.md.

A device's id, and a custom id that is the studio's own, let in whoever knows them: of these the function gets a hash.
"""

import hashlib
import json
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from symbolon.api.request import Request
from symbolon.aws import invocations
from symbolon.errors import Unavailable
from symbolon.hooks.answers import BadAnswer, Changes, read_answer
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.users import User
from symbolon.limits.networks import network_of
from symbolon.settings.hook import LINK, SIGN_IN, HookSettings
from symbolon.settings.settings import Settings

VERSION = 1
"""Of what the function is told. Fields may be added to it; one that changes its meaning makes another version."""

HOOK_FAILED = "HookFailed"

_BEARERS = frozenset({"device", "custom"})
"""Providers whose subject is the credential itself."""

_DOWN = "Sign-in is not possible at the moment."


@dataclass
class Hook:
    """The function, for one request: `username` and `variables` are the client's wishes, and then what became of them.

    `before` is SIGN_IN or LINK.
    """

    before: str
    section: HookSettings = field(repr=False)
    request: Request
    username: str = ""
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    _is_asked: bool = field(default=False, init=False)

    def ask(self, identity: ExternalIdentity, user: User | None) -> str:
        """Have the function judge who shows the identity; return the username for the account, if it gets one.

        `user` is the account that has the identity, or that is to get it, None where one is about to be made. Asked
        again, as after a race that was lost, it remembers. Raises RefusedByHook, and Unavailable when the function
        fails and the settings want nobody to get in then.
        """
        if not self._is_asked:
            changes = self._answer(identity, user)
            self._is_asked = True
            self.username = changes.username or self.username
            self.variables = self.variables if changes.variables is None else changes.variables
        return self.username

    def _answer(self, identity: ExternalIdentity, user: User | None) -> Changes:
        trace, begun = self.request.trace, time.perf_counter()
        try:
            event = self._event(identity, user)
            return read_answer(invocations.ask_once(self.section.function, event, self.section.timeout_ms / 1000))
        except (Unavailable, BadAnswer) as error:
            trace.events.append(HOOK_FAILED)
            why = f"hook: {error}" if isinstance(error, BadAnswer) else "hook: it could not be asked, or took too long"
            if not self.section.is_open:
                raise Unavailable(_DOWN, why) from error
            trace.details["hook"] = why
            return Changes()
        finally:
            trace.details["hook_ms"] = str(round((time.perf_counter() - begun) * 1000))

    def _event(self, identity: ExternalIdentity, user: User | None) -> dict[str, Any]:
        return {
            "version": VERSION,
            "before": self.before,
            "identity": _shown(identity),
            "said": dict(identity.said),
            "new": user is None,
            "account": _account(user) if user else None,
            "username": self.username,
            "vars": dict(self.variables),
            "network": _network(self.request.source_ip),
            "request_id": self.request.trace.request_id,
        }


def before_sign_in(request: Request, settings: Settings, username: str, variables: Mapping[str, str]) -> Hook | None:
    """Return the hook if the settings want it asked before a sign-in, None where they do not; raises Misconfigured."""
    section = HookSettings.of(settings.document)
    return Hook(SIGN_IN, section, request, username, variables) if section and SIGN_IN in section.before else None


def ask_before_link(identity: ExternalIdentity, user: User, request: Request, settings: Settings) -> None:
    """Have the function judge a link, if the settings want it; raises as `Hook.ask`, and Misconfigured."""
    section = HookSettings.of(settings.document)
    if section and LINK in section.before:
        Hook(LINK, section, request).ask(identity, user)


def _shown(identity: ExternalIdentity) -> dict[str, str]:
    shown = {"provider": identity.provider}
    if identity.provider in _BEARERS:
        return shown | {"subject_sha256": hashlib.sha256(identity.subject.encode()).hexdigest()}
    return shown | {"subject": identity.subject} if identity.subject else shown


def _account(user: User) -> dict[str, Any]:
    providers = sorted({place.partition("#")[0] for place in user.links})
    return {
        "user_id": user.user_id,
        "username": user.username,
        "create_time": user.create_time,
        "providers": providers,
        "metadata": _object(user.metadata),
    }


def _object(text: str) -> dict[str, Any]:
    """Return the JSON object that the text is, {} where an import has brought something else."""
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _network(address: str) -> str:
    """Return what is known of where the request came from: an IPv4 address, or the /64 of an IPv6 one."""
    network = network_of(address)
    is_prefix = ":" in address and "." not in network and ":" not in network
    return f"{socket.inet_ntop(socket.AF_INET6, bytes.fromhex(network) + bytes(8))}/64" if is_prefix else network
