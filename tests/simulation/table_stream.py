"""The stream of the orders' table, and the mapping that feeds RecordEvents with it.

Each row's writes come in their order; those of different rows come from several shards at once. A batch comes again
if the function fails, divided if it crashes, and now and then although all went well.
https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml
from tests.simulation.current import current
from tests.simulation.faults import STREAM, Fault
from tests.simulation.scheduler import Milliseconds
from tests.support.examples import ROOT

from orders.local.lambda_.template import CloudFormationLoader

FUNCTION = "RecordEventsFunction"
SHARDS = 3
WINDOW: Milliseconds = 1_000
LONGEST_DELAY: Milliseconds = 5 * 60_000
FIRST_PAUSE: Milliseconds = 500
LONGEST_PAUSE: Milliseconds = 60_000
Record = dict[str, Any]


@dataclass
class Shard:
    """Records that were not yet recorded, the oldest first. One batch is in hand at a time."""

    waiting: list[Record] = field(default_factory=list)
    most: int = 0
    """Of the next batch; fewer after a crash, which divides it."""
    is_busy: bool = False
    failures: int = 0


@dataclass
class TableStream:
    shards: list[Shard] = field(default_factory=lambda: [Shard() for _ in range(SHARDS)])
    images: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """Each row as the stream told it last."""
    written: int = 0
    in_hand: int = 0

    def at_rest(self) -> bool:
        return not self.in_hand and not any(shard.waiting or shard.is_busy for shard in self.shards)

    def write(self, row_id: str, image: Mapping[str, Any]) -> None:
        """A row was written, as this image says."""
        self.written += 1
        before, self.images[row_id] = self.images.get(row_id), image
        dynamodb = {
            "ApproximateCreationDateTime": float(int(current.world.clock().timestamp())),
            "Keys": {"orderId": {"S": row_id}},
            "NewImage": image,
            "SequenceNumber": f"{self.written:021}",
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        }
        record: Record = {
            "eventID": f"{self.written:032x}",
            "eventName": "MODIFY" if before else "INSERT",
            "dynamodb": dynamodb | ({"OldImage": before} if before else {}),
        }
        if any(_matches(pattern, record) for pattern in _mapping().patterns):
            shard = self.shards[zlib.crc32(row_id.encode()) % SHARDS]
            shard.waiting.append(record)
            self._poll(shard, current.world.chance.randrange(WINDOW))

    def _poll(self, shard: Shard, pause: Milliseconds) -> None:
        if not shard.is_busy and shard.waiting:
            shard.is_busy = True
            fault = current.world.passed(STREAM, "stream")
            if fault is Fault.DELAYED:
                pause += current.world.chance.randrange(LONGEST_DELAY)
            current.world.scheduler.after(pause, lambda: self._deliver(shard, again=fault is Fault.DUPLICATED))

    def _deliver(self, shard: Shard, *, again: bool) -> None:
        batch = shard.waiting[: shard.most or _mapping().batch_size]
        self._invoke(batch, lambda result: self._answered(shard, batch, result))
        if again:  # at about the same time, or later
            pause = current.world.chance.randrange(current.world.chance.choice((50, 5_000)))
            self.in_hand += 1
            current.world.scheduler.after(pause, lambda: self._invoke(batch, self._answered_again))

    def _invoke(self, batch: Sequence[Record], done: Any) -> None:
        if current.world.traced:
            rows = ", ".join(each["dynamodb"]["Keys"]["orderId"]["S"] for each in batch)
            current.world.tell(f"the stream delivers {len(batch)} records: {rows}")
        current.platform.invoke(FUNCTION, {"Records": list(batch)}, done)

    def _answered_again(self, _result: object) -> None:
        self.in_hand -= 1

    def _answered(self, shard: Shard, batch: Sequence[Record], result: object) -> None:
        shard.is_busy = False
        if isinstance(result, dict):
            done, shard.most = _recorded(batch, result), 0
        else:
            done, shard.most = 0, max(1, len(batch) // 2)
        del shard.waiting[:done]
        shard.failures = 0 if done else shard.failures + 1
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**shard.failures) if shard.failures else WINDOW
        self._poll(shard, current.world.chance.randrange(pause))


def _recorded(batch: Sequence[Record], result: Mapping[str, Any]) -> int:
    """How many of the first records are done with."""
    failures = {failure["itemIdentifier"] for failure in result["batchItemFailures"]}
    numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
    return min([numbers.index(each) for each in failures], default=len(batch))


@dataclass(frozen=True, slots=True)
class EventSource:
    """As the template has it."""

    batch_size: int
    patterns: tuple[Any, ...]


@cache
def _mapping() -> EventSource:
    document = yaml.load((ROOT / "template.yaml").read_text(encoding="utf-8"), Loader=CloudFormationLoader)
    (source,) = (
        event["Properties"]
        for event in document["Resources"][FUNCTION]["Properties"]["Events"].values()
        if event["Type"] == "DynamoDB"
    )
    patterns = tuple(json.loads(each["Pattern"]) for each in source["FilterCriteria"]["Filters"])
    return EventSource(source["BatchSize"], patterns)


def _matches(pattern: Any, value: Any) -> bool:
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax"""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(_matches(each, value.get(name)) for name, each in pattern.items())
    return any(_is_allowed(rule, value) for rule in pattern)


def _is_allowed(rule: Any, value: Any) -> bool:
    if not isinstance(rule, dict):
        return bool(value == rule)
    if "exists" in rule:
        return (value is not None) is rule["exists"]
    return value is not None and value not in rule["anything-but"]
