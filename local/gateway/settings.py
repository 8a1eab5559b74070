"""The settings that the functions run with on this machine."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path

from local.errors import StartError
from local.gateway.keys import kept_keys
from symbolon.duties.applekey import AppleKey
from symbolon.errors import Misconfigured
from symbolon.oauth.audiences import audiences
from symbolon.partners.wallet import wallet_address
from symbolon.sessions.proving import prove
from symbolon.settings.document import read_document
from symbolon.settings.edge import EdgeSettings
from symbolon.settings.hook import HookSettings
from symbolon.settings.legacy import LegacySettings, when_down
from symbolon.settings.limits import Limits
from symbolon.settings.records import record_settings
from symbolon.settings.settings import Settings, load_settings

DEVELOPMENT = {
    "server_key": "defaultkey",
    "http_key": "defaulthttpkey",
    "session": {},  # whose keys are made here: who knew them could be anybody wherever HOST lets others in
}
_MAIL = {"sender": "Symbolon <symbolon@localhost>", "game": "your game"}
# A file may describe any provider, in whatever version; a function's own name is known without a list.
_SECTIONS = {
    *DEVELOPMENT,
    *("apple", "discord", "facebook", "facebookinstantgame", "gamecenter", "google", "oidc", "partner", "steam"),
    *("audiences", "edge", "hook", "legacy", "limits", "mail", "match", "procedures", "records"),
}


def settings_environment(path: str, state: Path) -> dict[str, str]:
    """Give the variables that make the functions read the file at `path`, or without one the development settings.

    Keys that they leave out are kept in the folder `state`. Raises StartError when it cannot be written.
    """
    document = {"SETTINGS": json.dumps({**DEVELOPMENT, "mail": _MAIL}), "SETTINGS_FILE": ""}
    if path:
        document = {"SETTINGS": "{}", "SETTINGS_FILE": str(Path(path).absolute())}
    places: Mapping[str, str] = {}
    with suppress(Misconfigured, UnicodeDecodeError):  # which `checked_settings` meets again
        places = kept_keys(read_document(document), state)
    return {"SYMBOLON_LOCAL": "1", **document, "SETTINGS_SECRETS": json.dumps(places)}


def checked_settings(environment: Mapping[str, str], functions: Iterable[str]) -> Settings:
    """Read the settings as the functions will, and look at all that each of them needs.

    `functions` are their folders' names. Raises StartError.
    """
    try:
        settings = load_settings(environment)
        _ = (settings.server_key, settings.algorithm, settings.refresh_keys, settings.audience, settings.issuer)
        prove(settings.session_keys)
        if "edge" in settings.document:
            _ = EdgeSettings.of(settings.document)
        if settings.document.get("legacy"):
            _ = (LegacySettings.of(settings), when_down(settings))
        _ = (settings.token_expiry, settings.refresh_token_expiry, settings.refresh_grace)
        _ = (
            AppleKey.of(settings.document),
            wallet_address(settings, ""),
            record_settings(settings),
            Limits.of(settings.document),
            HookSettings.of(settings.document),
            audiences(settings),
        )
    except Misconfigured as error:
        raise StartError(f"Settings: {error.detail.removeprefix('settings: ')}") from error
    except UnicodeDecodeError as error:
        raise StartError(f"Settings: {environment['SETTINGS_FILE']} is not UTF-8 text") from error
    known = _SECTIONS | set(functions)
    for name in settings.document.keys() - known:
        meant = get_close_matches(name, known, 1)
        raise StartError(f"Settings: unknown section {name!r}" + (f", did you mean {meant[0]!r}?" if meant else ""))
    return settings
