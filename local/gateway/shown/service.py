"""The development server as the console shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from botocore.credentials import Credentials

from local.admin_api import SignedApi
from local.console.pages.settings import readiness
from local.console.providers import PROVIDERS
from local.console.service import Service
from local.gateway.iam.operators import KeyPair
from local.gateway.mailbox import Mailbox
from local.gateway.shown.setup import LocalSetup
from local.gateway.shown.watching import Watch
from local.gateway.telling.bus import Bus
from symbolon.settings.settings import Settings, load_settings


@dataclass(frozen=True)
class Place:
    """Where the server is, where its settings come from, and where it keeps accounts."""

    url: str
    settings: str
    store: str


def local_service(
    place: Place, environment: Mapping[str, str], pairs: Sequence[KeyPair], watched: tuple[Watch, Mailbox, Bus | None]
) -> Service:
    """Give the server to the console, which asks it as the operator who may do all."""
    [pair] = [pair for pair in pairs if pair.profile == "default"]
    watch, mailbox, bus = watched
    settings, setup = load_settings(environment), LocalSetup(lambda: load_settings(environment))
    return Service(
        name="this machine",
        url=place.url,
        is_local=True,
        facts=_facts(place, settings, setup),
        api=SignedApi(place.url, Credentials(pair.access_key, pair.secret)),
        counts=watch.counts,
        requests=watch,
        setup=setup,
        letters=mailbox.letters,
        events=bus.events if bus else None,
        server_key=settings.server_key,
    )


def _facts(place: Place, settings: Settings, setup: LocalSetup) -> dict[str, str]:
    ready = {name: any(one.is_on for one in readiness(provider, setup)) for name, provider in PROVIDERS.items()}
    return {
        "Address": place.url,
        "Server key": settings.server_key,
        "Settings": place.settings,
        "Store": place.store,
        "Providers that are set up": ", ".join(name for name, is_on in ready.items() if is_on),
        "Providers that are not": ", ".join(name for name, is_on in ready.items() if not is_on) or "none",
    }
