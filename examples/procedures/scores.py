"""scores/submit and scores/mine: a player's best score, in a table of the studio's own.

The best one is kept by a condition of the write itself: of two that come at once, neither takes away the other's.
"""

from symbolon.aws import dynamodb
from symbolon.aws.attributes import dump, load
from symbolon.aws.signed import AwsError
from symbolon.errors import InvalidArgument
from symbolon.rpc import Caller, RpcCall, procedure

MOST = 1_000_000


@procedure("scores/submit", caller=Caller.SESSION)
def submit(call: RpcCall) -> object:
    """Keep the payload's `score`, if it is the player's best; return the best one."""
    score = call.body.integer("score")
    if not 0 < score <= MOST:
        raise InvalidArgument(f"score must be 1 to {MOST}.")
    try:
        dynamodb.call(
            "UpdateItem",
            TableName=call.table("Scores"),
            Key=dump({"user_id": call.caller.user.user_id}),
            UpdateExpression="SET score = :score",
            ConditionExpression="attribute_not_exists(score) OR score < :score",
            ExpressionAttributeValues=dump({":score": score}),
        )
    except AwsError:  # the condition failed: there is a better one
        return {"best": _best(call)}
    return {"best": score}


@procedure("scores/mine", caller=Caller.SESSION)
def mine(call: RpcCall) -> object:
    """Return the player's best score, 0 without any."""
    return {"best": _best(call)}


def _best(call: RpcCall) -> int:
    key = dump({"user_id": call.caller.user.user_id})
    answer = dynamodb.call("GetItem", TableName=call.table("Scores"), Key=key, ConsistentRead=True)
    return int(load(answer["Item"])["score"]) if "Item" in answer else 0
