"""How many e-mails one mailbox gets within an hour, over all orders and senders."""

from orders.order.errors import MailboxFull
from orders.order.mailbox import Mailbox, most_an_hour
from orders.order.order import Order
from orders.ports import Outside


def see_that_there_is_room(mailbox: Mailbox, order: Order, outside: Outside) -> None:
    """Refuse a mailbox that has had as many e-mails within an hour as it may get, however many orders name it.

    Raises:
        MailboxFull: it has.
    """
    most = most_an_hour()
    if room_at := mailbox.room_at(_place(order), outside.clock(), most):
        mails = "1 mail" if most == 1 else f"{most} mails"
        raise MailboxFull(
            f"this address got {mails} within the hour; the next one goes at about {room_at:%H:%M} UTC", room_at
        )


def take_place(mailbox: Mailbox, order: Order, outside: Outside) -> None:
    """Count the message among those to its mailbox, durably, before it is sent.

    A message that is not sent after all keeps its place for the hour, and can be tried again in that place.

    Raises:
        MailboxFull: other messages took the last place meanwhile.
        Unavailable: the table did not answer.
    """
    wanted = None
    while mailbox != wanted:
        see_that_there_is_room(mailbox, order, outside)
        wanted = mailbox.with_message(_place(order), outside.clock())
        mailbox = outside.table.count_mail(mailbox, wanted)


def _place(order: Order) -> str:
    return f"{order.order_id} {order.mail.number if order.mail else 1}"
