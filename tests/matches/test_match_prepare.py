"""Preparing a match: the documented request and answer, who may, which server, when it starts."""

import base64
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local import ROOT
from symbolon.matches.symbols import symbol
from tests.helpers.players.client import Answer, Client
from tests.helpers.players.matchmaking import Matchmaking, use_settings
from tests.helpers.service.real_engines import ENGINES
from tests.helpers.service.store import Store

DOCUMENTED = json.loads((ROOT / "tests/helpers/data/match_prepare.json").read_text())
GROUP = "e6a5387f-506e-4f05-99cf-977417a146ae"
UTC_SECOND = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
NO_MATCH = "00000000-0000-4000-8000-000000000000.symbolon"


@pytest.fixture
def matches(client: Client, monkeypatch: pytest.MonkeyPatch) -> Matchmaking:
    """Give the procedures of matches."""
    use_settings(monkeypatch)
    return Matchmaking(client)


@pytest.fixture
def operator(client: Client) -> Answer:
    """Give the session of somebody who operates game servers."""
    return client.sign_in("operator")


def fields(document: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, object]]:
    """Give the fields inside a document, by their path; lists are looked at as a whole."""
    if isinstance(document, dict):
        for name, value in document.items():
            yield from fields(value, (*path, name))
    else:
        yield ".".join(path), document


def replaced(document: object, ids: dict[str, str]) -> Any:  # noqa: ANN401 (JSON)
    """Give a documented JSON with other ids in it."""
    text = json.dumps(document)
    for name, value in ids.items():
        text = text.replace(f"<{name}>", value)
    return json.loads(text)


def signal_data(answer: Answer) -> dict[str, Any]:
    """Give what the signal of a prepared match says."""
    data: dict[str, Any] = json.loads(base64.b64decode(json.loads(answer.body["signal_payload"])["Data"]))
    return data


@ENGINES
def test_documented_request(matches: Matchmaking, operator: Answer, store: Store) -> None:
    """The documented request, with other ids alone, is answered with every documented field, type and value."""
    ids = {"caller": operator.user_id, "blue player": matches.client.sign_in("blue").user_id}
    for discord_id, user_id in replaced(DOCUMENTED["discord"], ids).items():
        store.put_identity(f"discord#{discord_id}", user_id)
    assert matches.register(**replaced(DOCUMENTED["registration"], ids)).status == 200
    before = datetime.now(UTC).replace(microsecond=0)

    answer = matches.by(operator, "match/prepare", **DOCUMENTED["request"])

    assert answer.status == 200
    assert set(answer.body) == {"id", "signal_payload", "label"}
    found = dict(fields(answer.body))
    for name, value in fields(replaced(DOCUMENTED["answer"], ids)):
        if value != "<now>":
            assert (name, type(found[name]), found[name]) == (name, type(value), value)
    assert UTC_SECOND.fullmatch(str(found["label.start_time"]))
    assert before <= datetime.fromisoformat(answer.body["label"]["start_time"]) <= datetime.now(UTC)
    assert set(answer.body["label"]) - set(DOCUMENTED["answer"]["label"]) == {"team_alignments"}
    assert answer.body["label"]["team_alignments"] == {ids["blue player"]: 0, ids["caller"]: 1}


def test_documented_signal(matches: Matchmaking, operator: Answer, store: Store) -> None:
    """The signal has every documented field, type and value, and beside them the level, which the request names."""
    ids = {"caller": operator.user_id, "blue player": matches.client.sign_in("blue").user_id}
    for discord_id, user_id in replaced(DOCUMENTED["discord"], ids).items():
        store.put_identity(f"discord#{discord_id}", user_id)
    matches.register(**replaced(DOCUMENTED["registration"], ids))

    answer = matches.by(operator, "match/prepare", **DOCUMENTED["request"])

    signal = json.loads(answer.body["signal_payload"])
    assert {name: signal[name] for name in signal if name != "Data"} == DOCUMENTED["signal"]
    found = dict(fields(signal_data(answer)))
    for name, value in fields(replaced(DOCUMENTED["signal_data"], ids)):
        assert (name, type(found[name]), found[name]) == (name, type(value), value)
    assert set(signal_data(answer)) - set(DOCUMENTED["signal_data"]) == {"level"}


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("echo_arena_private", 691594351282457603),
        ("mpl_arena_a", 6300205991959903307),
        ("MPL_Arena_A", 6300205991959903307),
        ("", 2**64 - 1),
    ],
)
def test_symbols(name: str, number: int) -> None:
    """Modes and levels are numbered as Echo VR numbers them, whatever their case."""
    assert symbol(name) == number


