"""A table's stream, read by hand where no function is fed with it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import boto3
from tests.support.resources import new_count_table, new_table

from orders.aws.clients import dynamodb
from orders.aws.dynamodb.counting import CountTable
from orders.aws.dynamodb.table import DynamoTable
from orders.order.counts import Activity

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
