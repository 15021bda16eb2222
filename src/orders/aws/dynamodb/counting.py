"""The counts of orders, in a table of their own, added up from the stream of the orders' table.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.Lambda.html
"""

import hashlib
import logging
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from botocore.exceptions import ClientError

from orders.aws import errors as faults
from orders.aws.dynamodb import batch_get
from orders.aws.dynamodb.item import is_canary
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
STATES = "states"
"""The key of the counts by state. Other counts have their minute here, and DynamoDB takes no empty key."""
_PAUSES = (0.03, 0.1, 0.3)
"""Seconds before the next try of a transaction that met another one on the same items."""


@dataclass(frozen=True, slots=True)
class Moved:
    """`orders.order.counts.Counted`, of an image in the stream: three attributes that a newer version keeps.

    A record that is not counted is missing for ever, and a rollback may leave many orders that can't be read.
    """

    status: str
    received_at: datetime
    completed_at: datetime | None

    @classmethod
    def of(cls, image: Image) -> Self:
        completed_at = image.get("completedAt")
        return cls(
            image["status"]["S"],
            from_iso(image["receivedAt"]["S"]),
            from_iso(completed_at["S"]) if completed_at else None,
        )


class CountTable:
    """The counts in the table of this name."""

    def __init__(self, name: str, client: "DynamoDBClient") -> None:
        self._name = name
        self._client = client

    def add(self, records: Sequence[StreamRecord]) -> None:
        """Count the moves in a batch of the stream, at most 90, all of them or none.

        A batch that is delivered again within ten minutes counts once. It counts twice if the answer was lost and it
        comes again later, or is divided in another way. A record that can't be read is not counted, and an error in the
        log names it.
        """
        moves = [change for record in records for change in _changes_of(record)]
        changed = _changes(moves)
        if changed:
            self._add([_update(self._name, key, numbers) for key, numbers in changed.items()], _token(records))
        if moves:
            _report(moves)

    def read(self, now: datetime) -> Iterator[Count]:
        """The counts by state, and those of the last hour's minutes, as `orders.order.counts` names them."""
        for item in batch_get.items(
            self._client, self._name, [_key(minute) for minute in (counts.ALWAYS, *counts.minutes(now))], "counts"
        ):
            minute = item["minute"]["S"]
            for name in item.keys() - {"minute", "expiresAt"}:
                yield Count(counts.ALWAYS if minute == STATES else minute, name, int(item[name]["N"]))

    def _add(self, updates: Sequence[Any], token: str) -> None:
        for pause in (0, *_PAUSES):
            time.sleep(pause)
            with faults.errors_translated("counts"):
                try:
                    self._client.transact_write_items(TransactItems=updates, ClientRequestToken=token)
                except ClientError as error:
                    if faults.code(error) != "TransactionCanceledException":
                        raise
                else:
                    return
        raise Unavailable("counts: not taken, other functions count at the same time")


def _changes(moves: Sequence[Count]) -> dict[str, Counter[str]]:
    """By minute (or `ALWAYS`), the counts that these moves change, and by how much."""
    changed = defaultdict[str, Counter[str]](Counter)
    for minute, name, number in moves:
        changed[minute][name] += number
    return {minute: numbers for minute, numbers in changed.items() if any(numbers.values())}


def _report(moves: Sequence[Count]) -> None:
    """One line for a batch: CloudWatch makes metrics of its fields, as `template.yaml` says.

    An order that is retried and fails again within a batch has failed, though the counts by state stay the same.
    """
    entered = Counter(name for _, name, number in moves if number > 0)
    fields = {
        "accepted": entered[counts.ACCEPTED],
        "completed": entered[Status.COMPLETED],
        "failed": entered[Status.FAILED],
        "cancelled": entered[Status.CANCELLED],
    }
    log.info("counted orders: %s", ", ".join(f"{number} {name}" for name, number in fields.items()), extra=fields)


def _changes_of(record: StreamRecord) -> list[Count]:
    """No changes if the record can't be read. An error would stop the stream at this record.

    An order of the canary is not counted. It is the only one that is ever removed, by the table itself.
    """
    try:
        images = record["dynamodb"]
        if is_canary(images.get("NewImage") or images["OldImage"]):
            return []
        before = Moved.of(images["OldImage"]) if "OldImage" in images else None
        return list(counts.changes(before, Moved.of(images["NewImage"])))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        log.error("record %s of the stream is not counted: %s", record.get("eventID"), type(error).__name__)
        return []


def _update(table: str, minute: str, numbers: Mapping[str, int]) -> dict[str, Any]:
    """The counts by state stay. The counts of a minute expire some time after it."""
    changed = [(name, number) for name, number in numbers.items() if number]
    update = "ADD " + ", ".join(f"#{place} :{place}" for place in range(len(changed)))
    values = {f":{place}": {"N": str(number)} for place, (_, number) in enumerate(changed)}
    if minute != counts.ALWAYS:
        update = f"SET expiresAt = :expiresAt {update}"
        values[":expiresAt"] = {"N": str(int((datetime.fromisoformat(f"{minute}Z") + counts.KEPT).timestamp()))}
    return {
        "Update": {
            "TableName": table,
            "Key": _key(minute),
            "UpdateExpression": update,
            "ExpressionAttributeNames": {f"#{place}": name for place, (name, _) in enumerate(changed)},
            "ExpressionAttributeValues": values,
        }
    }


def _key(minute: str) -> dict[str, Any]:
    return {"minute": {"S": minute if minute != counts.ALWAYS else STATES}}


def _token(records: Sequence[StreamRecord]) -> str:
    """The same for the same batch: within ten minutes, DynamoDB makes the writes with one token once.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
    """
    return hashlib.sha256(" ".join(record["eventID"] for record in records).encode()).hexdigest()[:36]