def test_other_mode(matches: Matchmaking, operator: Answer) -> None:
    """A mode that is not private makes a public match; sizes follow the request, within the server's limit."""
    match_id = matches.parked(operator, limit=6)

    answer = matches.by(operator, "match/prepare", id=match_id, mode="echo_combat", team_size=4)

    label = answer.body["label"]
    assert (label["lobby_type"], label["team_size"], label["player_limit"], label["limit"]) == ("public", 4, 6, 6)
    assert label["session_settings"]["level"] is None
    assert not {"level", "team_alignments", "required_features"} & set(label)
    assert matches.label(match_id) == label


def test_start_time_by_default(matches: Matchmaking, operator: Answer) -> None:
    """Without a start time the match starts in ten minutes, and the signal says the same."""
    expected = datetime.now(UTC) + timedelta(minutes=10)

    answer = matches.by(operator, "match/prepare", id=matches.parked(operator), mode="arena")

    start = datetime.fromisoformat(answer.body["label"]["start_time"])
    assert abs(start - expected) < timedelta(seconds=5)
    assert signal_data(answer)["start_time"] == answer.body["label"]["start_time"]


@pytest.mark.parametrize(
    "text", ["2100-06-25T10:10:00Z", "2100-06-25T05:10:00.849537117-05:00", "2100-06-25t10:10:00z"]
)
def test_start_time_ahead(matches: Matchmaking, operator: Answer, text: str) -> None:
    """A start time ahead is kept, in UTC and to the second."""
    answer = matches.by(operator, "match/prepare", id=matches.parked(operator), mode="arena", start_time=text)

    assert answer.body["label"]["start_time"] == "2100-06-25T10:10:00Z"


def test_who_may_prepare(matches: Matchmaking, operator: Answer) -> None:
    """Who operates another server may not prepare this one, and it stays parked."""
    match_id, other = matches.parked(operator), matches.client.sign_in("other")
    matches.parked(other)

    refused = matches.by(other, "match/prepare", id=match_id, mode="arena")

    assert refused.error == (403, 7, "Only its operator and allocators may prepare a game server's match.")
    assert matches.label(match_id)["lobby_type"] == "unassigned"


def test_allocators_may_prepare(matches: Matchmaking, operator: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is an allocator in the settings may prepare every server's match."""
    match_id, allocator = matches.parked(operator), matches.client.sign_in("allocator")
    use_settings(monkeypatch, match={"allocators": [allocator.user_id]})

    answer = matches.by(allocator, "match/prepare", id=match_id, mode="arena")

    assert (answer.status, answer.body["label"]["spawned_by"]) == (200, allocator.user_id)


@pytest.mark.parametrize("section", [{"allocators": "everybody"}, [], "x"])
def test_settings_of_no_use(
    matches: Matchmaking, operator: Answer, monkeypatch: pytest.MonkeyPatch, section: object
) -> None:
    """Allocators that are no list are the deployment's mistake, which the client is not told."""
    match_id = matches.parked(operator)
    use_settings(monkeypatch, match=section)

    refused = matches.by(operator, "match/prepare", id=match_id, mode="arena")

    assert refused.error == (500, 13, "The service is not configured correctly.")


def test_server_without_operator(matches: Matchmaking, operator: Answer) -> None:
    """A server that names no operator is for allocators alone."""
    match_id = matches.register().body["id"]

    assert matches.by(operator, "match/prepare", id=match_id, mode="arena").status == 403
    assert matches.by(operator, "match/prepare", mode="arena").status == 429


def test_a_match_is_prepared_once(matches: Matchmaking, operator: Answer) -> None:
    """What is prepared already is refused, and stays as it was."""
    match_id = matches.prepared(operator)

    refused = matches.by(operator, "match/prepare", id=match_id, mode="combat")

    assert refused.error == (400, 9, "Match is not free any more.")
    assert matches.label(match_id)["mode"] == "arena"


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ({"required_features": ["voice", "replay"]}, "The game server lacks a required feature."),
        ({"region": "us"}, "The game server is in another region."),
        ({"group_id": "00000000-0000-4000-8000-000000000001"}, "The game server is not for this group."),
    ],
)
def test_server_that_does_not_fit(matches: Matchmaking, operator: Answer, wish: dict[str, object], reason: str) -> None:
    """A server without a required feature, or not of the region or group, is refused by id and never chosen."""
    match_id = matches.parked(operator, features=["voice"], regions=["eu"], group_ids=[GROUP])

    assert matches.by(operator, "match/prepare", id=match_id, mode="arena", **wish).error == (400, 9, reason)
    assert matches.by(operator, "match/prepare", mode="arena", **wish).error[:2] == (429, 8)


