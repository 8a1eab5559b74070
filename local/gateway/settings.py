"""The settings that the functions run with on this machine."""

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path

from local.errors import StartError
from symbolon.errors import Misconfigured
from symbolon.partners.wallet import wallet_address
from symbolon.settings.records import record_settings
from symbolon.settings.settings import Settings, load_settings

DEVELOPMENT = {
    "server_key": "defaultkey",
    "http_key": "defaulthttpkey",
    "session": {
        "keys": ["local-development-session-key-0123456789"],
        "refresh_keys": ["local-development-refresh-key-0123456789"],
    },
}
# A file may describe any provider, in whatever version; a function's own name is known without a list.
_SECTIONS = {
    *DEVELOPMENT,
    *("apple", "discord", "facebook", "facebookinstantgame", "gamecenter", "google", "oidc", "partner", "steam"),
    *("match", "records"),
}


def settings_environment(path: str) -> dict[str, str]:
    """Give the variables that make the functions read the file at `path`, or without one the development settings."""
    common = {"SYMBOLON_LOCAL": "1", "SETTINGS_SECRETS": "{}"}
    if path:
        return common | {"SETTINGS": "{}", "SETTINGS_FILE": str(Path(path).absolute())}
    return common | {"SETTINGS": json.dumps(DEVELOPMENT), "SETTINGS_FILE": ""}


def checked_settings(environment: Mapping[str, str], functions: Iterable[str]) -> Settings:
    """Read the settings as the functions will, and look at all that each of them needs.

    `functions` are their folders' names. Raises StartError.
    """
    try:
        settings = load_settings(environment)
        _ = (settings.server_key, settings.session_keys, settings.refresh_keys)
        _ = (settings.token_expiry, settings.refresh_token_expiry, settings.refresh_grace)
        _ = (wallet_address(settings, ""), record_settings(settings))
    except Misconfigured as error:
        raise StartError(f"Settings: {error.detail.removeprefix('settings: ')}") from error
    except UnicodeDecodeError as error:
        raise StartError(f"Settings: {environment['SETTINGS_FILE']} is not UTF-8 text") from error
    known = _SECTIONS | set(functions)
    for name in settings.document.keys() - known:
        meant = get_close_matches(name, known, 1)
        raise StartError(f"Settings: unknown section {name!r}" + (f", did you mean {meant[0]!r}?" if meant else ""))
    return settings
