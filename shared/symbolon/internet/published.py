"""What a provider publishes at a URL: fetched when needed, kept as long as it allows, shared by all instances.

While the provider is down what there is goes on serving for a day. Something that is missing in it makes one of all
instances look again, for forgeries once per cooldown.
"""

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Generic, NamedTuple, TypeVar

from symbolon.errors import Misconfigured, Unavailable
from symbolon.internet import publications
from symbolon.internet.answers import Answer, Call, NonsenseAnswer, unavailable
from symbolon.internet.lifetimes import lifetime
from symbolon.internet.outbound import Outbound
from symbolon.internet.publications import COOLDOWN_SECONDS, RENEWAL_PAUSE_SECONDS, Note, Publication

STALE_SECONDS = 24 * 3600
"""For how long what was published outlives its age when the provider does not answer."""

RENEWAL_SECONDS = 1.5
"""For a renewal while what there is still serves: the player who happens to wait for it shall not notice."""

SEARCH_SECONDS = 1
"""For how long an instance waits for the search of another one, since that began."""

_LOOK_SECONDS = 0.2

T = TypeVar("T")


class _Document(NamedTuple, Generic[T]):
    content: T
    fetched_at: float
    fresh_until: float


class Published(ABC, Generic[T]):
    """What is published at `url`; one object for the life of the instance, shared by its requests.

    `fetches` is how often the instance has asked the provider for it.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.fetches = 0
        self._document: _Document[T] | None = None
        self._next_renewal = self._quiet_until = 0.0
        self._is_open = False

    @abstractmethod
    def read(self, body: bytes | None) -> T:
        """Return what a body says, or None in its place where nothing is; raises ValueError when it makes no sense."""

    def take(self, answer: Answer) -> bytes | None:
        """Return an answer's body, None when it says that nothing is there; raises what any other answer means."""
        if answer.status != HTTPStatus.OK:
            raise answer.nonsense() from NonsenseAnswer()
        return answer.body

    def fresh_for(self, answer: Answer, _content: T) -> float:
        """Return for how many seconds the answer may be kept."""
        return lifetime(answer)

    def admit(self) -> None:
        """Raise an error to keep the provider from being asked for what no instance knows yet."""

    def current(self, door: Outbound) -> T:
        """Return what there is; raises Unavailable when only the provider could tell and does not answer."""
        now, document = time.time(), self._document
        if document is None or now >= max(document.fresh_until, self._next_renewal):
            self._look_up()
            self._renew(door, now)
            document = self._document
        if document is None:
            self.admit()
        if document is None or now >= document.fresh_until + STALE_SECONDS:
            document = self._fetch(door)
        return document.content

    def searched(self, door: Outbound, has: Callable[[T], bool]) -> T:
        """Return what there is after a look for something that was missing in it.

        Raises Unavailable when nobody can tell whether it is missing at the provider's too.
        """
        if time.time() >= self._quiet_until:
            self._search(door, has)
        document = self._document
        if document is None or (self._is_open and not has(document.content)):
            raise unavailable(door.provider, max(1, math.ceil(self._quiet_until - time.time())))
        return document.content

    def _search(self, door: Outbound, has: Callable[[T], bool]) -> None:
        note, now = self._look_up(), time.time()
        if self._document and has(self._document.content):
            return
        if note.next_search <= now and publications.claim_search(self.url, note):
            self._quiet_until, self._is_open = now + COOLDOWN_SECONDS, True
            self._fetch(door, has)
            return
        if note.next_search <= now:  # somebody was faster
            note = self._look_up()
        while time.time() < note.searching_since + SEARCH_SECONDS:
            time.sleep(_LOOK_SECONDS)
            note = self._look_up()
        self._quiet_until, self._is_open = note.next_search, note.searching_since > 0

    def _renew(self, door: Outbound, now: float) -> None:
        document = self._document
        if document is None or not document.fresh_until <= now < document.fresh_until + STALE_SECONDS:
            return
        self._next_renewal = now + RENEWAL_PAUSE_SECONDS
        if publications.claim_renewal(self.url):
            with suppress(Misconfigured, Unavailable):
                self._fetch(door.hurried(RENEWAL_SECONDS))

    def _look_up(self) -> Note:
        """Return what the table says, having taken from there what is newer."""
        note = publications.read(self.url)
        found = note.publication
        if found and (self._document is None or found.fetched_at > self._document.fetched_at):
            with suppress(ValueError, RecursionError, Misconfigured):
                self._document = _Document(self.read(found.body), found.fetched_at, found.fresh_until)
        return note

    def _fetch(self, door: Outbound, has: Callable[[T], bool] | None = None) -> _Document[T]:
        """Ask the provider; with `has` it is a search, which this ends whatever it finds."""
        answer = door.ask(Call(self.url))
        body = self.take(answer)
        try:
            content = self.read(body)
        except (ValueError, RecursionError) as error:
            raise answer.nonsense() from error
        self.fetches += 1
        now = time.time()
        self._document = document = _Document(content, now, now + self.fresh_for(answer, content))
        found = has is not None and has(content)
        if has:
            self._is_open = False
            self._quiet_until = 0.0 if found else self._quiet_until  # another rotation may follow at once
        publication = Publication(body, now, document.fresh_until)
        with suppress(Unavailable):  # who has it needs no table to go on
            publications.store(self.url, publication, search_ended=has is not None, found=found)
        return document
