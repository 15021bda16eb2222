"""Appends to the event feed what the stream of the orders' table tells, each event once.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.Lambda.html
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from orders.aws import errors as faults
from orders.aws import pauses
from orders.aws.dynamodb.batch_reader import BatchReader
from orders.aws.dynamodb.event_batches import BEGIN, READABLE_FOR, Batch, item_of, number_at, part
from orders.aws.dynamodb.item import Item, is_canary, is_of_the_register
from orders.aws.dynamodb.recent import Recent
from orders.order.clock import from_iso, to_iso, utc_now
from orders.order.errors import Unavailable
from orders.order.event import Event, data_of, happened

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

log = logging.getLogger(__name__)

StreamRecord = Mapping[str, Any]
PATIENCE = 8.0
"""No new attempt to append begins so many seconds after the first."""
MARGIN = timedelta(minutes=1)
"""By so much, this function's clock may be behind that of the stream."""
_FORGOTTEN_AFTER = timedelta(hours=25)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.01, 0.08
"""Short: whoever waits for long is overtaken by those who have just come."""
_READ = frozenset({"orderId", "revision", "status", "receivedAt", "completedAt", "history", "mail", "body", "total",
                   "receipt"})  # fmt: skip
"""The attributes that events are made of. A newer version keeps them, and may have others."""


class Recorder:
    """Appends to the feed in the table of this name. It is for one thread."""

    def __init__(self, name: str, client: "DynamoDBClient", clock: Callable[[], datetime] = utc_now) -> None:
        self._name = name
        self._client = client
        self._reader = BatchReader(client, name)
        self._recent = Recent(self._reader)
        self._clock = clock

    def record(self, records: Sequence[StreamRecord]) -> int:
        """Append the events of a batch of the stream, as far as the feed does not have them. Returns how many they are.

        An event is in the feed once, however often and in whatever parts its record is delivered: before each append,
        this has looked at every batch that was appended since the oldest of the records was made. The condition of the
        append is that no other batch came meanwhile. A record that can't be read is left out, and an error in the log
        names it.

        Raises:
            Unavailable: nobody knows which were appended. Call again with the same records.
        """
        events = [event for record in records for event in _events_of(record)]
        if not events:
            return 0
        since = min(map(self._created_at, records)) - MARGIN
        until = time.monotonic() + PATIENCE
        for pause in pauses.growing(_FIRST_PAUSE, _LONGEST_PAUSE):
            while (unknown := self._unknown(events, since)) and self._append(unknown):
                pass
            if not unknown:
                return len(events)
            if time.monotonic() + pause > until:
                break
            time.sleep(pause)
        raise Unavailable("events: others append at the same time")

    def _created_at(self, record: StreamRecord) -> datetime:
        """When the stream got this record: Lambda says it in seconds since 1970. A stream forgets after a day."""
        created = record.get("dynamodb", {}).get("ApproximateCreationDateTime")
        if isinstance(created, datetime):
            return created
        return datetime.fromtimestamp(float(created), UTC) if created else self._clock() - _FORGOTTEN_AFTER

    def _unknown(self, events: Sequence[Event], since: datetime) -> Sequence[Event]:
        self._recent.look(since, self._clock())
        by_key = {event.happening.key: event for event in events}
        return [event for key, event in by_key.items() if key not in self._recent]

    def _append(self, events: Sequence[Event]) -> bool:
        """Append as many of the first events as a batch takes. False if another batch came first."""
        some, text = part(events)
        newest, now = self._recent.newest, self._clock()
        number = newest.next_number if newest else self._first_number(now)
        if number is None:
            return False
        appended_at = max(now, newest.appended_at) if newest else now
        batch = Batch(number, appended_at, b"".join(each.happening.key for each in some), text)
        if not self._put(item_of(batch), "attribute_not_exists(pk)"):
            return False
        self._recent.add(Batch(number, appended_at, batch.keys))
        return True

    def _first_number(self, now: datetime) -> int | None:
        """The number with which an empty feed begins: the same for all who append to it, and higher than any before.

        None if somebody else has begun it meanwhile. A feed whose last event has expired begins anew, and its ids still
        grow.

        The feed was empty before this looks where it begins. Whoever has appended to it since then has begun it at the
        number that this finds, and then that number is taken.
        """
        with faults.errors_translated("events"):
            begin = self._client.get_item(TableName=self._name, Key=dict(BEGIN), ConsistentRead=True).get("Item")
        if begin and now - from_iso(begin["at"]["S"]) < READABLE_FOR:
            return int(begin["number"]["N"])
        number = number_at(now)
        item = {**BEGIN, "number": {"N": str(number)}, "at": {"S": to_iso(now)}}
        if begin:
            held = self._put(item, "#number = :before", begin["number"])
        else:
            held = self._put(item, "attribute_not_exists(pk)")
        return number if held else None

    def _put(self, item: Item, condition: str, before: Any = None) -> bool:
        """Whether the condition held. A resent call may be refused because its own first sending took effect."""
        more: Any = {}
        if before:
            more = {"ExpressionAttributeNames": {"#number": "number"}, "ExpressionAttributeValues": {":before": before}}
        with faults.errors_translated("events"):
            try:
                self._client.put_item(TableName=self._name, Item=item, ConditionExpression=condition, **more)
            except ClientError as error:
                return faults.held(error)
        return True


def _events_of(record: StreamRecord) -> list[Event]:
    """No events if the record can't be read. An error would stop the stream at this record."""
    found = list[Event]()
    try:
        for event in _told_by(record["dynamodb"]):
            found.append(event)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        log.error(
            "record %s of the stream can't be read, so its event is missing: %s",
            record.get("eventID"),
            type(error).__name__,
        )
    return found


def _told_by(images: Mapping[str, Any]) -> Iterator[Event]:
    """The events of one record, without their places. Orders of the canary have none, and neither have numbers."""
    image = images.get("NewImage")
    if not image or is_canary(image) or is_of_the_register(image) or _was_put_back(images):
        return
    before = _stored_form(images["OldImage"]) if "OldImage" in images else None
    after = _stored_form(image)
    for happening in happened(before, after):
        yield Event(0, happening, data_of(happening, after))


def _was_put_back(images: Mapping[str, Any]) -> bool:
    """Whether the row was lost, and was written again as it had become. Nothing happened to it; the filter agrees."""
    return "OldImage" not in images and images["NewImage"]["revision"]["N"] != "1"


def _stored_form(image: Item) -> dict[str, Any]:
    """The fields of a row that events are made of, as far as they are texts or numbers, as this version has them."""
    found = dict[str, Any]()
    for name in _READ & image.keys():
        if "S" in image[name]:
            found[name] = image[name]["S"]
        elif "N" in image[name]:
            found[name] = int(image[name]["N"])
    return found
