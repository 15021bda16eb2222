"""The world and the platform of the run that this process is at: what the long-lived functions call into."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.platform import Platform
    from tests.simulation.world import World

    from orders.order.order import Order


class Current:
    world: "World"
    platform: "Platform"
    committed: Callable[["Order | None", "Order"], None]
    """What lets the events of a write come into the feed, in a run in which somebody is told of them."""
    feed_is_at_rest: Callable[[], bool]
    """Whether all of them are in it."""


current = Current()
