"""A stack whose functions answer nobody for a while, so that its tables hold still.

Reserved concurrency of 0 refuses every invocation, https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html;
clients are answered 503 and try again later. What the functions had before is unlimited, as the template has it.
"""

import time
from typing import Any

from local.stacks.asking import say

FUNCTION = "AWS::Lambda::Function"
LONGEST_SECONDS = 60
"""What an invocation that began before may still take: the longest timeout in the template."""


def functions(clouds: Any, stack: str) -> list[str]:  # noqa: ANN401 (botocore's)
    """Give the names of the stack's functions."""
    pages = clouds.get_paginator("list_stack_resources").paginate(StackName=stack)
    found = [one for page in pages for one in page["StackResourceSummaries"]]
    return [one["PhysicalResourceId"] for one in found if one["ResourceType"] == FUNCTION]


def close(lambdas: Any, names: list[str], seconds: float = LONGEST_SECONDS) -> None:  # noqa: ANN401
    """Let the functions answer nobody, and wait until none is at work any more."""
    for name in names:
        lambdas.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    say(f"closed: {len(names)} functions answer nobody; waiting {seconds:.0f} seconds for what they had begun")
    time.sleep(seconds)


def reopen(lambdas: Any, names: list[str]) -> None:  # noqa: ANN401
    """Let them answer again."""
    for name in names:
        lambdas.delete_function_concurrency(FunctionName=name)
    say(f"open: {len(names)} functions answer again")
