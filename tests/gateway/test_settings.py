"""Settings that cannot be used stop the development server before it starts."""

import json
from pathlib import Path

import pytest

from local.errors import StartError
from local.gateway.settings import DEVELOPMENT, checked_settings, settings_environment

GOOD = json.dumps(DEVELOPMENT)[1:-1]


def test_settings_for_development(tmp_path: Path) -> None:
    """Without a file the published server key and keys that only a local run may use are in force."""
    settings = checked_settings(settings_environment("", tmp_path), [])

    assert settings.server_key == "defaultkey"
    assert settings.is_local


@pytest.mark.parametrize("section", ["apple", "facebookinstantgame", "discord", "match"])
def test_section_of_a_provider(tmp_path: Path, section: str) -> None:
    """Nakama's providers, the functions that exist and matches may have a section."""
    path = tmp_path / "settings.json"
    path.write_text(f'{{{GOOD}, "{section}": {{"a": 1}}}}')

    settings = checked_settings(settings_environment(str(path), tmp_path), ["device", "discord"])

    assert settings.document[section] == {"a": 1}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"{not json", "settings.json: not valid JSON"),
        (b"[]", "must be a JSON object"),
        (b"\xff", "settings.json is not UTF-8 text"),
        (f'{{{GOOD}, "gogle": {{}}}}'.encode(), "unknown section 'gogle', did you mean 'google'?"),
        (f'{{{GOOD}, "xyzzy": {{}}}}'.encode(), "unknown section 'xyzzy'"),
        (b'{"session": {}}', "server_key is missing"),
        (f'{{{GOOD}, "partner": {{"wallet_seed": "not a phrase"}}}}'.encode(), "partner.wallet_seed is neither"),
        (b'{"server_key": "k", "session": []}', "session is missing"),
        (f'{{{GOOD}, "apple": {{"team_id": "ABCDE12345"}}}}'.encode(), "apple.team_id and apple.key_id must be texts"),
        (b'{"server_key": "k", "session": {"keys": []}}', "keys must be a list of keys"),
        (b'{"server_key": "k", "session": {"algorithm": "none"}}', "algorithm must be HS256, ES256 or RS256"),
        (b'{"server_key": "k", "session": {"issuer": "example.com"}}', "issuer must be a https URL"),
    ],
)
def test_settings_of_no_use(tmp_path: Path, content: bytes, expected: str) -> None:
    """A file that cannot be used is refused with the reason, in one line."""
    path = tmp_path / "settings.json"
    path.write_bytes(content)

    with pytest.raises(StartError) as refused:
        checked_settings(settings_environment(str(path), tmp_path), [])

    [line] = str(refused.value).splitlines()
    assert line.startswith("Settings: ")
    assert expected in line
