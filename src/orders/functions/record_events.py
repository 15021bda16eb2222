"""From the table's stream: append the events of the moves to the feed, and send messages for webhooks."""

import logging
from collections.abc import Sequence

from orders.edition import connect_events, connect_recorder, has_webhook_queue
from orders.functions import stream
from orders.order.errors import Unavailable
from orders.use_cases.webhooks import notify

log = logging.getLogger(__name__)
record = connect_recorder()
ports = connect_events() if has_webhook_queue() else None
ATTEMPT_SECONDS = 14
"""The longest attempt: `orders.aws.dynamodb.recording.PATIENCE`, and the calls that begin just before its end."""


def record_and_notify(records: Sequence[stream.Record]) -> None:
    """Append the events, and notify all endpoints. If a message can't be sent, the sweep sends another.

    Raises:
        Unavailable: the events could not be appended.
    """
    if not record(records) or not ports:
        return
    try:
        notify.notify_all(ports)
    except Unavailable as error:
        log.warning("no message sent for webhooks: %s", error)


handler = stream.handler(record_and_notify, ATTEMPT_SECONDS)
