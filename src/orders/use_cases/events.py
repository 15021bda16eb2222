"""Read the event feed from a cursor."""

from collections.abc import Set
from dataclasses import dataclass

from orders.order.event import Event, EventType
from orders.ports.events import Feed

LOOKED_AT = 5_000
"""The most events that are looked at for one answer, if few are of the wanted types. A last read may exceed it."""
A_PART = 500
"""Events that are read at once, if only some types are wanted."""


@dataclass(frozen=True, slots=True)
class Part:
    """Events, and the cursor after them. `has_more`: there may be more after it now, so read again at once.

    The cursor is None while the feed is empty.
    """

    events: tuple[Event, ...]
    cursor: str | None
    has_more: bool


def read(feed: Feed, after: str | None, types: Set[EventType], limit: int) -> Part:
    """The next events after a cursor, at most `limit`. `types` selects these types; if it is empty, all.

    `after` is the id of an event, or None for the start of the feed.

    Raises:
        CursorExpired: the feed does not have the event that `after` names.
        Unavailable: the feed did not answer.
    """
    found: list[Event] = []
    cursor, looked_at = after, 0
    while looked_at < LOOKED_AT:
        size = A_PART if types else limit + 1
        part = feed.read(cursor, size, types)
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
