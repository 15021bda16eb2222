"""Send the customer of a completed order the mail with the receipt: once for each time it was asked for, or never."""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime

from orders import mail
from orders.order.delivery import Delivery, DeliveryStatus
from orders.order.errors import (
    MailboxFull,
    MailDeferred,
    MailRefused,
    Misconfigured,
    ReceiptLost,
    TemplateFault,
    Unavailable,
)
from orders.order.order import Order, StoredReceipt
from orders.order.retries import LONGEST_WAIT_OF_MAIL, next_due
from orders.ports import Connection, Message, Outside
from orders.use_cases import doorbell
from orders.use_cases.mail_limit import see_that_there_is_room, take_place

log = logging.getLogger(__name__)


def send_receipt(order_id: str, outside: Outside) -> Order:
    """Send the order's mail, if it waits for that; the row as it is then.

    Safe to call any number of times, at once from several places, and after a crash at any line: all that may fail
    without harm is done first; then the message is claimed in the row, and sent. Who finds a claim whose sender is gone
    can't know whether it was sent, and notes just that.

    Raises:
        UnknownOrder: no row has this id; the message is poison.
        Unavailable: the table did not answer; call again.
    """
    order = outside.table.read(order_id)
    if order.mail is None or order.receipt is None:
        return order
    if order.mail.is_abandoned(outside.clock()):
        return note(order, order.mail.claim, abandoned(outside), outside)
    if order.mail.status is not DeliveryStatus.WAITING:
        return order
    with ExitStack() as open_until_sent:
        try:
            message, connection = ready(order, order.receipt, open_until_sent, outside)
        except MailRefused as error:
            return outside.table.replace(order, noted(order, order.mail.given_up(str(error), outside.clock())))
        except (MailboxFull, Unavailable) as error:
            return later(order, order.mail, error, outside)
        return send_once(order, order.mail, message, connection, outside)


def send_kept(order_id: str, outside: Outside) -> Order:
    """Send the order's mail that is kept in the outbox, if it still is; the row as it is then.

    As safe as `send_receipt`. The message is composed anew: when it was kept, there may have been no sender.

    Raises:
        UnknownOrder: no row has this id.
        Unavailable: the table or the mail server did not answer, or the message can't be composed. It is still kept.
    """
    order = outside.table.read(order_id)
    if order.mail is None or order.receipt is None or order.mail.status is not DeliveryStatus.OUTBOX:
        return order
    with ExitStack() as open_until_sent:
        try:
            message, connection = ready(order, order.receipt, open_until_sent, outside)
        except MailRefused as error:
            return outside.table.replace(order, noted(order, order.mail.given_up(str(error), outside.clock())))
        except MailboxFull as error:
            return later(order, order.mail, error, outside)
        return send_once(order, order.mail, message, connection, outside)


def ready(
    order: Order, receipt: StoredReceipt, open_until_sent: ExitStack, outside: Outside
) -> tuple[Message, Connection]:
    """All that may fail before the message is claimed. What is only kept takes no place in a mailbox.

    Raises:
        MailRefused: it will never be taken.
        MailboxFull: the address has had as many as it may get.
        Unavailable: it can't be sent now.
    """
    mailbox = None
    if outside.mailer.taken_as is not DeliveryStatus.OUTBOX:
        mailbox = outside.table.mailbox(mail.mailbox_key(order))
        see_that_there_is_room(mailbox, order, outside)
    message = mail.compose(order, outside.bucket.fetch(receipt), outside.clock())
    connection = open_until_sent.enter_context(outside.mailer.connect())
    if mailbox:
        take_place(mailbox, order, outside)
    return message, connection


def later(order: Order, waiting: Delivery, error: MailboxFull | Unavailable, outside: Outside) -> Order:
    """Nothing was sent: note why, and when Sweep rings for it."""
    if isinstance(error, ReceiptLost):
        doorbell.ring(order.order_id, outside.queue)
    latest = error.room_at if isinstance(error, MailboxFull) else None
    return outside.table.replace(order, noted(order, put_off(order.order_id, waiting, error, outside), latest))


