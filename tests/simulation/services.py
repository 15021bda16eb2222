"""DynamoDB, SQS, S3 and SES as the AWS ports call them, over a world: their own code meets refusals and resends."""

import base64
import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from io import BytesIO
from operator import attrgetter
from types import SimpleNamespace
from typing import Any, NoReturn

from botocore.exceptions import ClientError, ReadTimeoutError
from tests.simulation.current import current
from tests.simulation.faults import MAIL, READ, WRITE, Fault
from tests.simulation.installed import Threads, put
from tests.simulation.scheduler import NEXT, PREVIOUS, current_process
from tests.simulation.sqs import Sqs
from tests.simulation.world import World, is_too_new

from orders.aws import bucket, mail_rate, mailer, pauses, queue
from orders.aws.dynamodb import batch_get, conditional, register, table
from orders.aws.dynamodb import item as items
from orders.aws.dynamodb.conditional import MOST_WRITES
from orders.aws.dynamodb.item import OF_THE_REGISTER, SHARDS, item_of, order_of
from orders.aws.mail_rate import MailRate, Quota
from orders.local.lambda_ import template
from orders.order import mailbox
from orders.order.clock import from_iso
from orders.order.delivery import Addressee
from orders.order.mailbox import Mailbox
from orders.order.order import SCHEMA_VERSION, Order
from orders.order.register import Entry
from orders.ports import Message, Outside
from orders.use_cases import feedback

Item = dict[str, Any]


MAIL_QUEUE, SLOW_QUEUE, WEBHOOK_QUEUE = "https://sqs/mails", "https://sqs/slow", "https://sqs/webhooks"
COUNTS = "counts"
"""The table in which mailboxes are."""


SHARE_IN_PARTS = 0.2
"""How often an answer leaves some keys unprocessed."""
SHARE_OF_CONFLICTS = 0.05
"""How often another transaction is under way on the same item."""
_DUE_BY = {"waiting": ("dueAt", attrgetter("due_at")), "mailWaiting": ("mailDueAt", attrgetter("mail_due_at"))}
"""The indexes, each with the attribute that it sorts by, here and in a row."""


def _refusal(operation: str, code: str, status: int, words: str = "") -> ClientError:
    answer = {"Error": {"Code": code, "Message": words}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, operation)  # type: ignore[arg-type]


def outside() -> Outside:
    """The AWS ports, with these services in the place of their clients."""
    put(table, "dynamodb", DynamoDbClient)
    put(table, "Threads", Threads)
    put(queue, "sqs", SqsClient)
    put(queue, "Threads", Threads)
    put(bucket, "s3", S3Client)
    for module in (batch_get, conditional, register):
        put(module, "time", SimpleNamespace(monotonic=seconds, sleep=sleep))
    put(pauses, "random", SimpleNamespace(uniform=lambda least, most: (least + most) / 2))
    put(items, "MOST_SHARDS", SHARDS)  # the others are empty, and each is a call that may go wrong
    put(mailer, "ses", SesClient)
    put(mail_rate, "threading", SimpleNamespace(Lock=nullcontext))
    put(mailer, "MailRate", RateOfARun)
    return Outside(
        table.DynamoTable("orders", COUNTS),
        queue.SqsQueue("https://sqs/orders"),
        queue.SqsQueue(SLOW_QUEUE),
        bucket.S3Bucket("receipts"),
        queue.SqsQueue(MAIL_QUEUE),
        mailer.SesMailer("mails"),
        template.load().link_lifetime,
        lambda: current.world.clock(),
        lambda count: current.world.random_bytes(count),
    )


# Made anew for each call: an error that is raised again keeps every frame that it ever passed.
_TROUBLE = (
    partial(ReadTimeoutError, endpoint_url="https://aws"),
    partial(_refusal, "Call", "InternalServerError", 500),
    partial(_refusal, "Call", "SlowDown", 503),
    partial(_refusal, "Call", "ThrottlingException", 400),
)


class RateOfARun:
    """In the place of `MailRate`, which is made with the ports: a new one for each run, in the time of that run."""

    def __init__(self, read_quota: Callable[[], Quota | None], senders: int) -> None:
        self._made = read_quota, senders
        self._world: World | None = None

    def wait_for_turn(self) -> None:
        self._rate().wait_for_turn()

    def slow_down(self) -> None:
        self._rate().slow_down()

    def _rate(self) -> MailRate:
        if self._world is not current.world:
            self._world, scheduler = current.world, current.world.scheduler
            self._now = MailRate(
                *self._made, lambda: scheduler.now / 1000, lambda seconds: scheduler.sleep(int(seconds * 1000))
            )
        return self._now


def seconds() -> float:
    return current.world.scheduler.now / 1000


