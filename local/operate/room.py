"""Whether an account can hold a deployment, in one line: Lambda's concurrency, which new accounts have little of.

An account is told its concurrency by Lambda itself, so that no permission for Service Quotas is needed.
https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html
"""

from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local.operate.capacity import REQUESTS_PER_ENVIRONMENT
from local.template.cloudformation import load_document
from local.template.template import TEMPLATE

USUAL = 1000
"""The concurrency that AWS names as its default; a new account has 10 until somebody asks."""


def room() -> str:
    """Give the line; where the account does not answer, it says so, and what would be needed."""
    try:
        concurrency = int(boto3.client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"])
    except (BotoCoreError, ClientError) as error:
        return f"unknown  Lambda did not say what this account may do at once: {' '.join(str(error).split())}"
    return verdict(concurrency, throttling())


def throttling(path: Path = TEMPLATE) -> int:
    """Give the requests a second that each route of the template takes by default."""
    return int(load_document(path)["Parameters"]["ThrottlingRateLimit"]["Default"])


def verdict(concurrency: int, rate: int) -> str:
    """Say whether an account with this concurrency serves `rate` requests a second."""
    served = concurrency * REQUESTS_PER_ENVIRONMENT
    fact = f"Lambda runs {concurrency:,} requests at once in this account and region, {served:,} a second at most"
    if served >= rate:
        return f"enough   {fact}; the template lets a route take {rate:,}."
    return (
        f"too few  {fact}; the template lets a route take {rate:,}. It deploys, and serves a few testers. "
        f"Before players come, ask for {USUAL:,}: Service Quotas, AWS Lambda, Concurrent executions."
    )


if __name__ == "__main__":
    print(room(), flush=True)
