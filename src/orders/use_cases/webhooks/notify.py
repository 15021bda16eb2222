"""Have every endpoint that has something to do take a turn: this makes every lost message harmless."""

from collections.abc import Sequence

from orders.order.webhook import BUS
from orders.ports.events import EventPorts


def enabled(ports: EventPorts) -> Sequence[str]:
    """The ids of the endpoints that get events."""
    return [each.id for each in ports.webhooks.endpoints() if each.is_enabled]


def notify_all(ports: EventPorts) -> int:
    """Send a message for every enabled endpoint, and for the event bus if there is one. Returns how many they are.

    A turn with nothing to do is cheap, and to find out who has something to do costs as much.
    """
    ids = [*enabled(ports), *([BUS] if ports.bus else [])]
    if ids:
        ports.doorbell.notify(ids)
    return len(ids)
