"""The table of events after a loss: `make restore-table OF=events`, `make repair-events` and `make record-events`.

Whatever was restored begins with all webhook endpoints disabled, as what they have got since is unknown, and its feed
goes on at numbers that were never given. The orders' stream tells of the last day again.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import boto3
import tables
from botocore.exceptions import ClientError
from stage import Refused, Stage

from orders.aws.dynamodb.event_batches import FEED
from orders.aws.dynamodb.item import EXPIRES_AT, Item
from orders.aws.dynamodb.recording import Recorder
from orders.aws.dynamodb.restored_feed import go_on_elsewhere
from orders.aws.dynamodb.webhooks import ENDPOINTS, PROGRESS, DynamoWebhooks
from orders.order.errors import NewerVersion, Unavailable
from orders.order.webhook_record import endpoint_from_text, endpoint_to_text, progress_from_text

RESTORED = "the table of events was restored"
"""Why an endpoint is disabled."""
RECORDS_AT_ONCE = 200
EMPTY_ANSWERS = 5
"""After so many answers without records in a row, an open shard of the stream is taken for read."""


class Verdict(StrEnum):
    """What there is to say about an item of the restored table."""

    SOUND = "sound"
    MISSING = "missing"
    DAMAGED = "damaged"
    TAKEN = "in a place that the feed has given to other events since"
    NEWER = "of a newer version"


CHANGED = (Verdict.MISSING, Verdict.DAMAGED)


def restore_deleted(stage: Stage) -> None:
    """Restore the table of events, which was deleted, and record what happened since.

    Raises:
        Refused: the table exists, or has no backup.
    """
    table = tables.bring_back(stage, tables.EVENTS)
    begin_again(table)
    tables.prepare(table, tables.EVENTS, protected=stage.protected)
    orders = stage.resource("OrderTable")
    if tables.exists(orders):
        record_missing(orders, table)
    print("The table is back.")


def begin_again(table: str) -> None:
    """Disable the endpoints of a table that was restored or adopted, and let its feed go on at new numbers."""
    webhooks, disabled = DynamoWebhooks(table, boto3.client("dynamodb")), list[str]()
    try:
        for endpoint in webhooks.endpoints():
            while endpoint.is_enabled:
                endpoint = webhooks.change(endpoint, endpoint.disabled(RESTORED))
                disabled.append(endpoint.id)
        go_on_elsewhere(table, boto3.client("dynamodb"))
    except Unavailable as error:
        raise Refused(f"DynamoDB does not answer ({error}). Run the command again.") from None
    if disabled:
        print(f"These webhook endpoints are disabled, since {RESTORED}. To send again what each still lacks:\n")
        print("\n".join(f"  orders webhooks enable {endpoint_id}" for endpoint_id in dict.fromkeys(disabled)) + "\n")


def record_missing(orders: str, events: str) -> None:
    """Append all events of which the orders' stream tells, and which the feed lacks: those of the last day.

    Raises:
        Refused: a table is missing, or DynamoDB does not answer.
    """
    recorder, records, count = Recorder(events, boto3.client("dynamodb")), list[Any](), 0
    try:
        for record in stream_of(orders):
            records.append(record)
            if len(records) == RECORDS_AT_ONCE:
                count += recorder.record(records)
                records.clear()
        count += recorder.record(records)
    except Unavailable as error:
        raise Refused(f"DynamoDB does not answer ({error}). Run the command again.") from None
    print(f"The feed has all {count:,} events of which the orders' stream tells.")


def stream_of(table: str) -> Iterator[Any]:
    """What the stream of the table tells, the oldest first. It keeps each record for 24 hours.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
    """
    try:
        arn = boto3.client("dynamodb").describe_table(TableName=table)["Table"].get("LatestStreamArn")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        raise Refused(f"There is no table {table}.") from None
    for shard in shards_of(arn) if arn else ():
        yield from records_of(str(arn), shard)


def shards_of(stream: str) -> Sequence[str]:
    """The ids of the shards. That of a parent sorts before those of its children."""
    streams, found, more = boto3.client("dynamodbstreams"), list[str](), dict[str, Any]()
    while True:
        answer = streams.describe_stream(StreamArn=stream, **more)["StreamDescription"]
        found += [shard["ShardId"] for shard in answer["Shards"]]
        if not answer.get("LastEvaluatedShardId"):
            return sorted(found)
        more = {"ExclusiveStartShardId": answer["LastEvaluatedShardId"]}


def records_of(stream: str, shard: str) -> Iterator[Any]:
    """The records of a shard up to its end, or up to where nothing more comes now."""
    streams = boto3.client("dynamodbstreams")
    iterator: str | None = streams.get_shard_iterator(
        StreamArn=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    empty = 0
    while iterator and empty < EMPTY_ANSWERS:
        answer = streams.get_records(ShardIterator=iterator)
        yield from answer["Records"]
        empty = 0 if answer["Records"] else empty + 1
        iterator = answer.get("NextShardIterator")


def repair(live: str, restored: str, *, apply: bool) -> Counter[Verdict]:
    """Compare the items of a restored table with the live ones. `apply` puts back those that are missing or damaged.

    An endpoint comes back disabled, after all that belongs to it. What changes by itself, such as the progress of an
    endpoint, stays as it is.

    Raises:
        Refused: there is no such table.
    """
    verdicts, endpoints = Counter[Verdict](), list[Item]()
    for item in items_of(restored):
        if item["pk"]["S"] == ENDPOINTS:
            endpoints.append(item)
        else:
            verdicts[one(live, item, apply=apply)] += 1
    for item in endpoints:
        verdicts[one(live, item, apply=apply)] += 1
    print(summary(verdicts, apply=apply))
    return verdicts


def one(live: str, item: Item, *, apply: bool) -> Verdict:
    """The verdict on one item of the restored table, which is put back if it is to be."""
    wanted, found = item, verdict(item, live_item(live, item))
    if item["pk"]["S"] == ENDPOINTS and found in CHANGED:
        try:
            wanted = disabled(item)
        except NewerVersion:
            found = Verdict.NEWER
    if found is not Verdict.SOUND:
        print(f"{found}: {item['pk']['S']} {item['sk']['S']}", flush=True)
    if apply and found in CHANGED:
        boto3.client("dynamodb").put_item(TableName=live, Item=wanted, **unchanged(found))
    return found


def verdict(item: Item, live: Item | None) -> Verdict:
    """A batch of the feed never changes. What has expired is missing because DynamoDB deletes it."""
    if live is None:
        return Verdict.SOUND if has_expired(item) else Verdict.MISSING
    if item["pk"]["S"] == FEED and item != live:
        return Verdict.DAMAGED if live.get("keys") in (None, item["keys"]) else Verdict.TAKEN
    read = {ENDPOINTS: endpoint_from_text, PROGRESS: progress_from_text}.get(item["pk"]["S"])
    return verdict_on_text(live, read) if read else Verdict.SOUND


def verdict_on_text(live: Item, read: Callable[[str], object]) -> Verdict:
    """An endpoint and its progress may have changed in any way, but they can be read."""
    try:
        read(live["text"]["S"])
    except NewerVersion:
        return Verdict.NEWER
    except (LookupError, TypeError, ValueError):
        return Verdict.DAMAGED
    return Verdict.SOUND


def has_expired(item: Item) -> bool:
    return EXPIRES_AT in item and int(item[EXPIRES_AT]["N"]) <= datetime.now(UTC).timestamp()


def disabled(item: Item) -> dict[str, Any]:
    endpoint = endpoint_from_text(item["text"]["S"])
    if endpoint.is_enabled:
        endpoint = endpoint.disabled(RESTORED)
    return {**item, "text": {"S": endpoint_to_text(endpoint)}, "revision": {"N": str(endpoint.revision)}}


def unchanged(found: Verdict) -> dict[str, Any]:
    """The condition that nobody has put another item there meanwhile. One that is damaged is of no use to anybody."""
    return {"ConditionExpression": "attribute_not_exists(pk)"} if found is Verdict.MISSING else {}


def items_of(table: str) -> Iterator[Item]:
    dynamodb = boto3.client("dynamodb")
    try:
        for page in dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
            yield from page["Items"]
    except dynamodb.exceptions.ResourceNotFoundException:
        raise Refused(f"There is no table {table}.") from None


def live_item(table: str, item: Item) -> Item | None:
    key = {name: item[name] for name in ("pk", "sk")}
    return boto3.client("dynamodb").get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")


def summary(verdicts: Counter[Verdict], *, apply: bool) -> str:
    counted = ", ".join(f"{number:,} {verdict}" for verdict, number in verdicts.items()) or "nothing"
    broken = sum(verdicts[verdict] for verdict in CHANGED)
    if not broken:
        return f"{counted}. There is nothing to repair."
    if not apply:
        return f"{counted}. Nothing was changed.\nTo put the missing and the damaged back, add APPLY=yes."
    return f"{counted}. {broken:,} put back. Endpoints are disabled: orders webhooks list, orders webhooks enable ID."
