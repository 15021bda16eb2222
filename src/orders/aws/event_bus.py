"""The event bus on EventBridge.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
"""

import logging
from collections.abc import Iterator, Sequence

from orders.aws import clients
from orders.aws import errors as faults
from orders.order.errors import Unavailable
from orders.order.event import Event, written

log = logging.getLogger(__name__)

SOURCE = "orders"
MOST_ENTRIES = 10
MOST_BYTES = 200_000
"""Of the events of one call. With what else AWS counts, a call stays below its limit of 256 KB."""


class EventBridgeBus:
    """`orders.ports.events.Bus` on the bus with this name."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._client = clients.events()

    def publish(self, events: Sequence[Event]) -> None:
        """As the port says, in calls of up to `MOST_ENTRIES` events."""
        for part in _parts(events):
            with faults.errors_translated("event bus"):
                answer = self._client.put_events(Entries=[self._entry(event, detail) for event, detail in part])
            if answer["FailedEntryCount"]:
                codes = {entry["ErrorCode"] for entry in answer["Entries"] if "ErrorCode" in entry}
                raise Unavailable(f"event bus: {answer['FailedEntryCount']} events not taken, {min(codes, default='')}")

    def _entry(self, event: Event, detail: str) -> dict[str, object]:
        return {
            "EventBusName": self._name,
            "Source": SOURCE,
            "DetailType": event.type.value,
            "Detail": detail,
            "Time": event.happening.at,
        }


def _parts(events: Sequence[Event]) -> Iterator[list[tuple[Event, str]]]:
    part, size = list[tuple[Event, str]](), 0
    for event in events:
        detail = written(event.to_document())
        if part and (len(part) == MOST_ENTRIES or size + len(detail) > MOST_BYTES):
            yield part
            part, size = [], 0
        part.append((event, detail.decode()))
        size += len(detail)
    if part:
        yield part
