"""Answers that several routes give."""

from orders.api import documents
from orders.api.openapi.route import JSON, Reply
from orders.order import errors

UNKNOWN = errors.UnknownOrder()
NO_RECEIPT = (errors.OrderFailed(), errors.OrderCancelled())
PENDING = Reply(202, "The receipt is being made: ask again.", {JSON: documents.ReceiptPending}, ("Retry-After",))
LINK = Reply(200, "A link that works for five minutes.", {JSON: documents.ReceiptLink})
ORDER = Reply(200, "The order.", {JSON: documents.ShownOrder})
