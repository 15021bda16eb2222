"""From the webhook queue: deliver events to the endpoint whose id the message is, or publish them to the event bus."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from orders.edition import connect_events
from orders.functions.batch import Deadline
from orders.order.errors import Misconfigured, NewerVersion, OrdersError
from orders.order.webhook import BUS, SECONDS_TO_ANSWER
from orders.use_cases.webhooks import deliver, publish

log = logging.getLogger(__name__)
ports = connect_events()
STEP_SECONDS = SECONDS_TO_ANSWER + 10
"""No step of a turn begins with less time: 15 s for the endpoint's answer, and 10 s for the table afterwards."""


def handler(event: Mapping[str, Any], context: Deadline) -> dict[str, Any]:
    """A message whose turn failed is handed back to the queue. The sweep sends another one each minute."""

    def in_time() -> bool:
        return context.get_remaining_time_in_millis() > STEP_SECONDS * 1000

    failed = [record["messageId"] for record in event["Records"] if not _is_done(record["body"], in_time)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def take_turn(endpoint_id: str, in_time: Callable[[], bool]) -> None:
    """A turn for this endpoint, or for the event bus if the id is `BUS`."""
    if endpoint_id == BUS:
        publish.take_turn(ports, in_time)
    else:
        deliver.take_turn(endpoint_id, ports, in_time)


def _is_done(endpoint_id: str, in_time: Callable[[], bool]) -> bool:
    try:
        take_turn(endpoint_id, in_time)
    except NewerVersion as error:
        log.error("webhook endpoint %r waits: %s", endpoint_id, error)
    except OrdersError as error:
        level = logging.ERROR if isinstance(error, Misconfigured) else logging.WARNING
        log.log(level, "webhook endpoint %r handed back: %s %s", endpoint_id, type(error).__name__, error)
        return False
    except Exception:
        log.exception("webhook endpoint %r handed back: unexpected error", endpoint_id)
        return False
    return True
