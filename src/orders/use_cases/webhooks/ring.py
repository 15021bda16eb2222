"""Ring for the endpoints that have something to do: this makes every lost message harmless."""

from collections.abc import Sequence

from orders.ports.events import EventPorts


def enabled(ports: EventPorts) -> Sequence[str]:
    """The ids of the endpoints that get events."""
    return [each.id for each in ports.webhooks.endpoints() if each.is_enabled]


def ring_all(ports: EventPorts) -> int:
    """Ring for every enabled endpoint. Returns how many there are.

    A turn with nothing to do is cheap, and to find out who has something to do costs as much.
    """
    ids = enabled(ports)
    if ids:
        ports.bell.ring(ids)
    return len(ids)
