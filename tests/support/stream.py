"""A table's stream, read by hand where no function is fed with it."""

from collections.abc import Iterator, Sequence, Set
from datetime import datetime
from itertools import groupby
from typing import Any

import boto3
from tests.support.examples import NINE
from tests.support.resources import new_count_table, new_event_table, new_table

from orders.aws.clients import dynamodb
from orders.aws.dynamodb.counting import CountTable
from orders.aws.dynamodb.feed import DynamoFeed
from orders.aws.dynamodb.recording import Recorder
from orders.aws.dynamodb.table import DynamoTable
from orders.order.clock import from_iso
from orders.order.counts import Activity
from orders.order.event import Event, EventType

BATCH = 90


def records(table: str) -> list[dict[str, Any]]:
    """What the stream of a table tells, from its beginning."""
    streams = boto3.client("dynamodbstreams")
    arn = boto3.client("dynamodb").describe_table(TableName=table)["Table"]["LatestStreamArn"]
    shards = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    return [record for shard in shards for record in _records_of(streams, arn, shard["ShardId"])]


def _records_of(streams: Any, arn: str, shard: str) -> Iterator[dict[str, Any]]:
    iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")[
        "ShardIterator"
    ]
    while iterator:
        answer = streams.get_records(ShardIterator=iterator)
        yield from answer["Records"]
        iterator = answer["Records"] and answer.get("NextShardIterator")


class CountedTable(DynamoTable):
    """A fresh table whose moves are counted when its activity is asked for."""

    def __init__(self) -> None:
        self.name, counts = new_table(), new_count_table()
        super().__init__(self.name, counts)
        self._count_table, self._seen = CountTable(counts, dynamodb()), 0

    def activity(self, now: datetime) -> Activity:
        unseen = records(self.name)[self._seen :]
        self._seen += len(unseen)
        for start in range(0, len(unseen), BATCH):
            self._count_table.add(unseen[start : start + BATCH])
        return super().activity(now)


class RecordedFeed:
    """A fresh feed. What moved in the table of this name is appended to it when it is read.

    It is appended as if at the time when the order came in.
    """

    def __init__(self, table: str) -> None:
        self.name = new_event_table()
        self._table, self._seen, self._now = table, 0, NINE
        self._recorder = Recorder(self.name, dynamodb(), lambda: self._now)
        self._feed = DynamoFeed(self.name, dynamodb(), lambda: self._now)

    def read(self, after: str | None, limit: int, types: Set[EventType] = frozenset()) -> Sequence[Event]:
        self._append()
        return self._feed.read(after, limit, types)

    def find(self, event_id: str) -> Event:
        self._append()
        return self._feed.find(event_id)

    def end(self) -> str | None:
        self._append()
        return self._feed.end()

    def before(self, at: datetime) -> str | None:
        self._append()
        return self._feed.before(at)

    def _append(self) -> None:
        unseen = records(self._table)[self._seen :]
        self._seen += len(unseen)
        for received_at, some in groupby(unseen, _received_at):
            if received_at:  # the register of numbers has none
                self._now = from_iso(received_at)
            self._recorder.record(list(some))


def _received_at(record: dict[str, Any]) -> str:
    return str(record["dynamodb"].get("NewImage", {}).get("receivedAt", {}).get("S", ""))
