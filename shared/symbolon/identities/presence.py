"""That an account is still there, as a condition of what is written to its item, or about it beside that."""

from symbolon.aws.dynamodb import Write
from symbolon.identities.users import user_key

THERE = "attribute_exists(user_id) AND attribute_not_exists(merged_into)"
"""A condition of a write to an account's item: that it is still there, and was not merged into another."""


def still_there(user_id: str) -> Write:
    """Return what fails the transaction that it is in where the account is gone, or was merged into another.

    What is written about an account and not to its item has this beside it: nothing is left of an account that goes.
    """
    return Write("ConditionCheck", user_key(user_id), THERE)
