"""Every five minutes: see that an order that is posted to the public API gets its receipt. Only on AWS.

A metric filter of template.yaml reads `receipts` in the line that each run logs: 1, or 0 if there was no receipt in
time. An alarm watches this metric.
"""

import logging
import os
import secrets
from collections.abc import Mapping

from orders.edition import connect_public_api
from orders.functions.batch import Deadline
from orders.order import ids
from orders.order.clock import utc_now
from orders.shop import public_url
from orders.use_cases import canary

log = logging.getLogger(__name__)
api = connect_public_api(
    public_url.encrypted() or os.environ["ORDERS_API_URL"], key_id=os.environ["ORDERS_CANARY_KEY_ID"]
)
SPARE_SECONDS = 30.0
"""So much of the function's time is left when the last two calls begin, each of which may take 13 seconds."""


def handler(_event: Mapping[str, object], context: Deadline) -> dict[str, object]:
    order_id = f"canary-{ids.time_ordered(utc_now(), secrets.token_bytes(10))}"
    patience = min(canary.PATIENCE, context.get_remaining_time_in_millis() / 1000 - SPARE_SECONDS)
    try:
        seconds = canary.Trial(order_id, api, patience).run()
    except canary.NoReceipt as error:
        log.error("no receipt of canary order %s: %s", order_id, error, extra={"receipts": 0})
        return {"orderId": order_id, "receipts": 0}
    log.info("receipt of canary order %s after %.1f s", order_id, seconds, extra={"receipts": 1})
    return {"orderId": order_id, "receipts": 1}
