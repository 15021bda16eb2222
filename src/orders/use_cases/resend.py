"""Send a customer the e-mail with the receipt once more, for an operator."""

from datetime import datetime, timedelta
from math import ceil

from orders.order.delivery import UNDER_WAY, Delivery
from orders.order.errors import NotResendable
from orders.order.order import Order, Status
from orders.ports import Outside
from orders.use_cases import doorbell, retrieve

REQUESTED_AGAIN = "mail requested again"
"""The words in the order's history."""
_REQUESTS = frozenset({REQUESTED_AGAIN, "mail asked for again"})
"""With the words of older versions."""
AT_MOST_ONE_IN = timedelta(minutes=1)


def send_again(order_id: str, outside: Outside, by: str) -> Order:
    """Request another e-mail about a completed order, and return the order.

    The customer may get a second one. Only the operator can know that it is wanted.

    Raises:
        UnknownOrder: no order has this id.
        NotResendable: the order has no receipt or no address, an e-mail is on its way, one was requested less than a
            minute ago, or this system sends no e-mail.
        Unavailable: the table did not answer. The request may have taken effect: look before you repeat it.
    """
    order = retrieve.order(order_id, outside)
    if outside.mail_queue is None:
        raise NotResendable("This system sends no e-mail: no sender address is set.")
    request = None
    while request not in order.history:
        refuse(order, outside.clock())
        wanted = order.mailed(another(order, outside.clock()), REQUESTED_AGAIN, by)
        request, order = wanted.history[-1], outside.table.replace(order, wanted)
    doorbell.notify(order.order_id, outside.mail_queue)
    return order


def another(order: Order, now: datetime) -> Delivery:
    return Delivery.requested(now, number=order.mail.number + 1 if order.mail else 1)


def refuse(order: Order, now: datetime) -> None:
    if order.status is not Status.COMPLETED:
        raise NotResendable(f"The order is {order.status}; only a COMPLETED order has a receipt to send.")
    if order.is_canary:
        raise NotResendable("The canary posted this order: it has no customer.")
    if order.posted.customer_email is None:
        raise NotResendable("The order has no e-mail address.")
    if order.mail and order.mail.status in UNDER_WAY:
        raise NotResendable("An e-mail is already on its way.")
    if seconds := pause(order, now):
        raise NotResendable(f"Another e-mail was requested less than a minute ago. Try again in {seconds} seconds.")


def pause(order: Order, now: datetime) -> int:
    """How many seconds to wait before another e-mail can be requested; 0 if it can be requested now.

    A request in the future does not count: the clock was set back since.
    """
    requests = [entry.at for entry in order.history if entry.what in _REQUESTS and entry.at <= now]
    waited = now - requests[-1] if requests else AT_MOST_ONE_IN
    return ceil(max(timedelta(0), AT_MOST_ONE_IN - waited).total_seconds())
