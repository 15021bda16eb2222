"""Deliver events to one webhook endpoint: one worker at a time takes a turn.

The events that wait for an endpoint are not a list of messages. They are the part of the feed after its cursor, so a
million events for a dead endpoint take no extra room. An event has a stored delivery once it was sent.

A turn repeats one step until nothing is left: choose what to send, send it, store the outcome with the cursor.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile

from orders.order import signature
from orders.order.errors import CursorExpired, Unavailable, UnknownEndpoint, UnknownEvent
from orders.order.event import Event, written
from orders.order.webhook import (
    EARLIEST,
    PROBE_EVERY,
    Answer,
    Endpoint,
    Progress,
    Replay,
    WebhookDelivery,
    WebhookDeliveryStatus,
)
from orders.ports.events import EventPorts, WebRequest

log = logging.getLogger(__name__)

AT_ONCE = 64
"""The most events that are sent to one endpoint at the same time."""
MOST_RETRIES = 48
"""The most retries among them: the rest is for new events, however many retries are due."""
READ_AT_ONCE = 500
"""The most events of the feed that one step looks at."""
_SOON = timedelta(minutes=1)
"""A retry that is due earlier gets a message of its own. For later ones, the sweep's message comes in time."""
_LOOKS_BACK = timedelta(minutes=5)
"""If the cursor has expired, delivery continues this long before the last event that was read."""
_FAR = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class _Work:
    """The deliveries of one step, with their bodies, and the progress to store after it."""

    tries: Sequence[tuple[WebhookDelivery, bytes]]
    progress: Progress

    def is_some(self, before: Progress) -> bool:
        """Whether there is anything to send or to skip."""
        return bool(self.tries) or self.progress != before


def take_turn(endpoint_id: str, ports: EventPorts, in_time: Callable[[], bool]) -> None:
    """Send this endpoint what is due now, step by step, while `in_time` is true before a step.

    It does nothing if the endpoint is disabled or removed, or if another worker has its lease.

    Raises:
        Unavailable: a table did not answer. Some events may be sent again.
        NewerVersion: a newer version wrote the endpoint.
    """
    try:
        endpoint = ports.webhooks.endpoint(endpoint_id)
        before = ports.webhooks.progress(endpoint_id)
    except UnknownEndpoint:
        return
    now = ports.clock()
    if not endpoint.is_enabled or before.is_leased(now) or not _is_work(endpoint, before, ports):
        return
    progress = before.claimed(ports.random_bytes(8).hex(), now)
    if ports.webhooks.advance(before, progress) != progress:
        return
    try:
        left = _deliver_all(endpoint, progress, ports, in_time)
    except UnknownEndpoint:  # removed meanwhile
        return
    except Unavailable:
        _give_back(progress, ports)
        raise
    if left:
        _release(left, ports)


def _give_back(claimed: Progress, ports: EventPorts) -> None:
    """End the lease early, if the table answers again: otherwise nothing is sent until it ends by itself."""
    with suppress(Unavailable, UnknownEndpoint):
        progress = ports.webhooks.progress(claimed.endpoint_id)
        if progress.lease == claimed.lease:
            ports.webhooks.advance(progress, progress.released())


def _deliver_all(
    endpoint: Endpoint, progress: Progress, ports: EventPorts, in_time: Callable[[], bool]
) -> Progress | None:
    """The progress when nothing is left or the time is up; None if another worker has the lease."""
    while in_time():
        noted = _noted(endpoint, progress, ports)
        if noted is None:
            return None
        progress = noted
        work = _next_work(endpoint, progress, ports)
        if not work.is_some(progress):
            return progress
        answers = ports.sender.post_all([request(endpoint, each, body, ports) for each, body in work.tries])
        after, deliveries = _outcome(work, answers, ports)
        stored = _stored(progress, after.claimed(progress.lease or "", ports.clock()), deliveries, ports)
        if stored is None:
            return None
        progress = stored
        _report(endpoint, deliveries, progress)
        endpoint = _disabled_if_it_must(endpoint.id, deliveries, progress, ports)
        if not endpoint.is_enabled:
            return progress
    return progress


def _disabled_if_it_must(
    endpoint_id: str, deliveries: Sequence[WebhookDelivery], progress: Progress, ports: EventPorts
) -> Endpoint:
    """The endpoint as it is now. An operator may change it at the same time."""
    endpoint = ports.webhooks.endpoint(endpoint_id)
    reason = _reason_to_disable(deliveries, progress, ports.clock())
    while reason and endpoint.is_enabled:
        disabled = endpoint.disabled(reason)
        endpoint = ports.webhooks.change(endpoint, disabled)
        if endpoint == disabled:
            log.error("webhook endpoint %s is disabled: %s", endpoint.id, reason)
    return endpoint


