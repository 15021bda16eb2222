"""Every minute: requeue orders that have waited too long."""

import logging
from collections.abc import Mapping

from orders.edition import connect
from orders.functions import batch
from orders.use_cases import sweep

log = logging.getLogger(__name__)
outside = connect()


def handler(_event: Mapping[str, object], context: batch.Deadline) -> dict[str, int]:
    def in_time() -> bool:
        return context.get_remaining_time_in_millis() > batch.SPARE_SECONDS * 1000

    requeued = sweep.requeue_waiting(outside, in_time)
    if requeued:
        log.info("requeued %d pending orders", requeued)
    return {"requeued": requeued}
