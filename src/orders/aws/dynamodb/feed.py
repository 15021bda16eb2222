"""The event feed on DynamoDB: batches of events, whose numbers have no gaps (`orders.aws.dynamodb.event_batches`)."""

from collections.abc import Callable, Sequence, Set
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import TYPE_CHECKING

from orders.aws.dynamodb.batch_reader import BATCHES_A_QUERY, BatchReader
from orders.aws.dynamodb.event_batches import PLACES, READABLE_FOR, Batch
from orders.order.clock import utc_now
from orders.order.errors import CursorExpired, UnknownEvent
from orders.order.event import Event, EventType, parts_of_id

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

CLOCKS_DIFFER_BY = timedelta(minutes=1)
"""An event may be appended so long before its time, as the clocks of different machines say it."""


class DynamoFeed:
    """`orders.ports.events.Feed` in the table of this name."""

    def __init__(self, name: str, client: "DynamoDBClient", clock: Callable[[], datetime] = utc_now) -> None:
        self._reader = BatchReader(client, name)
        self._clock = clock

    def read(self, after: str | None, limit: int, types: Set[EventType] = frozenset()) -> Sequence[Event]:  # noqa: ARG002
        """As the port says, all with their data. Events of a newer version's types are left out."""
        batches_a_query = min(limit + 1, BATCHES_A_QUERY)
        if after is None:
            batches = self._reader.forward(self._first_number(), batches_a_query)
            return list(islice(chain.from_iterable(map(Batch.events_from, batches)), limit))
        number, index, tag = _place(after) or _never()
        batches = self._reader.forward(number, batches_a_query)
        known = next(batches, None)
        if known is None or not known.has(index, tag) or not known.is_readable(self._clock()):
            raise CursorExpired
        others = chain.from_iterable(map(Batch.events_from, batches))
        return list(islice(chain(known.events_from(index + 1), others), limit))

    def find(self, event_id: str) -> Event:
        place = _place(event_id)
        batch = self._reader.one(place[0]) if place else None
        if not place or not batch or not batch.has(*place[1:]):
            raise UnknownEvent
        event = batch.event(place[1])
        if event is None:
            raise UnknownEvent
        return event

    def end(self) -> str | None:
        return self._last_id(self._reader.newest())

    def before(self, at: datetime) -> str | None:
        """As the port says: an event was appended after it happened, but clocks differ."""
        return self._last_id(self._last_before(at - CLOCKS_DIFFER_BY))

    def _last_id(self, batch: Batch | None) -> str | None:
        """The id of the last event up to this batch; None if it can't be read any more."""
        if batch and not len(batch):  # it has none after a restore
            batch = next(filter(len, self._reader.keys_backward(batch.number)), None)
        return batch.last_id if batch and batch.is_readable(self._clock()) else None

    def _first_number(self) -> int:
        """The number of the first batch that can still be read, or of one that is still to come."""
        now, first, behind = self._clock(), self._reader.oldest(), 0
        if first and not first.is_readable(now):
            behind = (self._last_before(now - READABLE_FOR) or first).next_number
            first = self._reader.first_from(behind)  # DynamoDB has deleted some of those that expired, in any order
        while first and (earlier := self._reader.keys_of(first.number - 1)) and earlier.is_readable(now):
            first = earlier  # a query may miss one that just came
        return first.number if first else behind

    def _last_before(self, at: datetime) -> Batch | None:
        """The last batch that was appended before this time, found by halving: the times never go back."""
        oldest, newest = self._reader.oldest(), self._reader.newest()
        if oldest is None or newest is None or oldest.appended_at >= at:
            return None
        if newest.appended_at < at:
            return newest
        last, high = oldest, newest.number
        low = oldest.number
        while high - low > 1:
            middle = (low + high) // 2
            batch = self._reader.first_from(middle)  # some have expired, and some numbers were never given
            if batch and batch.number < high and batch.appended_at < at:
                low, last = batch.number, batch
            else:
                high = middle
        return last


def _place(event_id: str) -> tuple[int, int, str] | None:
    """The batch's number, the place in it, and the tag."""
    parts = parts_of_id(event_id)
    return (parts[0] // PLACES, parts[0] % PLACES, parts[1]) if parts else None


def _never() -> tuple[int, int, str]:
    raise CursorExpired
