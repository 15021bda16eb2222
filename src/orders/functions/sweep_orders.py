"""Every minute: requeue orders that have waited too long, and ring for the webhooks."""

import logging
from collections.abc import Mapping

from orders.edition import connect, connect_events, rings_bells
from orders.functions import batch
from orders.order.errors import Misconfigured, Unavailable
from orders.ports.events import EventPorts
from orders.use_cases import sweep
from orders.use_cases.webhooks import ring

log = logging.getLogger(__name__)
outside = connect()
events = connect_events() if rings_bells() else None


def handler(_event: Mapping[str, object], context: batch.Deadline) -> dict[str, int]:
    """The bells come first, as they take one moment. If they fail, the orders are swept all the same."""
    if events:
        ring_for_webhooks(events)

    def in_time() -> bool:
        return context.get_remaining_time_in_millis() > batch.SPARE_SECONDS * 1000

    requeued = sweep.requeue_waiting(outside, in_time)
    if requeued:
        log.info("requeued %d pending orders", requeued)
    return {"requeued": requeued}


def ring_for_webhooks(ports: EventPorts) -> None:
    """Ring for all endpoints: they may have something to do whose bell was lost, or a retry that is due."""
    try:
        ring.ring_all(ports)
    except Unavailable as error:
        level = logging.ERROR if isinstance(error, Misconfigured) else logging.WARNING
        log.log(level, "no messages for webhooks: %s", error)
