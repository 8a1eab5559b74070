"""Letters to players, and what becomes of them. It has no route: other functions invoke it, and SES's notifications do.

Events: {"kind": "reset", "email": "…"}: mail a code for a new password, if an account signs in with the address
    {"kind": "…", "email": "…", "language": "de", "values": {…}, "user_id": "…", "at": …}: mail the letter of this
        kind about the account, to which something was done at that time (milliseconds since 1970)
    {"Records": [{"Sns": {"Message": "…"}}, …]}: letters that came back, and complaints
        (https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html)
Lambda invokes it up to three times when it fails. A reset's second attempt makes a second code, and the first is void.

Settings: those of mail
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from symbolon.accounts import notices
from symbolon.api.application import background
from symbolon.api.request import Trace
from symbolon.errors import InvalidArgument, ResourceExhausted
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.users import find
from symbolon.limits.counters import Counter
from symbolon.mail.addresses import DEAD, address_digest, bury, rows_of
from symbolon.mail.letters import write
from symbolon.mail.sending import send
from symbolon.recovery import codes
from symbolon.settings.limits import Limits
from symbolon.settings.mail import MailSettings
from symbolon.settings.settings import Settings

MAIL_SENT, MAIL_HELD_BACK, ADDRESSES_BURIED = "MailSent", "MailHeldBack", "AddressesBuried"

_LETTERS, _OWN = Path(__file__).with_name("letters"), Path(__file__).with_name("own")
_UNDONE = (notices.CHANGED, notices.PARTED)
"""Letters with a code by which the address has its account back."""

_PAGES = {codes.RESET: "recover", codes.VERIFY: "verify", codes.CHANGE: "verify", **dict.fromkeys(_UNDONE, "undo")}
"""The page to which a letter's link leads."""

_ASKED_FOR = (codes.RESET, codes.VERIFY, codes.CHANGE)
"""Letters that anybody can have sent. Their number must not keep back those that tell what was done."""


def deliver(event: Mapping[str, Any], settings: Settings, trace: Trace) -> None:
    """Do what the event asks for; raises InvalidArgument for none, Unavailable where another attempt may help."""
    if "Records" in event:
        trace.verb = "bounce"
        for record in event["Records"]:
            _note(json.loads(record["Sns"]["Message"]), trace)
        return
    kind, address = event.get("kind"), event.get("email")
    if not isinstance(kind, str) or not isinstance(address, str):
        raise InvalidArgument("The event names no letter.")
    if kind == codes.RESET:
        _reset(address, settings, trace)
    else:
        _send(kind, address, event, (settings, trace))


def _reset(address: str, settings: Settings, trace: Trace) -> None:
    user = find(ExternalIdentity("email", address))
    if user is None or user.is_banned:
        return
    trace.user_id = user.user_id
    if not _is_admitted(codes.RESET, address, settings, trace):
        return  # before there is a code, which would replace one that was mailed
    networks = list(user.guard.get("known", []))
    code = codes.put((address, codes.RESET, user.user_id), MailSettings.of(settings).code_key, networks=networks)
    values = {"username": user.username, "code": code}
    letter = {"language": user.profile.get("lang_tag", "en"), "values": values}
    _post(codes.RESET, address, letter, (settings, trace))


def _send(kind: str, address: str, letter: Mapping[str, Any], within: tuple[Settings, Trace]) -> None:
    if not _is_admitted(kind, address, *within):
        return
    if kind == codes.VERIFY and "code" not in letter.get("values", {}):  # which an operator has asked for
        code = codes.put((address, kind, str(letter["user_id"])), MailSettings.of(within[0]).code_key)
        letter = {**letter, "values": {**letter.get("values", {}), "code": code}}
    if kind in _UNDONE:
        waiting = (address, codes.UNDO, str(letter["user_id"]))
        code = codes.put(waiting, MailSettings.of(within[0]).code_key, since=int(letter["at"]))
        letter = {**letter, "values": {**letter.get("values", {}), "code": code}}
    _post(kind, address, letter, within)


def _is_admitted(kind: str, address: str, settings: Settings, trace: Trace) -> bool:
    """Tell whether the address gets another letter of the kind, and count it."""
    is_admitted = not rows_of(address, [DEAD]) and (kind in _UNDONE or _is_within_limit(kind, address, settings))
    trace.events += [] if is_admitted else [MAIL_HELD_BACK]
    return is_admitted


def _post(kind: str, address: str, letter: Mapping[str, Any], within: tuple[Settings, Trace]) -> None:
    settings, trace = within
    mail = MailSettings.of(settings)
    values = {"code": "", **letter.get("values", {}), "game": mail.game, "email": address}
    values["link"] = mail.link(_PAGES.get(kind, "recover"), address, values["code"])
    folders = (Path(mail.letters) if mail.letters else _OWN, _LETTERS)
    send(write(kind, str(letter.get("language", "en")), values, folders), address, mail)
    trace.events.append(MAIL_SENT)


def _is_within_limit(kind: str, address: str, settings: Settings) -> bool:
    """Count the letter: one address gets a few an hour, whoever asks for them, and as many about what was done."""
    most = Limits.of(settings.document).address_letters_per_hour
    scope = "letters-to" if kind in _ASKED_FOR else "notices-to"
    try:
        Counter(scope, address_digest(address), most, "Too many letters to this address.").count()
    except ResourceExhausted:
        return False
    return True


def _note(message: Mapping[str, Any], trace: Trace) -> None:
    """Bury the addresses whose mail came back for good, or whose owners complained; a full mailbox passes."""
    bounce, complaint = message.get("bounce", {}), message.get("complaint", {})
    gone = bounce.get("bouncedRecipients", []) if bounce.get("bounceType") == "Permanent" else []
    why = "complaint" if complaint else "bounce"
    for recipient in [*gone, *complaint.get("complainedRecipients", [])]:
        bury(recipient["emailAddress"], why)
        trace.events.append(ADDRESSES_BURIED)


handler = background("mail", "mail", deliver)
