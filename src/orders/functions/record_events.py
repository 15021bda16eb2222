"""From the table's stream: append the events of what moved to the feed, and ring for the webhooks."""

import logging
from collections.abc import Sequence

from orders.edition import connect_events, connect_recorder, rings_bells
from orders.functions import stream
from orders.order.errors import Unavailable
from orders.use_cases.webhooks import ring

log = logging.getLogger(__name__)
record = connect_recorder()
ports = connect_events() if rings_bells() else None
ATTEMPT_SECONDS = 14
"""`orders.aws.dynamodb.recording.PATIENCE`, and the calls that begin just before it ends."""


def record_and_ring(records: Sequence[stream.Record]) -> None:
    """Append the events. A bell that fails stops nothing: the sweep rings again."""
    if not record(records) or not ports:
        return
    try:
        ring.ring_all(ports)
    except Unavailable as error:
        log.warning("no message for webhooks: %s", error)


handler = stream.handler(record_and_ring, ATTEMPT_SECONDS)
