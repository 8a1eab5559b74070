"""Whichever provider an identity is of, its player is found by it."""

from functions.admin import app as admin
from tests.helpers.service import lambdas


def test_no_provider_is_forgotten() -> None:
    """Subjects of every provider that there is a route for are looked up."""
    before = "POST /v2/account/authenticate/"
    providers = {route.removeprefix(before) for route in lambdas.handlers() if route.startswith(before)}

    assert providers - {"oidc", "{issuer}"} <= {*admin.PROVIDERS}