def _stored(
    before: Progress, after: Progress, deliveries: Sequence[WebhookDelivery], ports: EventPorts
) -> Progress | None:
    """Store the outcome. Returns None if the lease was lost. What an operator has changed meanwhile is kept."""
    while (stored := ports.webhooks.advance(before, after, deliveries)) != after:
        if stored.lease != before.lease:
            return None
        before, after = stored, _merged(before, after, stored)
    return after


def _merged(before: Progress, after: Progress, stored: Progress) -> Progress:
    """`after`, with what an operator made of `before`: a new replay, another place in the feed, a closed circuit."""
    added = stored.replays[len(before.replays) :]
    again = tuple(each for each in stored.again if each not in before.again)
    merged = replace(after, replays=(*after.replays, *added), again=again, revision=stored.revision + 1)
    if stored.cursor != before.cursor:
        merged = replace(merged, cursor=stored.cursor, read_until=stored.read_until)
    if stored.recovered_at != before.recovered_at:
        merged = replace(merged, failures=0, failing_since=None, recovered_at=stored.recovered_at)
    return merged


def _report(endpoint: Endpoint, deliveries: Sequence[WebhookDelivery], progress: Progress) -> None:
    """A line for each step of a turn: CloudWatch makes metrics of its fields, as `template.yaml` says."""
    if not deliveries:
        return
    delivered = sum(each.status is WebhookDeliveryStatus.DELIVERED for each in deliveries)
    fields = {
        "delivered": delivered,
        "undelivered": len(deliveries) - delivered,
        "circuitsOpen": int(progress.is_open),
    }
    log.info("webhook endpoint %s: %d delivered, %d failed", endpoint.id, *list(fields.values())[:2], extra=fields)


def _release(progress: Progress, ports: EventPorts) -> None:
    """End the lease. If something is left, or came meanwhile, send a message for the next turn."""
    try:
        endpoint = ports.webhooks.endpoint(progress.endpoint_id)
        after = _stored(progress, progress.released(), (), ports)
        if after is None or not endpoint.is_enabled:
            return
        now = ports.clock()
        if _is_work(endpoint, after, ports):
            ports.doorbell.notify([endpoint.id])
        elif soon := ports.webhooks.pending(endpoint.id, now + _SOON, 1):
            due_at = soon[0].due_at or now
            ports.doorbell.notify([endpoint.id], max(due_at - now, timedelta(seconds=1)))
    except UnknownEndpoint:
        pass


def from_now(endpoint: Endpoint, event: Event, ports: EventPorts) -> WebhookDelivery:
    """A delivery that begins now, whatever became of an earlier one."""
    now = ports.clock()
    return WebhookDelivery(endpoint.id, event.id, event.type.value, created_at=now, due_at=now)


def _noted(endpoint: Endpoint, progress: Progress, ports: EventPorts) -> Progress | None:
    """Let the single events that were replayed be pending deliveries. None if another worker has the lease.

    They were stored as such already, but the outcome of an attempt that was under way may have replaced them.
    """
    if not progress.again:
        return progress
    deliveries = list[WebhookDelivery]()
    for event_id in progress.again:
        with suppress(UnknownEvent):
            deliveries.append(from_now(endpoint, ports.feed.find(event_id), ports))
    return _stored(progress, replace(progress, again=(), revision=progress.revision + 1), deliveries, ports)


def _is_work(endpoint: Endpoint, progress: Progress, ports: EventPorts) -> bool:
    return bool(progress.again) or _next_work(endpoint, progress, ports).is_some(progress)


