"""DynamoDB, SQS and S3 as the AWS ports call them, over a world: the ports' own code meets refusals and resends."""

import base64
import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NoReturn

from botocore.exceptions import ClientError, ReadTimeoutError
from tests.simulation.current import current
from tests.simulation.faults import READ, WRITE
from tests.simulation.installed import Threads, put
from tests.simulation.scheduler import current_process
from tests.simulation.world import PREVIOUS

from orders.aws import bucket, queue, table
from orders.aws.item import SHARDS, item_of, row_of
from orders.clock import from_iso
from orders.ports import Outside
from orders.row import SCHEMA_VERSION, Row

Item = dict[str, Any]


def _refusal(operation: str, code: str, status: int) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, operation)  # type: ignore[typeddict-item]


def outside() -> Outside:
    """The AWS ports, with these services in the place of their clients."""
    put(table, "dynamodb", DynamoDbClient)
    put(table, "ThreadPoolExecutor", Threads)
    put(queue, "sqs", SqsClient)
    put(bucket, "s3", S3Client)
    return Outside(
        table.DynamoTable("orders"),
        queue.SqsDoorbell("https://sqs/orders"),
        bucket.S3Bucket("receipts"),
        lambda: current.world.clock(),
        lambda count: current.world.random_bytes(count),
    )


_TROUBLE = (
    ReadTimeoutError(endpoint_url="https://aws"),
    _refusal("Call", "InternalServerError", 500),
    _refusal("Call", "SlowDown", 503),
    _refusal("Call", "ThrottlingException", 400),
)


def no_answer() -> Exception:
    """One of the ways in which AWS does not do what it was asked."""
    return current.world.chance.choice(_TROUBLE)


def refuse(operation: str, code: str, status: int) -> NoReturn:
    raise _refusal(operation, code, status)


def _version(stored: bytes) -> str:
    return hashlib.sha256(stored).hexdigest()[:8]


class DynamoDbClient:
    """The operations that the table uses; the rows' items are made by the code's own hand.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html
    """

    def put_item(
        self,
        *,
        Item: Item,  # noqa: N803 - as AWS has it
        ConditionExpression: str = "",  # noqa: N803
        ExpressionAttributeValues: Item | None = None,  # noqa: N803
        **_: Any,
    ) -> None:
        world, item = current.world, _as_written(Item)
        condition, values = ConditionExpression, ExpressionAttributeValues or {}

        def effect() -> None:
            if not _holds(condition, values, world.rows.get(item["orderId"]["S"])):
                refuse("PutItem", "ConditionalCheckFailedException", 400)
            world.put(_stored(item))

        world.call(WRITE, "table.put_item", effect, no_answer)

    def get_item(self, *, Key: Item, **_: Any) -> Item:  # noqa: N803
        world = current.world

        def effect() -> Item:
            row = world.rows.get(Key["orderId"]["S"])
            return {"Item": _as_read(row)} if row else {}

        return world.call(READ, "table.get_item", effect, no_answer)

    def update_item(self, *, Key: Item, ConditionExpression: str, ExpressionAttributeValues: Item, **_: Any) -> None:  # noqa: N803
        """Only ever to postpone."""
        world, values = current.world, ExpressionAttributeValues

        def effect() -> None:
            row = world.rows.get(Key["orderId"]["S"])
            if row is None or not _holds(ConditionExpression, values, row):
                refuse("UpdateItem", "ConditionalCheckFailedException", 400)
            world.put(_stored(item_of(row) | {"dueAt": values[":until"]}))

        world.call(WRITE, "table.update_item", effect, no_answer)

    def query(self, *, IndexName: str, ExpressionAttributeValues: Item, Limit: int, **_: Any) -> Item:  # noqa: N803
        """The index of what waits."""
        world, values = current.world, ExpressionAttributeValues
        assert IndexName == "waiting"

        def effect() -> Item:
            now, shard = from_iso(values[":now"]["S"]), int(values[":shard"]["S"])
            due = [row for row in world.rows.values() if row.due_at and row.due_at <= now]
            mine = [item_of(row) for row in due if zlib.crc32(row.order_id.encode()) % SHARDS == shard]
            return {"Items": sorted(mine, key=lambda item: str(item["dueAt"]["S"]))[:Limit]}

        return world.call(READ, "table.query", effect, no_answer)


class SqsClient:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html"""

    def send_message(self, *, MessageBody: str, **_: Any) -> None:  # noqa: N803
        current.world.call(WRITE, "queue.send_message", lambda: current.platform.ring([MessageBody]), no_answer)

    def send_message_batch(self, *, Entries: Sequence[Mapping[str, str]], **_: Any) -> Item:  # noqa: N803
        bodies = [entry["MessageBody"] for entry in Entries]
        current.world.call(WRITE, "queue.send_message_batch", lambda: current.platform.ring(bodies), no_answer)
        return {}


class S3Client:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html"""

    def put_object(self, *, Key: str, Body: bytes, IfNoneMatch: str | None = None, **_: Any) -> Item:  # noqa: N803
        world = current.world

        def effect() -> Item:
            if IfNoneMatch and Key in world.objects:
                refuse("PutObject", "PreconditionFailed", 412)
            world.store(Key, Body)
            return {"VersionId": _version(Body)}

        return world.call(WRITE, "bucket.put_object", effect, no_answer)

    def head_object(self, *, Key: str, **_: Any) -> Item:  # noqa: N803
        world = current.world

        def effect() -> Item:
            if Key not in world.objects:
                refuse("HeadObject", "404", 404)
            stored = world.objects[Key]
            digest = hashlib.sha256(stored).digest()
            return {
                "ChecksumSHA256": base64.b64encode(digest).decode(),
                "ContentLength": len(stored),
                "VersionId": _version(stored),
            }

        return world.call(READ, "bucket.head_object", effect, no_answer)

    def generate_presigned_url(self, _operation: str, *, Params: Mapping[str, str], ExpiresIn: int) -> str:  # noqa: N803
        return f"https://{Params['Bucket']}/{Params['Key']}?version={Params['VersionId']}&seconds={ExpiresIn}"


def _stored(item: Item) -> Row:
    """A table takes items of any version."""
    row = row_of(item | {"schemaVersion": {"N": str(SCHEMA_VERSION)}})
    return replace(row, schema_version=int(item["schemaVersion"]["N"]))


def _holds(condition: str, values: Item, row: Row | None) -> bool:
    """DynamoDB's condition expressions, those that are used."""
    if condition == "attribute_not_exists(orderId)":
        return row is None
    item = item_of(row) if row else {}
    attribute, equals, value = condition.partition(" = ")
    return not equals or item.get(attribute) == values[value]


def _as_written(item: Item) -> Item:
    """The previous version knew no total."""
    if current_process().version != PREVIOUS or item["revision"] != {"N": "1"}:
        return item
    return {name: value for name, value in item.items() if name != "total"} | {
        "schemaVersion": {"N": str(SCHEMA_VERSION - 1)}
    }


def _as_read(row: Row) -> Item:
    """The previous version refuses what it can't know, which is as if it got no answer."""
    if current_process().version == PREVIOUS and row.schema_version == SCHEMA_VERSION:
        raise no_answer()
    return item_of(row)
