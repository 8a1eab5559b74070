"""Settings that cannot be used stop the development server before it starts."""

import json
from pathlib import Path

import pytest

from local.errors import StartError
from local.gateway.settings import DEVELOPMENT, checked_settings, settings_environment

GOOD = json.dumps(DEVELOPMENT)[1:-1]


def test_settings_for_development() -> None:
    """Without a file the published server key and keys that only a local run may use are in force."""
    settings = checked_settings(settings_environment(""), [])

    assert settings.server_key == "defaultkey"
    assert settings.is_local


@pytest.mark.parametrize("section", ["apple", "facebookinstantgame", "discord", "match"])
def test_section_of_a_provider(tmp_path: Path, section: str) -> None:
    """Nakama's providers, the functions that exist and matches may have a section."""
    path = tmp_path / "settings.json"
    path.write_text(f'{{{GOOD}, "{section}": {{"a": 1}}}}')

    settings = checked_settings(settings_environment(str(path)), ["device", "discord"])

    assert settings.document[section] == {"a": 1}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"{not json", "settings.json: not valid JSON"),
        (b"[]", "must be a JSON object"),
        (b"\xff", "settings.json is not UTF-8 text"),
        (f'{{{GOOD}, "gogle": {{}}}}'.encode(), "unknown section 'gogle', did you mean 'google'?"),
        (f'{{{GOOD}, "xyzzy": {{}}}}'.encode(), "unknown section 'xyzzy'"),
        (b'{"session": {"keys": ["k"], "refresh_keys": ["r"]}}', "server_key is missing"),
        (f'{{{GOOD}, "partner": {{"wallet_seed": "not a phrase"}}}}'.encode(), "partner.wallet_seed is neither"),
        (b'{"server_key": "k"}', "session is missing"),
        (b'{"server_key": "k", "session": {}}', "keys must be a list of keys"),
    ],
)
def test_settings_of_no_use(tmp_path: Path, content: bytes, expected: str) -> None:
    """A file that cannot be used is refused with the reason, in one line."""
    path = tmp_path / "settings.json"
    path.write_bytes(content)

    with pytest.raises(StartError) as refused:
        checked_settings(settings_environment(str(path)), [])

    [line] = str(refused.value).splitlines()
    assert line.startswith("Settings: ")
    assert expected in line
