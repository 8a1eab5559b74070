"""Keys that the settings leave out: made on this machine, kept, and never in anybody else's hands."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from local.errors import StartError
from local.gateway.keys import ring_file
from local.gateway.settings import DEVELOPMENT, checked_settings, settings_environment
from symbolon.settings.settings import Settings
from tests.helpers.players.keys import pem, public_pem

SECRET = "a-secret-of-a-ring-that-is-long-enough-01"
REFRESH = "a-secret-of-a-ring-that-is-long-enough-02"
ALGORITHMS = ["HS256", "ES256", "RS256"]


def start(folder: Path, **session: object) -> Settings:
    """Read settings with this section `session` as a server that starts does, its state in the folder."""
    path = folder / "settings.json"
    path.write_text(json.dumps({**DEVELOPMENT, "session": session}))
    return checked_settings(settings_environment(str(path), folder / "state"), [])


def key_ids(settings: Settings) -> list[str]:
    """Give the ids of the keys of session tokens, that of the signing one first."""
    ring = settings.session_keys
    return sorted((key.key_id for key in ring.accepted), key=lambda key_id: key_id != ring.signing.key_id)


def test_development_settings_have_no_keys_of_their_own(tmp_path: Path) -> None:
    """Who knows this repository knows no key of anybody's server."""
    one, other = (checked_settings(settings_environment("", tmp_path / name), []) for name in ("one", "other"))

    assert not set(key_ids(one)) & set(key_ids(other))
    assert not one.refresh_keys.overlaps(other.refresh_keys)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_keys_are_kept(tmp_path: Path, algorithm: str) -> None:
    """What is made once is there after a restart, for session and refresh tokens."""
    first, second = start(tmp_path, algorithm=algorithm), start(tmp_path, algorithm=algorithm)

    assert first.session_keys.signing.algorithm == algorithm
    assert key_ids(first) == key_ids(second)
    assert [key.key_id for key in first.refresh_keys.keys] == [key.key_id for key in second.refresh_keys.keys]


def test_keys_are_their_owners(tmp_path: Path) -> None:
    """The files, and the folder that they are in, can be read by nobody else."""
    start(tmp_path)

    paths = [ring_file(tmp_path / "state", kind) for kind in ("session", "refresh")]
    assert [stat.S_IMODE(path.stat().st_mode) for path in [*paths, paths[0].parent]] == [0o600, 0o600, 0o700]
    assert sorted(path.name for path in paths[0].parent.iterdir()) == ["refresh.json", "session.json"]


@pytest.mark.parametrize("first", ALGORITHMS)
@pytest.mark.parametrize("second", ALGORITHMS)
def test_change_of_algorithm(tmp_path: Path, first: str, second: str) -> None:
    """A key of the new algorithm signs at once, and that of the old one still counts."""
    before = start(tmp_path, algorithm=first)
    after = start(tmp_path, algorithm=second)

    assert after.session_keys.signing.algorithm == second
    assert set(key_ids(before)) <= set(key_ids(after))


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_algorithm_without_a_key(tmp_path: Path, algorithm: str) -> None:
    """Where the settings have keys but none of their algorithm, one is made, and theirs still count; and back again."""
    keys = {"keys": [SECRET], "refresh_keys": [REFRESH]}
    plain = start(tmp_path, **keys)
    changed = start(tmp_path, **keys, algorithm=algorithm)
    back = start(tmp_path, **keys, algorithm="HS256")

    assert changed.session_keys.signing.algorithm == algorithm
    assert set(key_ids(plain)) < set(key_ids(changed)) == set(key_ids(back))
    assert back.session_keys.signing.key_id == plain.session_keys.signing.key_id


def test_settings_that_leave_nothing_out(tmp_path: Path) -> None:
    """Where the settings have all keys, none is made."""
    settings = start(tmp_path, keys=[pem("ES256"), SECRET], refresh_keys=[REFRESH])

    assert len(key_ids(settings)) == 2
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(
    ("content", "complaint"), [("{", "cannot be read"), ('{"keys": [7]}', "are of no use"), ("[]", "")]
)
def test_kept_keys_of_no_use(tmp_path: Path, content: str, complaint: str) -> None:
    """A damaged file is named, and never replaced: its sessions may be worth mending it."""
    start(tmp_path)
    path = ring_file(tmp_path / "state", "session")
    path.write_text(content)

    if complaint:
        with pytest.raises(StartError, match=complaint):
            start(tmp_path)
        assert path.read_text() == content
    else:
        assert key_ids(start(tmp_path))


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """A state folder that is a file stops the server with its name."""
    (tmp_path / "state").write_text("")

    with pytest.raises(StartError, match=r"/state/keys.* (cannot|kept)"):
        start(tmp_path)


def test_public_key_alone(tmp_path: Path) -> None:
    """Keys of which none can sign are refused at the start."""
    with pytest.raises(StartError, match="no private key that may sign"):
        start(tmp_path, keys=[public_pem("ES256")], refresh_keys=[REFRESH])


@pytest.mark.parametrize("change", [{"d": "AAAA"}, {"x": "A" * 43}])
def test_key_that_does_not_fit_itself(tmp_path: Path, change: dict[str, Any]) -> None:
    """A key pair whose halves do not belong together is noticed at the start."""
    start(tmp_path, algorithm="ES256")
    path = ring_file(tmp_path / "state", "session")
    ring = json.loads(path.read_text())
    ring["keys"] = [{name: value for name, value in (ring["keys"][0] | change).items() if name != "kid"}]

    with pytest.raises(StartError, match="cannot sign"):
        start(tmp_path, keys=ring)
