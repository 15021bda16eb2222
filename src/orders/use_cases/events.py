"""Read the event feed from a cursor."""

from collections.abc import Set
from dataclasses import dataclass

from orders.order.event import Event, EventType
from orders.ports.events import Feed

LOOKED_AT = 5_000
"""Events that are looked at for one answer, at most, if few are of the wanted types."""
A_PART = 500


@dataclass(frozen=True, slots=True)
class Part:
    """Events, and the cursor of what follows them. If `has_more` is false, there was nothing behind it.

    The cursor is None as long as the feed is empty.
    """

    events: tuple[Event, ...]
    cursor: str | None
    has_more: bool


def read(feed: Feed, after: str | None, types: Set[EventType], limit: int) -> Part:
    """The next events of these types behind a cursor, or of all types if there are none, at most `limit`.

    Raises:
        CursorExpired: the feed no longer has what follows this cursor.
    """
    found: list[Event] = []
    cursor, looked_at = after, 0
    while looked_at < LOOKED_AT:
        size = A_PART if types else limit + 1
        part = feed.read(cursor, size)
        for event in part:
            if types and event.type not in types:
                cursor = event.id
                continue
            if len(found) == limit:
                return Part(tuple(found), cursor, has_more=True)
            found.append(event)
            cursor = event.id
        looked_at += len(part)
        if len(part) < size:
            return Part(tuple(found), cursor, has_more=False)
    return Part(tuple(found), cursor, has_more=True)
