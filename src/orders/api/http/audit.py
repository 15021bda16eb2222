"""Which operator saw, exported or changed orders: a line of the log for each such call.

On AWS these lines are in the function's log; one machine keeps them in `audit.log` in its data folder.
"""

import json
import logging
from collections.abc import Mapping

from orders.api.http.request import Event, Request, route_of

LOGGER = "orders.audit"
log = logging.getLogger(LOGGER)

ACTIONS: Mapping[str, str] = {
    "GET /operations/orders.csv": "export",
    "GET /operations/orders/{orderId}": "view",
    "GET /operations/orders/{orderId}/receipt": "view-receipt",
    "POST /operations/orders/{orderId}/retry": "retry",
    "POST /operations/orders/{orderId}/cancel": "cancel",
    "POST /operations/orders/{orderId}/resend": "resend",
}
"""By route. Lists and counts, which the operators' page requests every few seconds, are not among them."""
CONTINUES = "continues"
"""In an event's request context: this call is a further part of one that has its line."""


def note(event: Event, request: Request, status: int) -> None:
    """Log the call, with what was answered. An id of no order is left out: it could be a name, or anything."""
    action = ACTIONS.get(route_of(event))
    if action and not (event.get("requestContext") or {}).get(CONTINUES):
        order = request.path.get("orderId", "-") if status != 404 else "-"
        log.info("operator=%s action=%s order=%s status=%d", json.dumps(request.operator), action, order, status)
