"""What a launch needs, what an account has, and how the launch goes with it."""

import boto3
import pytest
from botocore.stub import Stubber

from local.operate.capacity import Need, account_quotas, environments, launch, main, needs, ramp_table, report

NEEDS = [
    Need("lambda", "Concurrent executions", 1000, 500),
    Need("dynamodb", "Table-level write throughput limit", 2000, 40_000),
]


def test_environments_are_counted_by_time_and_by_number() -> None:
    """Short requests are limited by their number, of which Lambda allows ten a second for each unit of concurrency."""
    assert environments(10_000) == 1000


def test_new_accounts_write_twice() -> None:
    """A transaction takes two units for each item, and each table gets one."""
    found = {need.quota: need.needed for need in needs(500)}

    assert found["Table-level write throughput limit"] == 1000
    assert found["Table-level read throughput limit"] == found["Throttle rate"] == 500


def test_quotas_are_read_from_the_account() -> None:
    """Every page of every service is read, and what was not asked for is left out."""
    client = boto3.client("service-quotas", region_name="us-east-1")
    with Stubber(client) as stub:
        pages = [("lambda", "Function storage", 75.0), ("lambda", "Concurrent executions", 3000.0)]
        for number, (service, name, value) in enumerate(pages):
            asked = {"ServiceCode": service} | ({"NextToken": "more"} if number else {})
            told = {"Quotas": [{"QuotaName": name, "Value": value}]} | ({} if number else {"NextToken": "more"})
            stub.add_response("list_service_quotas", told, asked)
        stub.add_response("list_service_quotas", {"Quotas": []}, {"ServiceCode": "dynamodb"})

        found = account_quotas(NEEDS, client)

    assert found == {"Concurrent executions": 3000}


def test_report_says_what_to_ask_for() -> None:
    """What is too low is to be doubled beyond the need, and a default is called one."""
    low, enough = report(NEEDS, {"Concurrent executions": 999}).splitlines()

    assert low.endswith("999: ask for 2,000")
    assert enough.endswith("40,000 (default): enough")


def test_a_slow_launch_refuses_nobody() -> None:
    """Environments that start as fast as requests grow serve all, few of them late."""
    seconds = launch(1000, 60, 1000)

    assert sum(one.refused for one in seconds) == 0
    assert 0 < sum(one.cold for one in seconds) < 0.01 * sum(one.asked for one in seconds)
    assert seconds[-1].served == seconds[-1].asked == 1000


def test_a_quota_is_a_ceiling() -> None:
    """With half the concurrency half of the requests are refused, however long one waits."""
    seconds = launch(10_000, 10, 500)

    assert max(one.environments for one in seconds) == pytest.approx(500)
    assert seconds[-1].served == pytest.approx(5000)
    assert seconds[-1].refused == pytest.approx(5000)


def test_a_sudden_launch_waits_for_the_scaling_rate() -> None:
    """Beyond the first thousand, environments come a hundred a second, whatever the quota is."""
    seconds = launch(100_000, 1, 100_000)

    assert seconds[0].environments == pytest.approx(1100, rel=0.02)
    assert seconds[5].environments - seconds[4].environments == pytest.approx(100, rel=0.02)


def test_sums_are_those_of_the_seconds() -> None:
    """The last line of the table adds up what the others say."""
    seconds = launch(10_000, 10, 500)
    asked, refused = (sum(getattr(one, name) for one in seconds) for name in ("asked", "refused"))

    lines = ramp_table(seconds).splitlines()

    assert len(lines) == len(seconds) + 2
    assert lines[-1].endswith(f"refused: {100 * refused / asked:.2f} % of {asked:,.0f} requests")


@pytest.mark.parametrize(("rate", "status"), [("1000", 0), ("100000", 1)])
def test_the_command_fails_for_too_little(
    rate: str, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the account's quotas the defaults count, and the exit status says whether they are enough."""
    monkeypatch.setenv("RATE", rate)
    monkeypatch.setenv("RAMP", "5")
    monkeypatch.setattr("local.operate.capacity.account_quotas", lambda _needed, _client: {})

    assert main() == status
    assert "Concurrent executions" in capsys.readouterr().out
