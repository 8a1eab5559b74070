"""The development server as the console shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from botocore.credentials import Credentials

from local.admin_api import SignedApi
from local.console.providers import PROVIDERS
from local.console.service import Service
from local.gateway.iam.operators import KeyPair
from local.gateway.mailbox import Mailbox
from local.gateway.shown.setup import LocalSetup
from local.gateway.shown.watching import Watch
from symbolon.settings.settings import Settings, load_settings


@dataclass(frozen=True)
class Place:
    """Where the server is, where its settings come from, and where it keeps accounts."""

    url: str
    settings: str
    store: str


def local_service(
    place: Place, environment: Mapping[str, str], pairs: Sequence[KeyPair], watched: tuple[Watch, Mailbox]
) -> Service:
    """Give the server to the console, which asks it as the operator who may do all."""
    [pair] = [pair for pair in pairs if pair.profile == "default"]
    watch, mailbox = watched
    settings = load_settings(environment)
    return Service(
        name="this machine",
        url=place.url,
        is_local=True,
        facts=_facts(place, settings),
        api=SignedApi(place.url, Credentials(pair.access_key, pair.secret)),
        counts=watch.counts,
        requests=watch,
        setup=LocalSetup(lambda: load_settings(environment)),
        letters=mailbox.letters,
        server_key=settings.server_key,
    )


def _facts(place: Place, settings: Settings) -> dict[str, str]:
    others = [name for name, provider in PROVIDERS.items() if provider.page]
    providers = [name for name in others if settings.document.get(name)]
    return {
        "Address": place.url,
        "Server key": settings.server_key,
        "Settings": place.settings,
        "Store": place.store,
        "Providers that are set up": ", ".join(["device", "email", "custom", *providers]),
        "Providers that are not": ", ".join(name for name in others if name not in providers) or "none",
    }