def sleep(seconds: float) -> None:
    current.world.scheduler.sleep(int(seconds * 1000))


def no_answer() -> Exception:
    """One of the ways in which AWS does not do what it was asked."""
    return current.world.chance.choice(_TROUBLE)()


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
        TableName: str,  # noqa: N803 - as AWS has it
        Item: Item,  # noqa: N803
        ConditionExpression: str = "",  # noqa: N803
        ExpressionAttributeValues: Item | None = None,  # noqa: N803
        ExpressionAttributeNames: Mapping[str, str] | None = None,  # noqa: N803
    ) -> None:
        if TableName == COUNTS:
            return current.world.call(
                WRITE,
                "table.put_count",
                lambda: _count(Item, ConditionExpression, ExpressionAttributeValues or {}),
                no_answer,
            )
        world, write = (
            current.world,
            _Write(Item, Item, ConditionExpression, ExpressionAttributeValues or {}, ExpressionAttributeNames or {}),
        )

        def effect() -> None:
            if world.shop.numbers and world.chance.random() < SHARE_OF_CONFLICTS:
                refuse("PutItem", "TransactionConflictException", 400)
            if not write.holds:
                refuse("PutItem", "ConditionalCheckFailedException", 400)
            write.make()

        return world.call(WRITE, "table.put_item", effect, no_answer)

    def transact_write_items(self, *, TransactItems: Sequence[Item], ClientRequestToken: str) -> None:  # noqa: N803
        """All or nothing, and once for each token. Now and then another transaction is under way on one of the items.

        https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
        """
        world, writes = current.world, [_Write.of(item) for item in TransactItems]
        if len({write.key for write in writes}) < len(writes) or len(writes) > MOST_WRITES:
            refuse("TransactWriteItems", "ValidationException", 400)

        def effect() -> None:
            if ClientRequestToken in world.tokens:
                return
            reasons = ["None" if write.holds else "ConditionalCheckFailed" for write in writes]
            if world.chance.random() < SHARE_OF_CONFLICTS:
                reasons[world.chance.randrange(len(reasons))] = "TransactionConflict"
            if {*reasons} != {"None"}:
                raise _cancelled(reasons)
            world.tokens.add(ClientRequestToken)
            for write in sorted(writes, key=lambda write: not write.key.startswith(OF_THE_REGISTER)):
                write.make()

        world.call(WRITE, "table.transact_write_items", effect, no_answer)

    def get_item(self, *, TableName: str, Key: Item, **_: Any) -> Item:  # noqa: N803
        world = current.world
        if TableName == COUNTS:
            return world.call(READ, "table.get_count", lambda: _counted(Key["minute"]["S"]), no_answer)

        def effect() -> Item:
            item = _read(Key["orderId"]["S"])
            return {"Item": item} if item else {}

        return world.call(READ, "table.get_item", effect, no_answer)

    def batch_get_item(self, *, RequestItems: Mapping[str, Item]) -> Item:  # noqa: N803
        """Now and then only some of the items: the other keys are unprocessed."""
        world = current.world
        ((table_name, wanted),) = RequestItems.items()
        keys = wanted["Keys"]
        if len({str(key) for key in keys}) < len(keys):
            refuse("BatchGetItem", "ValidationException", 400)

        def effect() -> Item:
            answered = keys[: world.chance.randint(1, len(keys))] if world.chance.random() < SHARE_IN_PARTS else keys
            found = [item for key in answered if (item := _read(key["orderId"]["S"]))]
            left = {table_name: {"Keys": keys[len(answered) :]}} if len(answered) < len(keys) else {}
            return {"Responses": {table_name: found}, "UnprocessedKeys": left}

        return world.call(READ, "table.batch_get_item", effect, no_answer)

    def update_item(
        self,
        *,
        Key: Item,  # noqa: N803
        UpdateExpression: str,  # noqa: N803
        ConditionExpression: str,  # noqa: N803
        ExpressionAttributeValues: Item,  # noqa: N803
        **_: Any,
    ) -> None:
        """Only ever to postpone."""
        world, values = current.world, ExpressionAttributeValues

        def effect() -> None:
            row = world.rows.get(Key["orderId"]["S"])
            if row is None or not _holds(ConditionExpression, values, item_of(row), {}):
                refuse("UpdateItem", "ConditionalCheckFailedException", 400)
            world.put(_stored(item_of(row) | {UpdateExpression.split(" ")[1]: values[":until"]}))

        world.call(WRITE, "table.update_item", effect, no_answer)

    def query(
        self,
        *,
        IndexName: str,  # noqa: N803
        ExpressionAttributeValues: Item,  # noqa: N803
        Limit: int,  # noqa: N803
        ExclusiveStartKey: Item | None = None,  # noqa: N803
        **_: Any,
    ) -> Item:
        """The indexes of what waits, which lag behind their table."""
        world, values = current.world, ExpressionAttributeValues
        attribute, due_at = _DUE_BY[IndexName]

        def place(item: Item) -> tuple[str, str]:
            return item[attribute]["S"], item["orderId"]["S"]

        def effect() -> Item:
            now, shard = from_iso(values[":now"]["S"]), int(values[":shard"]["S"])
            due = [row for row in world.indexed_rows().values() if (at := due_at(row)) and at <= now]
            mine = [image_of(row) for row in due if zlib.crc32(row.order_id.encode()) % SHARDS == shard]
            after = place(ExclusiveStartKey) if ExclusiveStartKey else ("", "")
            items = sorted((item for item in mine if place(item) > after), key=place)[:Limit]
            return {"Items": items} | ({"LastEvaluatedKey": items[-1]} if len(items) == Limit else {})

        return world.call(READ, "table.query", effect, no_answer)


