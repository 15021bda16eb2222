"""The AWS ports of events and webhooks over a world: the stream, the table of events, and the queue of webhooks."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from tests.simulation import services
from tests.simulation.current import current
from tests.simulation.event_ports import SimulatedSender
from tests.simulation.event_table import EventClient
from tests.simulation.installed import put
from tests.simulation.table_stream import TableStream

from orders import edition
from orders.aws import doorbell
from orders.aws.dynamodb import batch_get, batch_write, feed, recording, webhooks
from orders.functions import stream
from orders.order.order import Order
from orders.ports.events import EventPorts

EVENTS = "events"


def events() -> EventPorts:
    """The AWS ports, with these services in the place of their clients."""
    client: Any = EventClient()
    for module in (batch_get, batch_write, recording, stream):
        put(module, "time", SimpleNamespace(monotonic=services.seconds, sleep=services.sleep))
    put(edition, "connect_recorder", lambda: recording.Recorder(EVENTS, client, clock).record)
    return EventPorts(
        feed.DynamoFeed(EVENTS, client, clock),
        webhooks.DynamoWebhooks(EVENTS, client),
        SimulatedSender(),
        doorbell.SqsDoorbell(services.WEBHOOK_QUEUE),
        clock,
        lambda count: current.world.random_bytes(count),
    )


def clock() -> datetime:
    return current.world.clock()


def committed(_before: Order | None, after: Order) -> None:
    """The stream tells of the write."""
    _stream().write(after.order_id, services.image_of(after))


def at_rest() -> bool:
    return _stream().at_rest()


def _stream() -> TableStream:
    told = current.world.events
    assert told is not None
    kept: TableStream = told.kept.setdefault("stream", TableStream())
    return kept
