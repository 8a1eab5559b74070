"""What providers tell of their users: Apple, Google and Facebook call these routes. docs/platform-duties.md.

Whoever calls shows nothing but what the provider has signed, which is believed as at sign-in, and once. What is forged
is refused, and a network that goes on with it is not looked at for a while. While a provider's keys cannot be had the
answer is 503, and the provider comes again.

Settings: those of apple, google and facebook, as at sign-in
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from symbolon.api.application import Route, application
from symbolon.api.request import Request
from symbolon.api.responses import Json, Page
from symbolon.duties import apple, deletion, facebook, google, notices, shown
from symbolon.duties.notices import Meaning, Notice
from symbolon.errors import NotFound
from symbolon.limits.forgeries import Asking
from symbolon.records.entries import PROVIDER, Author
from symbolon.settings.limits import Limits
from symbolon.settings.records import record_settings
from symbolon.settings.settings import Settings

NOTICE_ACTED_ON, NOTICE_WITHOUT_EFFECT = "NoticesActedOn", "NoticesWithoutEffect"
_PATH = "/v2/callback/facebook/deletion"

T = TypeVar("T")


def from_apple(request: Request, settings: Settings) -> Mapping[str, Any]:
    """Act on a notification of Apple's; answers {}."""
    token = apple.credential(request)
    callback = _Callback(apple.PROVIDER, apple.TITLE, request, settings)
    callback.act(callback.believed(token, lambda: apple.read(token, settings)), apple.MEANINGS)
    return {}


def from_google(request: Request, settings: Settings) -> Json:
    """Act on a security event token of Google's; answers 202 without a body (RFC 8935, section 2.2)."""
    token = google.credential(request)
    callback = _Callback(google.PROVIDER, google.TITLE, request, settings)
    callback.act(callback.believed(token, lambda: google.read(token, settings)), google.MEANINGS)
    return Json("", HTTPStatus.ACCEPTED)


def deauthorize(request: Request, settings: Settings) -> Mapping[str, Any]:
    """Hear that somebody has removed our app at Facebook; answers {}."""
    callback = _Callback(facebook.PROVIDER, facebook.TITLE, request, settings)
    signed = facebook.credential(request)
    asked = callback.believed(signed, lambda: facebook.read(signed, facebook.DEAUTHORIZED, settings))
    callback.act([asked.notice], facebook.MEANINGS)
    return {}


def delete_data(request: Request, settings: Settings) -> Mapping[str, Any]:
    """Delete what there is from Facebook of somebody; answers where that person sees how it went, and by which code."""
    callback = _Callback(facebook.PROVIDER, facebook.TITLE, request, settings)
    signed = facebook.credential(request)
    asked = callback.believed(signed, lambda: facebook.read(signed, facebook.DELETION, settings))
    callback.note(deletion.delete(asked.notice, asked.code, callback.author))
    base = settings.issuer.rstrip("/")
    return {"url": f"{base}{_PATH}?code={asked.code}", "confirmation_code": asked.code}


def show_deletion(request: Request, settings: Settings) -> Page:  # noqa: ARG001 (every route takes them)
    """Show how a deletion went that Facebook has asked for."""
    found = deletion.find(request.query_text("code"))
    if found is None:
        raise NotFound("No deletion has this code, or it was more than half a year ago.")
    return shown.deletion_page(found)


@dataclass(frozen=True)
class _Callback:
    """A request of a provider's."""

    provider: str
    title: str
    request: Request
    settings: Settings

    @property
    def author(self) -> Author:
        """The provider, for the records. From where it calls says nothing."""
        return Author(PROVIDER, self.provider, "", record_settings(self.settings).term)

    def believed(self, credential: str, read: Callable[[], T]) -> T:
        """Return what `read` makes of the credential; raises ResourceExhausted after too many that were refused."""
        trace, limits = self.request.trace, Limits.of(self.settings.document)
        trace.provider = self.provider
        asking = Asking(
            f"{self.provider} callback", self.title, 0, self.request.source_ip, limits, trace.events, "callbacks"
        )
        return asking.about(credential, read)

    def act(self, stated: list[Notice], meanings: Mapping[str, Meaning]) -> None:
        """Do what the notices mean."""
        for notice in stated:
            self.note(notices.act(notice, meanings, self.author))

    def note(self, user_id: str) -> None:
        """Have the log say whether anything was done, and whose account it was."""
        trace = self.request.trace
        trace.events.append(NOTICE_ACTED_ON if user_id else NOTICE_WITHOUT_EFFECT)
        trace.user_id = user_id or trace.user_id


handler = application(
    "callback",
    {
        "POST /v2/callback/apple": Route("from_apple", from_apple),
        "POST /v2/callback/google": Route("from_google", from_google, shown.event_failure),
        "POST /v2/callback/facebook/deauthorize": Route("deauthorize", deauthorize),
        f"POST {_PATH}": Route("delete_data", delete_data),
        f"GET {_PATH}": Route("show_deletion", show_deletion, shown.page_failure),
    },
)