class SqsClient:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html"""

    def send_message(self, *, QueueUrl: str, MessageBody: str, DelaySeconds: int = 0) -> None:  # noqa: N803
        queue = _queue(QueueUrl)
        call, send = f"{_service(queue)}.send_message", partial(queue.send, [MessageBody], DelaySeconds * 1000)
        current.world.call(WRITE, call, send, no_answer)

    def send_message_batch(self, *, QueueUrl: str, Entries: Sequence[Mapping[str, str]]) -> Item:  # noqa: N803
        queue, bodies = _queue(QueueUrl), [entry["MessageBody"] for entry in Entries]
        call, send = f"{_service(queue)}.send_message_batch", partial(queue.send, bodies)
        current.world.call(WRITE, call, send, no_answer)
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

    def get_object(self, *, Key: str, VersionId: str, **_: Any) -> Item:  # noqa: N803
        world = current.world

        def effect() -> Item:
            if Key not in world.objects or _version(world.objects[Key]) != VersionId:
                refuse("GetObject", "NoSuchVersion", 404)
            return {"Body": BytesIO(world.objects[Key])}

        return world.call(READ, "bucket.get_object", effect, no_answer)

    def generate_presigned_url(self, _operation: str, *, Params: Mapping[str, str], ExpiresIn: int) -> str:  # noqa: N803
        return f"https://{Params['Bucket']}/{Params['Key']}?version={Params['VersionId']}&seconds={ExpiresIn}"


class SesClient:
    """https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html"""

    def get_account(self) -> Item:
        """The quota of an account out of the sandbox. In the sandbox a backlog takes days."""
        quota = {"MaxSendRate": 14.0, "Max24HourSend": 50_000.0, "SentLast24Hours": 0.0}
        return current.world.call(READ, "mail.get_account", lambda: {"SendQuota": quota}, no_answer)

    def send_email(self, *, Destination: Item, Content: Item, EmailTags: Sequence[Item], **_: Any) -> Item:  # noqa: N803
        world = current.world
        tags = {tag["Name"]: tag["Value"] for tag in EmailTags}
        order_id = feedback.row_id({name: [value] for name, value in tags.items()})
        number, _, to = tags["number"].partition("-")
        (recipient,) = Destination["ToAddresses"]
        message = Message(
            order_id, int(number), "shop@example.com", recipient, Content["Raw"]["Data"],
            Addressee(to or Addressee.CUSTOMER),
        )  # fmt: skip
        return {"MessageId": world.call(MAIL, "mail.send_email", lambda: world.take(message), _nobody_knows, _ANSWERS)}


_ANSWERS = {
    Fault.DEFERRED: partial(_refusal, "SendEmail", "TooManyRequestsException", 429),
    Fault.REFUSED: partial(_refusal, "SendEmail", "BadRequestException", 400, "Missing domain"),
}


def _nobody_knows() -> Exception:
    """What is not answered, or with an error of the service's own: it may have been taken."""
    return current.world.chance.choice(_TROUBLE[:2])()


def _queue(url: str) -> Sqs:
    platform = current.platform
    return {
        MAIL_QUEUE: platform.mail_queue,
        SLOW_QUEUE: platform.slow_queue,
        WEBHOOK_QUEUE: platform.webhook_queue,
    }.get(url, platform.order_queue)


def _service(queue: Sqs) -> str:
    return "doorbell" if queue is current.platform.webhook_queue else "queue"


