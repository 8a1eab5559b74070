"""Following the streams of the embedded store, and handing what they have to the function `events`, as Lambda does.

https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html. Its records are asked for with our own client of AWS, as a
function asks, with this process's credentials for the store.
"""

import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from symbolon.aws import signed
from symbolon.aws.signed import AwsError
from symbolon.errors import SymbolonError

EVERY_SECONDS = 0.5
MOST = 100
VIEW = "NEW_AND_OLD_IMAGES"

Json = dict[str, Any]
Tell = Callable[[Json], Json]
"""The function: records in, and from which of them on it wants them again."""


@contextmanager
def following(tables: Sequence[str], tell: Tell) -> Iterator[None]:
    """Have changes of these tables told while the block runs, from now on; what is there at its end is told, too."""
    streams = [Stream.begin(table) for table in tables]
    ended = threading.Event()

    def follow() -> None:
        while not ended.wait(EVERY_SECONDS):
            _tell_all(streams, tell)
        _tell_all(streams, tell)

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(timeout=5)


@dataclass
class Stream:
    """One table's stream: where it is read on, and what is to be told again."""

    arn: str
    iterator: str
    waiting: list[Json] = field(default_factory=list)

    @classmethod
    def begin(cls, table: str) -> "Stream":
        """Switch the stream on, where it is off, and begin at its end; raises AwsError, SymbolonError."""
        found = _ask("DynamoDB_20120810.DescribeTable", TableName=table)["Table"]
        if not found.get("StreamSpecification", {}).get("StreamEnabled"):
            wanted = {"StreamEnabled": True, "StreamViewType": VIEW}
            _ask("DynamoDB_20120810.UpdateTable", TableName=table, StreamSpecification=wanted)
            found = _ask("DynamoDB_20120810.DescribeTable", TableName=table)["Table"]
        arn = str(found["LatestStreamArn"])
        return cls(arn, _end_of(arn))

    def advance(self, tell: Tell) -> bool:
        """Tell what there is, MOST records of it, and say whether there may be more; raises as `begin` does."""
        if not self.waiting:
            answer = _ask("DynamoDBStreams_20120810.GetRecords", ShardIterator=self.iterator, Limit=MOST)
            self.iterator = answer["NextShardIterator"]
            self.waiting = [record | {"eventSourceARN": self.arn} for record in answer["Records"]]
        told = self.waiting
        if told:
            failed = {one["itemIdentifier"] for one in tell({"Records": told})["batchItemFailures"]}
            numbers = [record["dynamodb"]["SequenceNumber"] for record in told]
            self.waiting = told[min(map(numbers.index, failed)) :] if failed else []
        return len(told) == MOST and not self.waiting


def _tell_all(streams: Sequence[Stream], tell: Tell) -> None:
    for stream in streams:
        try:
            while stream.advance(tell):
                pass
        except (AwsError, SymbolonError):  # the store is ending, or the machine has slept for longer than it remembers
            _begin_again(stream)
        except Exception:  # noqa: BLE001 (the boundary at which Lambda catches whatever a function lets out)
            print(f"The function events failed:\n{traceback.format_exc()}", end="", file=sys.stderr)
            stream.waiting = []


def _begin_again(stream: Stream) -> None:
    try:
        stream.iterator = _end_of(stream.arn)
    except (AwsError, SymbolonError):
        stream.waiting = []


def _end_of(arn: str) -> str:
    [shard] = _ask("DynamoDBStreams_20120810.DescribeStream", StreamArn=arn)["StreamDescription"]["Shards"][-1:]
    wanted = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "LATEST"}
    return str(_ask("DynamoDBStreams_20120810.GetShardIterator", **wanted)["ShardIterator"])


def _ask(operation: str, **arguments: object) -> Json:
    return signed.post_json("dynamodb", operation, arguments)
