"""Every minute: requeue orders that have waited too long, and have webhooks delivered."""

import logging
from collections.abc import Mapping

from orders.edition import connect, connect_events, has_webhook_queue
from orders.functions import batch
from orders.order.errors import Misconfigured, Unavailable
from orders.ports.events import EventPorts
from orders.use_cases import sweep
from orders.use_cases.webhooks import notify

log = logging.getLogger(__name__)
outside = connect()
events = connect_events() if has_webhook_queue() else None


def handler(_event: Mapping[str, object], context: batch.Deadline) -> dict[str, int]:
    """The webhooks come first, as they take little time. If that fails, the orders are swept all the same."""
    if events:
        notify_webhooks(events)

    def in_time() -> bool:
        return context.get_remaining_time_in_millis() > batch.SPARE_SECONDS * 1000

    requeued = sweep.requeue_waiting(outside, in_time)
    if requeued:
        log.info("requeued %d pending orders", requeued)
    return {"requeued": requeued}


def notify_webhooks(ports: EventPorts) -> None:
    """Notify all endpoints: a message may have been lost, or a retry may be due."""
    try:
        notify.notify_all(ports)
    except Unavailable as error:
        level = logging.ERROR if isinstance(error, Misconfigured) else logging.WARNING
        log.log(level, "no message sent for webhooks: %s", error)