def _count(item: Item, condition: str, values: Item) -> None:
    """Put a mailbox, on the one condition that is used, or on none."""
    mailboxes, key = current.world.mailboxes, item["minute"]["S"]
    if condition and key in mailboxes and mailboxes[key].revision != int(values[":before"]["N"]):
        refuse("PutItem", "ConditionalCheckFailedException", 400)
    mailboxes[key] = Mailbox(key, mailbox.from_text(item["entries"]["S"]), int(item["revision"]["N"]))


def _counted(key: str) -> Item:
    kept = current.world.mailboxes.get(key)
    if kept is None:
        return {}
    return {"Item": {"entries": {"S": mailbox.to_text(kept.entries)}, "revision": {"N": str(kept.revision)}}}


def _stored(item: Item) -> Order:
    """A table takes items of any version."""
    row = order_of(item | {"schemaVersion": {"N": str(SCHEMA_VERSION)}})
    return replace(row, schema_version=int(item["schemaVersion"]["N"]))


def _holds(condition: str, values: Item, item: Item, names: Mapping[str, str]) -> bool:
    """DynamoDB's condition expressions, those that are used, of an item; an empty one is not there."""
    if condition == "attribute_not_exists(orderId)":
        return not item
    if condition == "attribute_exists(orderId)":
        return bool(item)
    if condition.startswith("contains("):
        name, value = condition.removeprefix("contains(").removesuffix(")").split(", ")
        return values[value]["S"] in item.get(names[name], {"S": ""})["S"]
    equations = [each.split(" = ") for each in condition.split(" AND ") if each]
    return all(item.get(names.get(name, name)) == values[value] for name, value in equations)


@dataclass(frozen=True)
class _Write:
    """A put, or an update, of a row or of an item of the register."""

    item: Item
    """What is put, or the key of what is updated."""
    put: Item | None
    condition: str
    values: Item
    names: Mapping[str, str] = field(default_factory=dict)
    update: str = ""

    @classmethod
    def of(cls, write: Item) -> "_Write":
        """A part of a transaction."""
        (call,) = write.values()
        names, values = call.get("ExpressionAttributeNames", {}), call.get("ExpressionAttributeValues", {})
        condition, item = call.get("ConditionExpression", ""), call.get("Item") or call["Key"]
        return cls(item, call.get("Item"), condition, values, names, call.get("UpdateExpression", ""))

    @property
    def key(self) -> str:
        return str(self.item["orderId"]["S"])

    @property
    def holds(self) -> bool:
        """Whether its condition does."""
        row = current.world.rows.get(self.key)
        item = item_of(row) if row and " = " in self.condition else {"": row} if row else None
        return _holds(self.condition, self.values, item or current.world.items.get(self.key, {}), self.names)

    def make(self) -> None:
        if not self.key.startswith(OF_THE_REGISTER):
            current.world.write(_stored(self.item))
            return
        item = self.put or current.world.items.get(self.key, self.item) | dict(self._changes())
        current.world.items[self.key] = item
        if "entry" in item:
            current.world.write_entry(_entry(item))

    def _changes(self) -> Iterator[tuple[str, Item]]:
        """The attributes that an update sets. The only set to which one adds is the names of the series."""
        if self.update.startswith("ADD "):
            known = current.world.items.get(self.key, {}).get("series", {"SS": []})["SS"]
            yield "series", {"SS": [*known, *self.values[":name"]["SS"]]}
            return
        for each in self.update.removeprefix("SET ").split(", "):
            name, value = each.split(" = ")
            yield self.names.get(name, name), self.values[value]


def _entry(item: Item) -> Entry:
    later = {name: item[name]["S"] for name in ("sha256", "void") if name in item}
    return Entry.from_document(json.loads(item["entry"]["S"]) | later)


def _cancelled(reasons: Sequence[str]) -> ClientError:
    error = _refusal("TransactWriteItems", "TransactionCanceledException", 400)
    error.response["CancellationReasons"] = [{"Code": reason} for reason in reasons]
    return error


def _read(key: str) -> Item:
    """The item with this key, as the version at work reads it; an empty one if there is none."""
    row = current.world.rows.get(key)
    return _as_read(row) if row else current.world.items.get(key, {})


def _as_read(row: Order) -> Item:
    """The previous version refuses what it can't know, as this one does with what the next one wrote."""
    version = current_process().version
    if version == PREVIOUS and is_too_new(row):
        return item_of(row) | {"schemaVersion": {"N": str(SCHEMA_VERSION + 1)}}
    return item_of(row) if version == NEXT else image_of(row)


def image_of(row: Order) -> Item:
    """The item with whatever the next version wrote into it."""
    item, newer = item_of(row), current.world.next_version
    if row.order_id not in newer.rows:
        return item
    kept = {name: value for name, value in newer.kept(row).items() if value is not None}
    return item | {name: {"S": value} if isinstance(value, str) else {"N": str(value)} for name, value in kept.items()}
