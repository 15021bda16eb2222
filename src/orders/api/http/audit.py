"""Which operator saw, exported or changed orders, or changed webhook endpoints: a line of the log for each such call.

On AWS these lines are in the function's log; one machine keeps them in `audit.log` in its data folder.
"""

import json
import logging
from collections.abc import Mapping

from orders.api.http import dry_run
from orders.api.http.answer import Answer
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
    "POST /operations/orders/{orderId}/refunds": "refund",
    "POST /operations/orders/{orderId}/corrections": "correct",
    **{
        f"{method} /operations/orders/{{orderId}}/{one}{end}": action
        for one in ("refunds/{refundId}", "corrections/{correctionId}")
        for method, end, action in (
            ("GET", "", "view"),
            ("GET", "/receipt", "view-receipt"),
            ("POST", "/retry", "retry"),
            ("POST", "/resend", "resend"),
        )
    },
    "GET /operations/documents.csv": "export-documents",
    "GET /operations/register.csv": "export-register",
    "POST /operations/webhooks": "add-webhook",
    "PATCH /operations/webhooks/{webhookId}": "change-webhook",
    "DELETE /operations/webhooks/{webhookId}": "remove-webhook",
    "POST /operations/webhooks/{webhookId}/rotate": "rotate-webhook",
    "POST /operations/webhooks/{webhookId}/test": "test-webhook",
    "POST /operations/webhooks/{webhookId}/replay": "replay-webhook",
}
"""By route. Lists and counts, which the operators' page requests every few seconds, are not among them, nor is what
tells of no customer, as events do.
"""
DRY_RUNS: Mapping[str, str] = {"refund": "view"}
"""By action: to check a refund shows what the order comes to, and changes nothing. No other call has a dry run."""
_PERHAPS_OF_NO_ORDER = {400, 404, 413, 415, 422}
CONTINUES = "continues"
"""In an event's request context: this call is a further part of one that has its line."""


def note(event: Event, request: Request, answer: Answer) -> None:
    """Log the call, with what was answered. An id of no order is left out: it could be a name, or anything.

    A call that is refused for what it sends may have such an id, as nobody has looked for the order.
    """
    action = ACTIONS.get(route_of(event))
    if action and dry_run.is_set(request):
        action = DRY_RUNS.get(action, action)
    if action and not (event.get("requestContext") or {}).get(CONTINUES):
        kind = "webhook" if action.endswith("-webhook") else "order"
        one = "-" if answer.status in _PERHAPS_OF_NO_ORDER else answer.audited.get(kind) or _named(request, kind)
        to = f" to={json.dumps(answer.audited['to'])}" if "to" in answer.audited else ""
        by = json.dumps(request.operator)
        log.info("operator=%s action=%s %s=%s%s status=%d", by, action, kind, one, to, answer.status)


def _named(request: Request, kind: str) -> str:
    """The webhook endpoint or the order of the call, or the document that follows one, as in `12345/refunds/r-1`."""
    path = request.path
    following = [f"/{name}s/{path[f'{name}Id']}" for name in ("refund", "correction") if f"{name}Id" in path]
    return "".join([path.get(f"{kind}Id", "-"), *following])
