"""Keys that the settings leave out: made here and kept in the state's folder, so that sessions survive a restart.

A key set of its own for session and for refresh tokens, in files that only their owner can read. Where the settings
name keys but none of their `session.algorithm`, one is made too, and theirs go on verifying.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from local.errors import StartError
from symbolon.errors import Misconfigured
from symbolon.settings.keyring import KeyRing
from symbolon.settings.keys import ALGORITHMS, HS256
from symbolon.settings.succession import Ring, Succession

FOLDER = "keys"
LIFETIMES = {"session": 24 * 3600, "refresh": 365 * 24 * 3600}
"""How long tokens live at most by what a deployment's parameters allow, which keys that go here wait for."""


def kept_keys(document: Mapping[str, Any], state: Path) -> dict[str, str]:
    """Return the files with the keys that the document leaves out, by the places where they belong.

    Those that are not there are made. Raises StartError when the folder cannot be written.
    """
    section = document.get("session", {})
    if not isinstance(section, Mapping) or section.get("algorithm", HS256) not in ALGORITHMS:
        return {}  # which is said when the settings are checked
    places = {}
    if section.get("refresh_keys") is None:
        places["session.refresh_keys"] = str(_ensured("refresh", HS256, state))
    if section.get("keys") is None:
        places["session.keys"] = str(_ensured("session", section.get("algorithm", HS256), state))
    elif not _has_signing_key(section):
        places["session.kept_keys"] = str(_ensured("session", section["algorithm"], state))
    elif ring_file(state, "session").exists():
        places["session.kept_keys"] = str(ring_file(state, "session"))
    return places


def ring_file(state: Path, kind: str) -> Path:
    """Return the file of the ring of session or refresh keys."""
    return state / FOLDER / f"{kind}.json"


def read_ring(path: Path) -> Ring:
    """Return the ring in the file, {} where there is none. Raises StartError when it cannot be read."""
    try:
        ring: Ring = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise StartError(
            f"The keys in {path} cannot be read: {error}. Move the file away to have others made."
        ) from error
    return ring


def write_ring(path: Path, ring: Ring) -> None:
    """Put the ring into the file, whole or not at all. Raises StartError when that is impossible."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=path.parent, encoding="utf-8", delete=False) as file:  # which has mode 0600
            json.dump(ring, file, indent=1)
        os.replace(file.name, path)  # noqa: PTH105 (of a name that is no Path)
    except OSError as error:
        raise StartError(f"Keys cannot be kept in {path.parent}: {error.strerror}.") from error


def _ensured(kind: str, algorithm: str, state: Path) -> Path:
    path = ring_file(state, kind)
    known = read_ring(path)
    try:
        ring = Succession(algorithm, LIFETIMES[kind], lead=0).ensured(known)
    except Misconfigured as error:
        raise StartError(f"The keys in {path} are of no use: {error.detail}. Move the file away.") from error
    if ring != known:
        write_ring(path, ring)
    return path


def _has_signing_key(section: Mapping[str, Any]) -> bool:
    with suppress(Misconfigured):
        ring = KeyRing.parse("session.keys", section["keys"], allow_weak=True)
        algorithm = section.get("algorithm") or ring.signing.algorithm
        return any(key.can_sign and key.algorithm == algorithm for key in ring.keys)
    return True  # what is wrong with them is said when the settings are checked
