"""The answers that shops and operators both get: an order, and a link to its receipt."""

from orders.api import http, present
from orders.order.order import Order
from orders.ports import Outside
from orders.use_cases import retrieve


def order(request: http.Request, outside: Outside) -> http.Answer:
    """The order that the path names, with its state and its history.

    Raises:
        UnknownOrder: no order has this id.
        Unavailable: the table did not answer.
    """
    return http.Answer(200, present.order(retrieve.order(request.path["orderId"], outside)))


def receipt_link(request: http.Request, outside: Outside) -> http.Answer:
    """A link to the receipt of the order that the path names.

    Raises:
        UnknownOrder: no order has this id.
        OrderFailed, OrderCancelled: it has no receipt.
        Unavailable: the table or the bucket did not answer, or the receipt is lost.
    """
    found = retrieve.order(request.path["orderId"], outside)
    link = retrieve.receipt_link(found, outside)
    return http.Answer(200, present.receipt_link(link, request.url(link.url))) if link else pending(found)


def pending(order: Order) -> http.Answer:
    """The receipt is being made: the caller should ask again."""
    return http.Answer(202, present.pending(order), {"Retry-After": str(http.RETRY_AFTER_SECONDS)})
