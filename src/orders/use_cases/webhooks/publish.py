"""Publish the events of the feed to the event bus of the platform: one worker at a time takes a turn."""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta

from orders.order.errors import CursorExpired, Unavailable, UnknownEndpoint
from orders.order.event import Event
from orders.order.webhook import BUS, Progress
from orders.ports.events import Bus, EventPorts

log = logging.getLogger(__name__)

AT_ONCE = 100
"""The most events that are published before the progress is stored."""
BEGINS_BACK = timedelta(hours=1)
"""A new bus first gets the events of this time."""
_LOOKS_BACK = timedelta(minutes=5)


def take_turn(ports: EventPorts, in_time: Callable[[], bool]) -> None:
    """Publish the events after the cursor of the bus, while `in_time` is true. Without a bus, or the lease, do nothing.

    Each event is published at least once, in the order of the feed.

    Raises:
        Unavailable: the table or the bus did not answer. Some events may be published again.
    """
    if ports.bus is None:
        return
    before, now = _progress(ports), ports.clock()
    if before.is_leased(now) or not _is_behind(before, ports):
        return
    progress = before.claimed(ports.random_bytes(8).hex(), now)
    if ports.webhooks.advance(before, progress) != progress:
        return
    try:
        left = _publish_all(progress, ports.bus, ports, in_time)
    except Unavailable:
        _give_back(progress, ports)
        raise
    if left and ports.webhooks.advance(left, left.released()).lease is None and _is_behind(left, ports):
        ports.doorbell.notify([BUS])


def _give_back(claimed: Progress, ports: EventPorts) -> None:
    """End the lease early, if the table answers again: otherwise nothing is published before it ends by itself."""
    with suppress(Unavailable):
        progress = ports.webhooks.progress(BUS)
        if progress.lease == claimed.lease:
            ports.webhooks.advance(progress, progress.released())


def _publish_all(progress: Progress, bus: Bus, ports: EventPorts, in_time: Callable[[], bool]) -> Progress | None:
    """The progress when nothing is left or the time is up; None if another worker has the lease."""
    while in_time():
        events, read = _next(progress, ports)
        if read == progress:
            return progress
        bus.publish(events)
        after = read.claimed(progress.lease or "", ports.clock())
        if ports.webhooks.advance(progress, after) != after:
            return None
        progress = after
        log.info("event bus: %d events published", len(events), extra={"published": len(events)})
    return progress


def _progress(ports: EventPorts) -> Progress:
    """The stored progress, or before the first turn the one with which it begins."""
    try:
        return ports.webhooks.progress(BUS)
    except UnknownEndpoint:
        since = ports.clock() - BEGINS_BACK
        return Progress(BUS, ports.feed.before(since), since, revision=0)


def _is_behind(progress: Progress, ports: EventPorts) -> bool:
    return _next(progress, ports)[1] != progress


def _next(progress: Progress, ports: EventPorts) -> tuple[Sequence[Event], Progress]:
    """The next events, and the progress after them."""
    try:
        events = ports.feed.read(progress.cursor, AT_ONCE)
    except CursorExpired:
        log.error("the cursor of the event bus is not in the feed: it gets some events again")
        cursor = ports.feed.before(progress.read_until - _LOOKS_BACK)
        return [], progress.read(None if cursor == progress.cursor else cursor, progress.read_until)
    if not events:
        return [], progress
    return events, progress.read(events[-1].id, events[-1].happening.at)
