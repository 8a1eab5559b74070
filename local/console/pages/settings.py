"""Which ways to sign in are set up, what the others lack, and all settings, without secrets."""

from werkzeug.wrappers import Response

from local.console.providers import PROVIDERS, Provider, Readiness
from local.console.service import Setup
from local.console.visit import Visit


def show(visit: Visit) -> Response:
    """Show the providers, and the settings."""
    setup = visit.service.setup
    ready = [(provider, readiness(provider, setup)) for provider in PROVIDERS.values()]
    return visit.page("settings.html", ready=ready, settings=setup.settings())


def readiness(provider: Provider, setup: Setup) -> list[Readiness]:
    """Return for each way of the provider whether it is set up."""
    return [_of_way(provider, setup, at) for at in range(len(provider.ways))]


def _of_way(provider: Provider, setup: Setup, at: int) -> Readiness:
    states = {place: setup.state(place) for place in provider.ways[at].needs}
    missing, unknown = (
        tuple(place for place, state in states.items() if state == which) for which in ("missing", "unknown")
    )
    return Readiness(provider.ways[at], missing, unknown)
