"""The feed's items in the table of events: each is a batch of events that were appended together.

    pk            sk              attributes
    feed          000000001042    appendedAt, keys, events, expiresAt, and perhaps goesOnAt
    begin         feed            number, at: where the numbers of an empty feed begin

Batch n+1 is only ever written by somebody who has seen batch n, with the condition that there is no batch n+1. So the
numbers have no gaps, and batch n was there before anybody could read batch n+1. After a restore one batch has no events
and a `goesOnAt`: the next one has that number, as those in between may have been given in the time that was lost
(`orders.aws.dynamodb.restored_feed`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from orders.aws.dynamodb.item import Item
from orders.order.clock import from_iso, to_iso
from orders.order.event import KEPT_FOR, KEY_BYTES, Event, event_id, tag_of

FEED = "feed"
PLACES = 1_000
"""The positions of a batch: its number times this, and those behind it."""
MOST_EVENTS = 500
MOST_BYTES = 300_000
"""Of the events' text. With the keys of its events, the item stays below the 400 KB that DynamoDB takes."""
READABLE_FOR = KEPT_FOR + timedelta(days=4)
EXPIRES_AFTER = READABLE_FOR + timedelta(days=1)
"""DynamoDB deletes expired items in any order. By then, nobody reads them any more."""
BEGIN: Mapping[str, Any] = {"pk": {"S": "begin"}, "sk": {"S": FEED}}
_DIGITS = 12


@dataclass(frozen=True)
class Batch:
    """A batch as it is stored. `events` is the JSON of a list of events' documents, without their ids.

    `keys` are those of the events' happenings, one after another. Nothing in here needs to know an event's type, so a
    cursor of a newer version stays valid after a rollback.
    """

    number: int
    appended_at: datetime
    keys: bytes
    events: str = "[]"
    goes_on_at: int | None = None

    def __len__(self) -> int:
        return len(self.keys) // KEY_BYTES

    def __bool__(self) -> bool:
        """A batch without events is one, too."""
        return True

    def key(self, index: int) -> bytes:
        return self.keys[index * KEY_BYTES : (index + 1) * KEY_BYTES]

    def all_keys(self) -> Iterator[bytes]:
        return map(self.key, range(len(self)))

    def has(self, index: int, tag: str) -> bool:
        """Whether the event at this place is the one with this tag."""
        return index < len(self) and tag_of(self.key(index)) == tag

    def id_at(self, index: int) -> str:
        return event_id(self.number * PLACES + index, tag_of(self.key(index)))

    @property
    def next_number(self) -> int:
        """The number of the batch behind this one."""
        return self.goes_on_at or self.number + 1

    @property
    def last_id(self) -> str:
        return self.id_at(len(self) - 1)

    def is_readable(self, now: datetime) -> bool:
        return now - self.appended_at <= READABLE_FOR

    @cached_property
    def documents(self) -> Sequence[Mapping[str, Any]]:
        found: Sequence[Mapping[str, Any]] = json.loads(self.events)
        return found

    def event(self, index: int) -> Event | None:
        """The event there; None if this version does not know such events."""
        try:
            return Event.of_document(self.number * PLACES + index, self.documents[index])
        except (LookupError, TypeError, ValueError):
            return None

    def events_from(self, index: int = 0) -> Iterator[Event]:
        return (event for each in range(index, len(self)) if (event := self.event(each)))


def part(events: Sequence[Event]) -> tuple[Sequence[Event], str]:
    """As many of the first events as one batch takes, at least one, and their text."""
    texts, size = list[str](), 0
    for event in events[:MOST_EVENTS]:
        document = event.to_document()
        del document["id"]
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        size += len(text.encode()) + 1
        if texts and size > MOST_BYTES:
            break
        texts.append(text)
    return events[: len(texts)], f"[{','.join(texts)}]"


def item_of(batch: Batch) -> dict[str, Any]:
    elsewhere = {"goesOnAt": {"N": str(batch.goes_on_at)}} if batch.goes_on_at else {}
    return {
        **key_of(batch.number),
        **elsewhere,
        "appendedAt": {"S": to_iso(batch.appended_at)},
        "keys": {"B": batch.keys},
        "events": {"S": batch.events},
        "expiresAt": {"N": str(int((batch.appended_at + EXPIRES_AFTER).timestamp()))},
    }


def batch_of(item: Item) -> Batch:
    """The batch in an item, without the events if they were not read."""
    return Batch(
        int(item["sk"]["S"]),
        from_iso(item["appendedAt"]["S"]),
        bytes(item["keys"]["B"]),
        item["events"]["S"] if "events" in item else "[]",
        int(item["goesOnAt"]["N"]) if "goesOnAt" in item else None,
    )


def key_of(number: int) -> dict[str, Any]:
    return {"pk": {"S": FEED}, "sk": {"S": sort_key(number)}}


def number_at(now: datetime) -> int:
    """Hundredths of a second since 1970: a higher number than any before. Nobody appends so many batches for years."""
    return int(now.timestamp() * 100)


def sort_key(number: int) -> str:
    return f"{number:0{_DIGITS}d}"
