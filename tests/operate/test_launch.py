"""What a launch takes: the parameters for it exist, nobody waits with them, bad numbers are refused."""

from datetime import datetime

import pytest

from local.operate import capacity
from local.operate.launch import Launch, costs, main, parameters, told
from tests.helpers.service.deployment import PARAMETERS, properties

SMALL, LARGE = Launch(200_000, 30), Launch(5_000_000, 10)
BEGINS = datetime(2026, 12, 1, 17)  # noqa: DTZ001 (UTC, as the template takes it)


def test_half_of_the_players_come_in_the_first_fifth() -> None:
    """The rate is that of the rush, and what is ready serves it with a fifth to spare."""
    assert pytest.approx(100_000 / 360) == SMALL.rate
    assert SMALL.environments == 34


@pytest.mark.parametrize("asked", [SMALL, LARGE, Launch(1, 1)])
def test_nobody_waits_with_what_is_recommended(asked: Launch) -> None:
    """With the environments ready no sign-in starts one; without, some do."""
    cold = {ready: sum(one.cold for one in asked.seconds(ready)) for ready in (0, asked.environments)}

    assert cold[0] > 0
    assert cold[asked.environments] == 0


@pytest.mark.parametrize("asked", [SMALL, LARGE])
def test_parameters_are_those_of_the_template(asked: Launch) -> None:
    """Each exists and takes the value; times are around the launch."""
    wanted = parameters(asked, BEGINS)

    assert wanted.keys() <= PARAMETERS.keys()
    assert (wanted["LaunchBegins"], wanted["LaunchEnds"][:13]) == ("2026-12-01T16:45", "2026-12-01T17")
    for name, value in wanted.items():
        if PARAMETERS[name]["Type"] == "Number":
            assert PARAMETERS[name].get("MinValue", 0) <= int(value) <= PARAMETERS[name].get("MaxValue", 10**9)


def test_tables_are_warmed_for_a_large_launch_alone() -> None:
    """A small one is within what a new table takes at once; a large one names at least that much."""
    assert "WarmWriteUnits" not in parameters(SMALL, None)
    assert int(parameters(LARGE, None)["WarmWriteUnits"]) >= 2 * LARGE.rate


def test_waiting_environments_are_priced_by_the_second() -> None:
    """34 environments of half a GB, 45 minutes, at 3.3334 dollars a million GB-seconds."""
    [waiting] = [dollars for says, dollars in costs(SMALL) if says.startswith("LaunchEnvironments")]

    assert waiting == pytest.approx(34 * 0.5 * 45 * 60 * 3.3334e-6)


def test_environments_come_and_go_by_a_schedule() -> None:
    """They are started when the launch begins and none are left when it ends, on the alias that serves."""
    target = properties("DeviceScaling")
    begin, end = target["ScheduledActions"]

    assert target["ResourceId"] == {"Fn::Sub": "function:${DeviceFunction}:live"}
    assert begin["ScalableTargetAction"]["MinCapacity"] == {"Ref": "LaunchEnvironments"}
    assert end["ScalableTargetAction"] == {"MinCapacity": 0, "MaxCapacity": 0}
    assert [one["Schedule"]["Fn::Sub"] for one in (begin, end)] == ["at(${LaunchBegins}:00)", "at(${LaunchEnds}:00)"]


def test_all_of_it_is_told() -> None:
    """Waiting, settings, quotas and dollars; a launch beyond what Lambda starts at once says so."""
    text = told(LARGE, None)

    for part in ("wait for a start", "make deploy PARAMETERS=", "Concurrent executions", "ask for", "SnapStart"):
        assert part in text
    assert "talk to AWS" in text
    assert "talk to AWS" not in told(SMALL, BEGINS)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("PLAYERS", text) for text in ("", "many", "-5", "0", "1e6", "1.5", "9" * 30, "²")),
        *(("MINUTES", text) for text in ("", "0", "ten", "99999")),
        *(("BEGINS", text) for text in ("tomorrow", "2026-13-01T17:00", "2026-12-01", "17:00")),
    ],
)
def test_bad_input_is_refused(
    name: str, text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is no number that can be meant is named, with an example, and nothing else is printed."""
    for variable, value in {"PLAYERS": "1000", "MINUTES": "10", "BEGINS": "", name: text}.items():
        monkeypatch.setenv(variable, value)

    status, printed = main(), capsys.readouterr()

    assert (status, printed.out) == (2, "")
    assert printed.err.startswith(f"{name} must be ")
    assert "For example: make launch" in printed.err


def test_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers may have commas, as people write them."""
    monkeypatch.setenv("PLAYERS", "200,000")
    monkeypatch.setenv("MINUTES", "30")
    monkeypatch.delenv("BEGINS", raising=False)

    assert main() == 0
    assert capsys.readouterr().out.startswith("200,000 new players within 30 minutes: at most 278 sign-ins a second")


@pytest.mark.parametrize(("name", "text"), [("RATE", "-4"), ("RATE", "fast"), ("RAMP", "0"), ("RAMP", "1.5")])
def test_quotas_refuse_bad_input(
    name: str, text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`make quotas` says what is wrong with its numbers, too."""
    monkeypatch.setenv(name, text)

    assert capacity.main() == 2
    assert capsys.readouterr().err.startswith(f"{name} must be a whole number")
