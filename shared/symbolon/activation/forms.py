"""The page /activate: who has an address and a password signs in there, sees which device asks, and answers.

It needs no script. The second step carries a ticket of ours, so that nobody else can have a browser send it.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from symbolon.activation.approval import WRONG_CODE, Approver
from symbolon.api.request import Request
from symbolon.api.responses import Page
from symbolon.aws import dynamodb
from symbolon.errors import NotFound, SymbolonError, Unauthenticated
from symbolon.hooks.wanted import hook_before_sign_in
from symbolon.identities.addresses import known_address
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.links import LinkRule
from symbolon.identities.passwords import Password
from symbolon.identities.signin import Terms, sign_in
from symbolon.identities.users import User, user_key
from symbolon.limits.gate import Gate
from symbolon.limits.networks import digest, network_of
from symbolon.oauth.device_codes import Waiting
from symbolon.oauth.device_grant import require_switched_on
from symbolon.recovery import pages
from symbolon.recovery.forms import fields_of
from symbolon.sessions import tickets
from symbolon.settings.limits import Limits
from symbolon.settings.mail import requires_verified_address
from symbolon.settings.settings import Settings

TITLE = "Sign in another device"
_SERVER_ERROR = 500
_TICKET = ("uid", "gen", "code")
_WRONG = "Invalid credentials."
_RULE = LinkRule(in_use="", has_secret=True)

START = """$notice<p>Go on only if a device in front of you shows this code, and you started it yourself.
Whoever sent you a code or a link wants to get into your account: nobody of ours ever asks for it.</p>
<form method="post" action="/activate">
<label for="code">Code on the device</label>
<input id="code" name="user_code" autocomplete="off" autocapitalize="characters" spellcheck="false" required
 placeholder="XXXX-XXXX" value="$user_code">
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" autocomplete="username" required value="$email">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button>Go on</button>
</form>
<p>Do you sign in in another way? Type the code in the game.</p>"""

CONFIRM = """$notice<p>Device: <strong>$device</strong><br>
Code: <strong>$user_code</strong><br>
Asked $minutes ago, $where.</p>
<p>It will be signed in to your account, $username, and can do there what you can do.
Say no if it is not in front of you.</p>
<form method="post" action="/activate">
<input type="hidden" name="ticket" value="$ticket">
<button name="answer" value="yes">Yes, sign it in</button>
<button name="answer" value="no">No</button>
</form>"""


@dataclass(frozen=True)
class _Asked:
    fields: Mapping[str, str]
    request: Request
    settings: Settings

    def approver(self, user: User) -> Approver:
        self.request.trace.user_id = user.user_id
        return Approver(user, "", user.generation, self.request, self.settings)


def show(request: Request, settings: Settings) -> Page:
    """Show the form, with the link's code in it; nothing changes by that."""
    require_switched_on(settings)
    return pages.page(TITLE, START, {"user_code": request.query_text("user_code"), "email": ""})


def activate(request: Request, settings: Settings) -> Page:
    """Take the player's address, password and code, and show which device asks; or take the answer."""
    require_switched_on(settings)
    asked = _Asked(fields_of(request), request, settings)
    if asked.fields.get("ticket"):
        return _answered(asked)
    typed = {name: asked.fields.get(name, "") for name in ("user_code", "email")}
    try:
        return _confirmation(asked)
    except SymbolonError as error:
        if error.status >= _SERVER_ERROR:
            raise
        return pages.page(TITLE, START, typed, error)


def _confirmation(asked: _Asked) -> Page:
    user = _signed_in(asked)
    code = asked.fields.get("user_code", "")
    waiting = asked.approver(user).find(code)
    content = {"uid": user.user_id, "gen": str(user.generation), "code": code}
    shown = {
        "device": waiting.device_name or "without a name",
        "user_code": code,
        "minutes": _age(waiting),
        "where": _where(waiting, asked.request),
        "username": user.username,
        "ticket": tickets.write(tickets.ACTIVATION, content, asked.settings),
    }
    return pages.page("Is this your device?", CONFIRM, shown)


def _answered(asked: _Asked) -> Page:
    said = tickets.read(tickets.ACTIVATION, asked.fields["ticket"], asked.settings, _TICKET)
    item = dynamodb.get(user_key(said["uid"]))
    user = User.from_item(item) if item else None
    if user is None or user.is_banned or str(user.generation) != said["gen"]:
        raise Unauthenticated(_WRONG)
    waiting = Waiting.by_user_code(said["code"])
    if waiting is None:
        raise NotFound(WRONG_CODE)
    is_yes = asked.fields.get("answer") == "yes"
    asked.approver(user).answer(waiting, is_yes=is_yes)
    if is_yes:
        return pages.words("The device is signed in", "Look at it: it goes on by itself in a few seconds.")
    return pages.words("The device was refused", "Somebody may have sent you its code: tell nobody your password.")


def _signed_in(asked: _Asked) -> User:
    """Return the account that the address and the password sign in to; no error tells whether there is one."""
    request, settings = asked.request, asked.settings
    identity = ExternalIdentity(
        "email",
        known_address(asked.fields.get("email", "")),
        secret=Password(asked.fields.get("password", "")),
        must_be_verified=requires_verified_address(settings),
    )
    trace = request.trace
    gate = Gate(request.source_ip, Limits.of(settings.document), trace.events, tried=trace.concerns)
    try:
        terms = Terms(create=False, gate=lambda: gate, hook=hook_before_sign_in(request, settings).ask)
        return sign_in(identity, _RULE, terms).user
    except NotFound as error:
        raise Unauthenticated(_WRONG) from error


def _age(waiting: Waiting) -> str:
    minutes = (int(time.time()) - int(waiting.item["begun_at"])) // 60
    return "less than a minute" if not minutes else "a minute" if minutes == 1 else f"{minutes} minutes"


def _where(waiting: Waiting, request: Request) -> str:
    is_near = waiting.item.get("network") == digest("device", network_of(request.source_ip))
    return "from the network that you are in" if is_near else "from another network than the one that you are in"