def test_server_that_fits_is_chosen(matches: Matchmaking, operator: Answer) -> None:
    """Without an id a parked server with the features, region and group is chosen, as long as there is one."""
    matches.parked(operator, regions=["eu"])
    right = matches.parked(operator, features=["voice", "replay"], regions=["us", "eu"], group_ids=[GROUP])
    wish = {"mode": "arena", "required_features": ["voice"], "region": "eu", "group_id": GROUP.upper()}

    answer = matches.by(operator, "match/prepare", **wish)

    assert answer.body["id"] == right
    assert (answer.body["label"]["required_features"], answer.body["label"]["group_id"]) == (["voice"], GROUP)
    assert matches.by(operator, "match/prepare", **wish).error == (429, 8, "No game server that fits is free.")


def test_only_own_servers_are_chosen(matches: Matchmaking, operator: Answer) -> None:
    """Without an id an operator gets none of another's servers."""
    matches.parked(matches.client.sign_in("other"))

    assert matches.by(operator, "match/prepare", mode="arena").status == 429


def test_roles(matches: Matchmaking, operator: Answer, store: Store) -> None:
    """The role of a Discord id becomes the number of the team of its user."""
    roles = ["blue", "orange", "spectator", "social", "moderator"]
    players = [matches.client.sign_in(role).user_id for role in roles]
    for number, player in enumerate(players):
        store.put_identity(f"discord#{number}", player)

    match_id = matches.prepared(operator, {"role_alignments": {str(at): role for at, role in enumerate(roles)}})

    assert matches.label(match_id)["team_alignments"] == {player: team for team, player in enumerate(players)}


def test_unknown_discord_id(matches: Matchmaking, operator: Answer) -> None:
    """A Discord id that is linked to nobody is not found, and the server stays free."""
    match_id = matches.parked(operator)

    refused = matches.by(operator, "match/prepare", id=match_id, mode="arena", role_alignments={"1": "blue"})

    assert refused.error == (404, 5, "A Discord ID of role_alignments is not linked to a user.")
    assert matches.label(match_id)["lobby_type"] == "unassigned"


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": ""},
        {"mode": 1},
        {"mode": "x" * 65},
        {"mode": "a mode"},
        {"level": ["mpl_arena_a"]},
        {"id": "no id"},
        {"id": "777f13d6-0080-4b71-8665-9783062c4fc7"},
        {"role_alignments": ["1"]},
        {"role_alignments": {"1": 0}},
        {"role_alignments": {"1": "green"}},
        {"role_alignments": {"ada": "blue"}},
        {"role_alignments": {"1" * 21: "blue"}},
        {"role_alignments": {str(number): "blue" for number in range(65)}},
        {"team_size": -1},
        {"team_size": 33},
        {"team_size": 2.5},
        {"start_time": "tomorrow"},
        {"start_time": 1719310200},
        {"start_time": "2024-06-25T10:10:00"},
        {"start_time": "2024-06-31T10:10:00Z"},
        {"start_time": "0001-01-01T00:00:00+14:00"},
        {"start_time": "9999-12-31T23:59:60Z"},
        {"required_features": "voice"},
        {"required_features": [1]},
        {"required_features": ["a b"]},
        {"required_features": [f"f{number}" for number in range(33)]},
        {"region": {}},
        {"group_id": "no id"},
    ],
)
def test_wrong_requests(matches: Matchmaking, operator: Answer, wrong: dict[str, object]) -> None:
    """A field of another type, form or size is the caller's mistake, and the server stays free."""
    match_id = matches.parked(operator)

    refused = matches.by(operator, "match/prepare", **{"id": match_id, "mode": "arena"} | wrong)

    assert (refused.status, refused.body["code"]) == (400, 3)
    assert matches.label(match_id)["lobby_type"] == "unassigned"


def test_no_such_match(matches: Matchmaking, operator: Answer) -> None:
    """A match that nobody registered is not found."""
    assert matches.by(operator, "match/prepare", id=NO_MATCH, mode="arena").error == (404, 5, "Match not found.")


def test_servers_prepare_nothing(matches: Matchmaking, operator: Answer) -> None:
    """The http key is no user, who the label could say prepared the match."""
    assert matches.by_server("match/prepare", id=matches.parked(operator), mode="arena").status == 403
