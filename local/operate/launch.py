"""`make launch PLAYERS=… MINUTES=…`: what to set for a launch, which quotas to raise, what it costs.

docs/capacity.md says how players are taken to come, and where the limits are from.
"""

import math
import os
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta

from local.operate.capacity import REQUESTS_PER_ENVIRONMENT, SCALING_BURST, Second, launch, needs, report
from local.operate.numbers import BadNumber, whole_number
from local.prices import OPERATIONS, Operation, cost

PROVISIONED_GB_SECONDS, PROVISIONED_DURATION = 3.3334, 7.7778
"""Dollars for a million GB-seconds on arm64, of environments that wait, and of their work (docs/cost.md)."""

RESTORED_GB, CACHED_GB_SECONDS = 0.0001397998, 0.0000015046
"""Dollars of SnapStart for each GB that is restored, and for each second that a GB is kept."""

WARM_READS, WARM_WRITES = 12_000, 4_000
"""Units a second that a new table takes at once."""

_RUSH_SHARE, _RUSH_TIME = 0.5, 0.2
_RAMP_SECONDS = 60
_LEAD_MINUTES = 15
_SPARE = 1.2
_MONTH_SECONDS = 30 * 24 * 3600
_MOST_PLAYERS, _MOST_MINUTES = 1_000_000_000, 7 * 24 * 60


@dataclass(frozen=True)
class Launch:
    """New players, all of whom come within so many minutes, half of them in the first fifth."""

    players: int
    minutes: int

    @property
    def rate(self) -> float:
        """The most sign-ins a second."""
        return max(1.0, _RUSH_SHARE * self.players / (_RUSH_TIME * self.minutes * 60))

    @property
    def environments(self) -> int:
        """What the device function has to have ready so that nobody waits for a start, with a fifth to spare."""
        return math.ceil(self.rate / REQUESTS_PER_ENVIRONMENT * _SPARE)

    @property
    def ramp(self) -> int:
        """Seconds in which the rate is reached."""
        return max(1, min(_RAMP_SECONDS, self.minutes * 60 // 10))

    def seconds(self, warm: int, concurrency: float = math.inf) -> list[Second]:
        """Return how it goes until the rate is reached, with so many environments ready."""
        return launch(self.rate, self.ramp, concurrency, warm)


def parameters(asked: Launch, begins: datetime | None) -> dict[str, str]:
    """Return the template's parameters for it, by name; times are UTC."""
    rate = math.ceil(asked.rate)
    wanted = {
        "ThrottlingRateLimit": str(max(500, 2 * rate)),
        "ThrottlingBurstLimit": str(max(1000, 2 * rate)),
        "NewAccountsAlarm": str(max(20_000, 600 * rate)),
        "LaunchEnvironments": str(asked.environments),
        "LaunchBegins": _moment(begins, -_LEAD_MINUTES),
        "LaunchEnds": _moment(begins, asked.minutes),
    }
    if 2 * rate > WARM_WRITES or rate > WARM_READS:
        wanted |= {"WarmReadUnits": str(max(WARM_READS, 2 * rate)), "WarmWriteUnits": str(max(WARM_WRITES, 3 * rate))}
    return wanted


def _moment(begins: datetime | None, minutes: int) -> str:
    if begins is None:
        return "YYYY-MM-DDThh:mm"
    return (begins + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M")


def provisioned(asked: Launch, operation: Operation) -> tuple[float, float]:
    """Return dollars for environments that wait, and what their work is cheaper than that of others."""
    gigabytes = operation.memory_mb / 1024
    waiting = asked.environments * gigabytes * (asked.minutes + _LEAD_MINUTES) * 60 * PROVISIONED_GB_SECONDS / 1e6
    work = asked.players * operation.duration_ms / 1000 * gigabytes
    on_demand = cost(operation).function - 0.2
    return waiting, max(0.0, on_demand * asked.players / 1e6 - work * PROVISIONED_DURATION / 1e6)


def costs(asked: Launch) -> list[tuple[str, float]]:
    """Return what it costs, in words, with dollars."""
    [operation] = [one for one in OPERATIONS if one.name == "sign-in, new account"]
    waiting, saved = provisioned(asked, operation)
    cold = sum(one.cold for one in asked.seconds(0))
    gigabytes = operation.memory_mb / 1024
    return [
        (f"{asked.players:,} sign-ins that make accounts", cost(operation).total * asked.players / 1e6),
        (f"LaunchEnvironments={asked.environments}, from {_LEAD_MINUTES} minutes before", waiting),
        ("  less, since work in them is cheaper", -saved),
        (f"or SnapStart=true: {cold:,.0f} starts", cold * gigabytes * RESTORED_GB),
        ("  and a month of a kept snapshot, of each version", gigabytes * CACHED_GB_SECONDS * _MONTH_SECONDS),
    ]


def waits(asked: Launch) -> str:
    """Return how many wait for a start with nothing set, and with what `parameters` says."""
    lines = []
    for warm, says in ((0, "with nothing ready"), (asked.environments, f"with {asked.environments:,} ready")):
        seconds = asked.seconds(warm)
        cold, refused, came = (
            math.fsum(getattr(one, name) for one in seconds) for name in ("cold", "refused", "asked")
        )
        lines.append(
            f"  {says}: {cold:,.0f} of the first {came:,.0f} sign-ins wait for a start, {refused:,.0f} are refused"
        )
    return "\n".join(lines)


def told(asked: Launch, begins: datetime | None) -> str:
    """Return the whole answer."""
    settings = " ".join(f"{name}={value}" for name, value in parameters(asked, begins).items())
    headline = f"{asked.players:,} new players within {asked.minutes:,} minutes: at most {asked.rate:,.0f} sign-ins"
    headline += f" a second, reached within {asked.ramp} seconds"
    dollars = [f"  {amount:10,.2f}  {says}" for says, amount in costs(asked)]
    return "\n".join(
        [
            headline,
            *("", "Waiting, as Lambda scales, the quotas being high enough", waits(asked)),
            *("", "Set before, and take back after", f'  make deploy PARAMETERS="{settings}"'),
            *(
                "",
                "Quotas of the account, of which this is what AWS gives by default",
                report(needs(2 * asked.rate), {}),
            ),
            *("", "Dollars (US East, docs/cost.md)", *dollars),
            f"Warm throughput is paid for once, by the units above {WARM_READS:,} and {WARM_WRITES:,}: see AWS's list.",
            *([] if asked.environments <= SCALING_BURST else [_TALK]),
        ]
    )


_TALK = "This is more than Lambda starts at once: talk to AWS weeks before, and think of several regions."


def main() -> int:
    """Print what a launch of PLAYERS within MINUTES takes, which may begin at BEGINS (UTC); give the exit status."""
    try:
        players = whole_number("PLAYERS", 0, _MOST_PLAYERS)
        minutes = whole_number("MINUTES", 0, _MOST_MINUTES)
        begins = _begins(os.environ.get("BEGINS", ""))
    except BadNumber as error:
        print(f"{error}\nFor example: make launch PLAYERS=200000 MINUTES=30 BEGINS=2026-12-01T17:00", file=sys.stderr)
        return 2
    print(told(Launch(players, minutes), begins))
    return 0


def _begins(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M") if text else None  # noqa: DTZ007 (UTC, as the template takes it)
    except ValueError:
        raise BadNumber(f"BEGINS must be a time in UTC such as 2026-12-01T17:00, not {text!r}.") from None


if __name__ == "__main__":
    sys.exit(main())
