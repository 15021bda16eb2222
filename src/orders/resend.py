"""Send a customer the mail with the receipt once more, at an operator's word."""

from datetime import datetime

from orders import bell, retrieve
from orders.delivery import UNDER_WAY, Delivery
from orders.errors import NotResendable
from orders.ports import Outside
from orders.row import Row, Status


def send_again(order_id: str, outside: Outside, by: str) -> Row:
    """Ask for another message about a completed order; the row as it is then.

    The customer may get a second one: only the operator can know that it is wanted.

    Raises:
        UnknownOrder: no row has this id.
        NotResendable: the order has no receipt, or no address, or a message is on its way, or no mail is sent here.
        Unavailable: the table did not answer. Look before asking again: it may have taken effect.
    """
    row = retrieve.order(order_id, outside)
    if outside.mail_queue is None:
        raise NotResendable("No sender's address is set: this system sends no mail.")
    asked = None
    while asked not in row.history:
        refuse(row)
        wanted = row.mailed(another(row, outside.clock()), "mail asked for again", by)
        asked, row = wanted.history[-1], outside.table.replace(row, wanted)
    bell.ring(row.order_id, outside.mail_queue)
    return row


def another(row: Row, now: datetime) -> Delivery:
    return Delivery.asked_for(now, number=row.mail.number + 1 if row.mail else 1)


def refuse(row: Row) -> None:
    if row.status is not Status.COMPLETED:
        raise NotResendable(f"The order is {row.status}; only of a COMPLETED order there is a receipt to send.")
    if row.order.customer_email is None:
        raise NotResendable("The order has no e-mail address.")
    if row.mail and row.mail.status in UNDER_WAY:
        raise NotResendable("A message is on its way already.")
