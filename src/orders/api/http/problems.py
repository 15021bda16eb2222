"""Every error as its caller sees it: `application/problem+json` (RFC 9457)."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orders.api.http.answer import RETRY_AFTER_SECONDS, Answer
from orders.order import errors

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as the caller sees it. If `detail` is set, it is the same for every such error."""

    status: int
    name: str
    title: str
    detail: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def answer(self, detail: str | None = None, **more: Any) -> Answer:
        body = {
            "type": f"urn:orders:problem:{self.name}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail or detail or self.title,
            **more,
        }
        return Answer(self.status, body, self.headers, "application/problem+json")


PROBLEMS: dict[type[errors.OrdersError], Problem] = {
    errors.MalformedJson: Problem(400, "malformed-json", "The body is not JSON"),
    errors.BadRequest: Problem(400, "bad-request", "The request can't be understood"),
    errors.UnknownOrder: Problem(404, "unknown-order", "Unknown order", "There is no such order."),
    errors.UnknownEvent: Problem(
        404, "unknown-event", "Unknown event", "There is no such event, or it is so old that it was removed."
    ),
    errors.UnknownEndpoint: Problem(
        404, "unknown-webhook", "Unknown webhook endpoint", "There is no such webhook endpoint."
    ),
    errors.OrderConflict: Problem(
        409,
        "order-conflict",
        "The id is taken",
        "A different order was accepted with this id. Choose another id, or send that order again.",
    ),
    errors.RefundConflict: Problem(
        409,
        "refund-conflict",
        "The refund id is taken",
        "A different refund of this order was accepted with this id. Choose another id, or send that refund again.",
    ),
    errors.CorrectionConflict: Problem(
        409,
        "correction-conflict",
        "The correction id is taken",
        "A different correction of this order was accepted with this id. Choose another id, or send that correction"
        " again.",
    ),
    errors.NotRefundable: Problem(409, "not-refundable", "The order can't be refunded"),
    errors.NotCorrectable: Problem(409, "not-correctable", "The receipt can't be corrected"),
    errors.OrderFailed: Problem(
        409,
        "order-failed",
        "The order failed",
        "The receipt of this order could not be made. An operator can look at the reason and retry it.",
    ),
    errors.NotRetryable: Problem(409, "not-retryable", "The order can't be retried"),
    errors.NotCancellable: Problem(
        409,
        "not-cancellable",
        "The order can't be cancelled",
        "The order is COMPLETED: its receipt has been issued. Refund it instead.",
    ),
    errors.NotResendable: Problem(409, "not-resendable", "The e-mail can't be sent again"),
    errors.EndpointConflict: Problem(
        409,
        "webhook-conflict",
        "The webhook endpoint changed",
        "Somebody else changed this webhook endpoint at the same time. Look at it, and make the same call again.",
    ),
    errors.CursorExpired: Problem(
        410,
        "cursor-expired",
        "The cursor expired",
        "The feed does not have the event that this cursor names: it is too old, or a backup was restored. Read the"
        " feed from its start, without after, and ignore the events that you have processed.",
    ),
    errors.OrderCancelled: Problem(
        410, "order-cancelled", "The order was cancelled", "An operator cancelled this order. It has no receipt."
    ),
    errors.BodyTooLarge: Problem(413, "body-too-large", "The body is too large"),
    errors.NotJson: Problem(415, "not-json", "The body is not declared as JSON"),
    errors.InvalidOrder: Problem(422, "invalid-order", "The order is not valid"),
    errors.InvalidWebhook: Problem(422, "invalid-webhook", "The webhook endpoint is not valid"),
    errors.ExceedsRemaining: Problem(422, "exceeds-remaining", "The refund exceeds what remains"),
    errors.UnexpectedBody: Problem(422, "unexpected-body", "This call takes no body"),
    errors.Unavailable: Problem(
        503,
        "unavailable",
        "Not available right now",
        "A service that this call needs did not answer. Make the same call again: repeating it is safe.",
        {"Retry-After": str(RETRY_AFTER_SECONDS)},
    ),
}
UNEXPECTED = Problem(500, "unexpected", "Unexpected error", "Something unexpected went wrong.")


def problem(error: errors.OrdersError) -> Answer:
    """The answer to an error. The causes of an outage are logged, not sent."""
    if isinstance(error, errors.Unavailable):
        log.log(logging.ERROR if isinstance(error, errors.Misconfigured) else logging.WARNING, "unavailable: %s", error)
    kind = next((PROBLEMS[kind] for kind in type(error).__mro__ if kind in PROBLEMS), UNEXPECTED)
    if isinstance(error, errors.InvalidBody):
        wrong = [{"pointer": each.pointer, "detail": each.detail} for each in error.fields]
        if isinstance(error, errors.ExceedsRemaining):
            return kind.answer(_exceeds(error), errors=wrong, remaining=error.remaining)
        return kind.answer("Some fields are wrong; errors lists them.", errors=wrong)
    return kind.answer(str(error))


def _exceeds(error: errors.ExceedsRemaining) -> str:
    return f"The refund exceeds what remains of the order: {error.remaining['total']} in total."