def _next_work(endpoint: Endpoint, progress: Progress, ports: EventPorts) -> _Work:
    """What to send next: retries that are due, then events of replays, then new events.

    While the circuit is open, that is one delivery or none.
    """
    now = ports.clock()
    tries = _retries(progress, now, 1 if progress.is_open else MOST_RETRIES, ports)
    if not progress.is_open:
        room = AT_ONCE - len(tries)
    elif tries or (progress.tried_at and now < progress.tried_at + PROBE_EVERY):
        room = 0
    else:
        room = 1
    known = {delivery.event_id for delivery, _ in tries}
    if room and progress.replays:
        some, progress = _replayed(endpoint, progress, max(room // 2, 1), ports)
        some = [each for each in some if each[0].event_id not in known]
        tries, room = [*tries, *some], room - len(some)
        known |= {delivery.event_id for delivery, _ in some}
    if room:
        some, progress = _new(endpoint, progress, room, ports)
        tries = [*tries, *(each for each in some if each[0].event_id not in known)]
    return _Work(tries, progress)


def _retries(progress: Progress, now: datetime, limit: int, ports: EventPorts) -> list[tuple[WebhookDelivery, bytes]]:
    """Pending deliveries that are due. After the endpoint has recovered, those that failed before are due at once."""
    due = list(ports.webhooks.pending(progress.endpoint_id, now, limit))
    recovered_at = progress.recovered_at
    if len(due) < limit and recovered_at and not progress.is_open:
        known = {each.event_id for each in due}
        more = ports.webhooks.pending(progress.endpoint_id, now + _FAR, limit)
        due += [
            each
            for each in more
            if each.event_id not in known and each.tried_at is not None and each.tried_at < recovered_at
        ]
    found = [(each, _body(each, ports)) for each in due[:limit]]
    return [(each, body) for each, body in found if body is not None]


def _body(delivery: WebhookDelivery, ports: EventPorts) -> bytes | None:
    """The body; None if the feed no longer has the event. The delivery is then stored as failed."""
    if delivery.test is not None:
        return delivery.test.encode()
    try:
        return written(ports.feed.find(delivery.event_id).to_document())
    except UnknownEvent:
        lost = replace(
            delivery,
            status=WebhookDeliveryStatus.FAILED,
            due_at=None,
            answer=Answer(None, error="the feed no longer has this event"),
        )
        ports.webhooks.put([lost])
        return None


def _replayed(
    endpoint: Endpoint, progress: Progress, room: int, ports: EventPorts
) -> tuple[list[tuple[WebhookDelivery, bytes]], Progress]:
    """The next events of the first replay, and the progress after them."""
    replay = progress.replays[0]
    others = progress.replays[1:]
    try:
        events = ports.feed.read(replay.cursor, READ_AT_ONCE, frozenset(endpoint.types))
    except CursorExpired:
        return [], replace(progress, replays=(*others, *_started_again(replay, ports)))
    wanted = list(takewhile(replay.reaches, events))
    some, cursor = _first(wanted, room, lambda event: replay.has(event.happening.at) and endpoint.takes(event.type))
    is_over = len(wanted) < READ_AT_ONCE and (not wanted or cursor == wanted[-1].id)
    left = () if is_over else (replace(replay, cursor=cursor or replay.cursor),)
    tries = [_try(endpoint, event, ports) for event in some]
    return tries, replace(progress, replays=(*others, *left))


def _started_again(replay: Replay, ports: EventPorts) -> tuple[Replay, ...]:
    """The replay of what the feed still has. Some of it may have been delivered already."""
    cursor = ports.feed.before(max(replay.since, EARLIEST))
    return () if cursor == replay.cursor else (replace(replay, cursor=cursor),)


def _new(
    endpoint: Endpoint, progress: Progress, room: int, ports: EventPorts
) -> tuple[list[tuple[WebhookDelivery, bytes]], Progress]:
    """The next events after the cursor, and the progress after them.

    For an endpoint that gets every type, no more events are read than there is room for.
    """
    try:
        events = ports.feed.read(progress.cursor, READ_AT_ONCE if endpoint.types else room, frozenset(endpoint.types))
    except CursorExpired:
        cursor = ports.feed.before(progress.read_until - _LOOKS_BACK)
        cursor = None if cursor == progress.cursor else cursor
        log.error("the cursor of webhook endpoint %s is not in the feed: it gets some events again", endpoint.id)
        return [], progress.read(cursor, progress.read_until)
    some, cursor = _first(events, room, lambda event: endpoint.takes(event.type))
    if cursor is None:
        return [], progress
    read = next(event for event in events if event.id == cursor)
    return [_try(endpoint, event, ports) for event in some], progress.read(cursor, read.happening.at)


def _first(events: Sequence[Event], room: int, is_wanted: Callable[[Event], bool]) -> tuple[list[Event], str | None]:
    """As many wanted events as there is room for, and the id of the last event that was looked at."""
    some: list[Event] = []
    cursor = None
    for event in events:
        if is_wanted(event):
            if len(some) == room:
                break
            some.append(event)
        cursor = event.id
    return some, cursor


def _try(endpoint: Endpoint, event: Event, ports: EventPorts) -> tuple[WebhookDelivery, bytes]:
    delivery = WebhookDelivery(endpoint.id, event.id, event.type.value, created_at=ports.clock())
    return delivery, written(event.to_document())


def request(endpoint: Endpoint, delivery: WebhookDelivery, body: bytes, ports: EventPorts) -> WebRequest:
    """The signed request of an attempt now: `endpoint.signs_with` gives its secrets."""
    now = ports.clock()
    signed = signature.headers(delivery.event_id, now, body, endpoint.signs_with(now))
    return WebRequest(endpoint.url, {"content-type": "application/json", **signed}, body)


def _outcome(work: _Work, answers: Sequence[Answer], ports: EventPorts) -> tuple[Progress, list[WebhookDelivery]]:
    """The progress and the deliveries after these attempts."""
    progress, deliveries = work.progress, []
    for (delivery, _), answer in zip(work.tries, answers, strict=True):
        now = ports.clock()
        deliveries.append(delivery.tried(answer, now, ports.random_bytes(1)[0] / 255))
        progress = progress.tried(now, was_taken=answer.was_taken)
    return progress, deliveries


def _reason_to_disable(deliveries: Sequence[WebhookDelivery], progress: Progress, now: datetime) -> str | None:
    if any(each.answer and each.answer.is_gone for each in deliveries):
        return "it answered 410 Gone"
    return "it accepted no event for five days" if progress.failed_too_long(now) else None
