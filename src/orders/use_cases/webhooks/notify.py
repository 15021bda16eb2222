"""Send messages for the endpoints. The sweep does it each minute, so a lost message only costs time."""

from collections.abc import Sequence

from orders.order.webhook import BUS
from orders.ports.events import EventPorts


def enabled(ports: EventPorts) -> Sequence[str]:
    """The ids of the endpoints that get events."""
    return [each.id for each in ports.webhooks.endpoints() if each.is_enabled]


def notify_all(ports: EventPorts) -> int:
    """Send a message for every enabled endpoint, and for the event bus if there is one. Returns the number of messages.

    A turn with nothing to do costs no more than to find out which endpoints have something to do.

    Raises:
        Unavailable: the table or the queue did not answer.
    """
    ids = [*enabled(ports), *([BUS] if ports.bus else [])]
    if ids:
        ports.doorbell.notify(ids)
    return len(ids)
