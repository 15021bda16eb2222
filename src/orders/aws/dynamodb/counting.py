"""The counts of orders, in a table of their own, added up from the stream of the orders' table.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.Lambda.html
"""

import hashlib
import logging
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from botocore.exceptions import ClientError

from orders.aws import errors as faults
from orders.aws.dynamodb import batch_get, count_rows
from orders.aws.dynamodb.item import Item, is_canary, is_of_the_register
from orders.order import counts
from orders.order.clock import from_iso
from orders.order.counts import Count
from orders.order.errors import Unavailable
from orders.order.order import Status

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

log = logging.getLogger(__name__)

StreamRecord = Mapping[str, Any]
Image = Mapping[str, Any]
_PAUSES = (0.03, 0.1, 0.3)
"""At most so many seconds before a transaction is repeated that was refused because another changed the same items."""
_LOOKS_BACK = timedelta(minutes=1)
"""How often a summary looks for minutes that an older version has counted, if there were none."""


@dataclass(frozen=True, slots=True)
class Moved:
    """`orders.order.counts.Counted`, of an image in the stream: four attributes that a newer version keeps.

    A record that is not counted is missing for ever, and a rollback may leave many orders that can't be read.
    """

    order_id: str
    status: str
    received_at: datetime
    completed_at: datetime | None

    @classmethod
    def of(cls, image: Image) -> Self:
        completed_at = image.get("completedAt")
        return cls(
            image["orderId"]["S"],
            image["status"]["S"],
            from_iso(image["receivedAt"]["S"]),
            from_iso(completed_at["S"]) if completed_at else None,
        )


class CountTable:
    """The counts in the table of this name."""

    def __init__(self, name: str, client: "DynamoDBClient") -> None:
        self._name = name
        self._client = client
        self._looks_back_at: datetime | None = None

    def add(self, records: Sequence[StreamRecord]) -> None:
        """Count the moves in a batch of the stream, at most 90, all of them or none.

        A batch that is delivered again within ten minutes counts once. It counts twice if the answer was lost, and it
        comes again later or is divided in another way, as Lambda does after a crash. A record that can't be read is not
        counted, and an error in the log names it.
        """
        token = _token(records)
        moves = [change for record in records for change in _changes_of(record)]
        changed = _changes(moves, int(token, 16) % count_rows.ROWS)
        if changed:
            self._add([_update(self._name, key, numbers) for key, numbers in changed.items()], token)
        if moves:
            _report(moves)

    def read(self, now: datetime) -> Iterator[Count]:
        """The counts by state, and those of the last hour's minutes, as `orders.order.counts` names them.

        They lag behind by seconds anyhow, so they are read at half the price: they may be another second old.
        """
        yield from count_rows.counted([*self._items(count_rows.keys(now)), *self._counted_before(now)], now)

    def _counted_before(self, now: datetime) -> list[Item]:
        """The minutes that an older version has counted, within an hour of an update or a rollback.

        Reading them takes a second call, so as long as there are none, this looks once a minute.
        """
        if self._looks_back_at and now < self._looks_back_at:
            return []
        found = self._items(count_rows.keys_before(now))
        self._looks_back_at = None if found else now + _LOOKS_BACK
        return found

    def _items(self, keys: Sequence[str]) -> list[Item]:
        wanted = [_key(key) for key in keys]
        return list(batch_get.items(self._client, self._name, wanted, "counts", consistent=False))

    def _add(self, updates: Sequence[Any], token: str) -> None:
        for pause in (0, *_PAUSES):
            time.sleep(random.uniform(0, pause))  # noqa: S311 - no secret
            with faults.errors_translated("counts"):
                try:
                    self._client.transact_write_items(TransactItems=updates, ClientRequestToken=token)
                except ClientError as error:
                    if faults.code(error) != "TransactionCanceledException":
                        raise
                else:
                    return
        raise Unavailable("counts: not taken, other functions count at the same time")


def _changes(moves: Sequence[Count], row: int) -> dict[str, Counter[str]]:
    """By the key of a row, the counts in it that these moves change, and by how much."""
    changed = defaultdict[str, Counter[str]](Counter)
    for minute, name, number in moves:
        key, kept_as = count_rows.place(minute, name, row)
        changed[key][kept_as] += number
    return {key: numbers for key, numbers in changed.items() if any(numbers.values())}


def _report(moves: Sequence[Count]) -> None:
    """One line for a batch: CloudWatch makes metrics of its fields, as `template.yaml` says.

    An order that is retried and fails again within a batch has failed, though the counts by state stay the same. A
    document that failed needs somebody as an order does, so it is one of the failed ones.
    """
    entered = Counter(name for _, name, number in moves if number > 0)
    fields = {
        "accepted": entered[counts.ACCEPTED],
        "completed": entered[Status.COMPLETED],
        "failed": entered[Status.FAILED] + entered[f"{counts.DOCUMENT}{Status.FAILED}"],
        "cancelled": entered[Status.CANCELLED],
    }
    log.info("counted orders: %s", ", ".join(f"{number} {name}" for name, number in fields.items()), extra=fields)


def _changes_of(record: StreamRecord) -> list[Count]:
    """No changes if the record can't be read. An error would stop the stream at this record.

    An order of the canary is not counted. It is the only one that is ever removed, by the table itself. Items of the
    register of numbers, which the stream's filters leave out, are not counted either.
    """
    try:
        images = record["dynamodb"]
        image = images.get("NewImage") or images["OldImage"]
        if is_canary(image) or is_of_the_register(image):
            return []
        before = Moved.of(images["OldImage"]) if "OldImage" in images else None
        return list(counts.changes(before, Moved.of(images["NewImage"])))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        log.error("record %s of the stream is not counted: %s", record.get("eventID"), type(error).__name__)
        return []


def _update(table: str, key: str, numbers: Mapping[str, int]) -> dict[str, Any]:
    changed = [(name, number) for name, number in numbers.items() if number]
    update = "ADD " + ", ".join(f"#{place} :{place}" for place in range(len(changed)))
    values = {f":{place}": {"N": str(number)} for place, (_, number) in enumerate(changed)}
    if expires_at := count_rows.expires_at(key):
        update = f"SET expiresAt = :expiresAt {update}"
        values[":expiresAt"] = {"N": str(expires_at)}
    return {
        "Update": {
            "TableName": table,
            "Key": _key(key),
            "UpdateExpression": update,
            "ExpressionAttributeNames": {f"#{place}": name for place, (name, _) in enumerate(changed)},
            "ExpressionAttributeValues": values,
        }
    }


def _key(key: str) -> dict[str, Any]:
    """The attribute is named for the minutes that a version before counted."""
    return {"minute": {"S": key}}


def _token(records: Sequence[StreamRecord]) -> str:
    """36 hexadecimal digits, the same for the same batch. Within ten minutes DynamoDB makes writes with one token once.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
    """
    return hashlib.sha256(" ".join(record["eventID"] for record in records).encode()).hexdigest()[:36]
