"""How the development server is set up, for the console: which settings there are, and their values but for secrets."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from local.console.service import Setting
from local.errors import StartError
from local.template.cloudformation import load_document
from local.template.parameters import parameters_by_place
from local.template.template import TEMPLATE
from symbolon.errors import Misconfigured, SymbolonError
from symbolon.settings.limits import Limits
from symbolon.settings.settings import Settings

_SECRET = ("key", "keys", "secret", "seed", "password", "pepper")
_Read = TypeVar("_Read")
_KNOWN_TO_PLAYERS = {"server_key"}


class LocalSetup:
    """What the settings document says; `load` gives it as it is at the moment."""

    def __init__(self, load: Callable[[], Settings]) -> None:
        self._load = load

    def state(self, place: str) -> str:
        """Say whether the setting at the place has a value."""
        found: Any = self._read().document
        for name in place.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
        return "set" if found else "missing"

    def settings(self) -> list[Setting]:
        """Give all settings, and the limits that are in force where the document names none."""
        settings = self._read()
        meanings = _meanings()
        said = [
            Setting(place, _text(place, value), meanings.get(place, "")) for place, value in _parts(settings.document)
        ]
        limits = _told(lambda: Limits.of(settings.document))._asdict()
        named = {setting.name for setting in said}
        usual = [
            Setting(f"limits.{name}", str(value), f"The default. {meanings.get(f'limits.{name}', '')}")
            for name, value in limits.items()
        ]
        return said + [setting for setting in usual if setting.name not in named]

    def _read(self) -> Settings:
        return _told(self._load)


def _meanings() -> dict[str, str]:
    """Give what the template says of the parameters that say the same in a deployment."""
    document = load_document(TEMPLATE)
    told = document["Parameters"]
    return {place: told[name].get("Description", "") for place, name in parameters_by_place(document).items()}


def _told(read: Callable[[], _Read]) -> _Read:
    """Give what was read; raises StartError, which says what is wrong with a document that was changed meanwhile."""
    try:
        return read()
    except Misconfigured as error:
        raise StartError(f"The settings cannot be read: {error.detail.removeprefix('settings: ')}") from error
    except (SymbolonError, UnicodeDecodeError) as error:
        raise StartError(f"The settings cannot be read: {error}") from error


def _parts(document: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in sorted(document.items()):
        if isinstance(value, Mapping) and value:
            yield from _parts(value, f"{before}{name}.")
        else:
            yield before + name, value


def _text(place: str, value: object) -> str:
    name = place.rpartition(".")[2]
    if name not in _KNOWN_TO_PLAYERS and name.endswith(_SECRET):
        return "•••" if value else ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