def send_once(order: Order, waiting: Delivery, message: Message, connection: Connection, outside: Outside) -> Order:
    """Claim the message, so that nobody else sends it; send it; note what became of it."""
    claim = outside.random_bytes(16).hex()
    order = outside.table.replace(order, order.mailed(waiting.claimed(claim, outside.clock()), None, by="mail"))
    if order.mail is None or order.mail.claim != claim:
        return order
    outcome = handed_over(message, connection, outside)
    return note(order, claim, outcome, outside)


Outcome = Callable[[Delivery], Delivery]
"""What became of a claimed message, as its next state."""


def handed_over(message: Message, connection: Connection, outside: Outside) -> Outcome:
    """Hand the message over, in one attempt."""
    try:
        message_id = connection.send(message)
    except MailRefused as error:
        reason = str(error)
        return lambda delivery: delivery.given_up(reason, outside.clock())
    except (MailDeferred, Misconfigured) as error:
        because = error
        return lambda delivery: put_off(message.order_id, delivery, because, outside)
    except Unavailable as error:
        reason = str(error)
        return lambda delivery: delivery.lost_track_of(reason, outside.clock())
    if outside.mailer.taken_as is DeliveryStatus.OUTBOX:
        return lambda delivery: delivery.kept(message_id, outside.clock())
    return lambda delivery: delivery.sent(message_id, outside.clock())


def abandoned(outside: Outside) -> Outcome:
    reason = "its sender stopped before it noted whether it was sent"
    return lambda delivery: delivery.lost_track_of(reason, outside.clock())


def note(order: Order, claim: str | None, outcome: Outcome, outside: Outside) -> Order:
    """Compare-and-set until what became of the claim is in the row, or it is no longer ours to say."""
    while order.mail and claim and order.mail.is_claimed_by(claim):
        delivery = outcome(order.mail)
        if delivery.status is order.mail.status:
            break
        order = outside.table.replace(order, noted(order, delivery))
    return order


def put_off(order_id: str, delivery: Delivery, error: Exception, outside: Outside) -> Delivery:
    """Later; or never, where days of attempts were in vain. What somebody has to mend may take them longer.

    What a mail server says of a message may hold the customer's address, what a template's fault says their name: both
    go into the row, and not into the log.
    """
    now, level = outside.clock(), logging.ERROR if isinstance(error, Misconfigured) else logging.WARNING
    why = type(error).__name__ if isinstance(error, (MailDeferred, TemplateFault)) else error
    log.log(level, "mail for order %s put off: %s", order_id, why)
    if delivery.is_overdue(now) and not isinstance(error, Misconfigured):
        return delivery.given_up(f"not sent within {LONGEST_WAIT_OF_MAIL.days} days: {error}", now)
    return delivery.put_off(str(error), now)


def noted(order: Order, delivery: Delivery, latest: datetime | None = None) -> Order:
    """The row with what became of its message; the doorbell has done its work then, Sweep rings when it is due again.

    That is less and less often, and at `latest` in any case.
    """
    if delivery.status in {DeliveryStatus.UNKNOWN, DeliveryStatus.NOT_SENT}:
        log.warning("mail for order %s is %s: an operator may have it sent again", order.order_id, delivery.status)
    due_at = next_due(delivery.since, delivery.at) if delivery.status is DeliveryStatus.WAITING else None
    due_at = min(due_at, latest) if due_at and latest else due_at
    return order.mailed(delivery, f"{_WORDS[delivery.status]}{delivery.reason or ''}", by="mail", due_at=due_at)


_WORDS = {
    DeliveryStatus.WAITING: "mail put off: ",
    DeliveryStatus.SENT: "mail sent",
    DeliveryStatus.OUTBOX: "mail kept in the outbox, not sent: ",
    DeliveryStatus.UNKNOWN: "mail perhaps sent: ",
    DeliveryStatus.NOT_SENT: "mail not sent: ",
}
