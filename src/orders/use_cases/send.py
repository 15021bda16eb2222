"""Send the e-mails with the receipt of a completed order: each once for each request, or not at all."""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime

from orders import mail
from orders.order.delivery import Addressee, Delivery, DeliveryStatus
from orders.order.errors import (
    MailboxFull,
    MailDeferred,
    MailRefused,
    MailThrottled,
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
    """Send an e-mail of the order, if one is waiting, and return the order.

    Safe to call any number of times, in several places at once, and after a crash at any line. Everything that may fail
    without harm is done first. Then the e-mail is claimed in the table, and sent. If the sender died after claiming,
    nobody knows whether the e-mail was sent, and its state becomes `UNKNOWN`.

    One call sends one e-mail, so that it ends in time. If another one waits, the sweep requeues the order.

    Raises:
        UnknownOrder: no order has this id; the message is poison.
        Unavailable: the table did not answer; call again.
    """
    order = outside.table.read(order_id)
    to = next_to_send(order, outside.clock())
    delivery = order.delivery(to) if to else None
    if to is None or delivery is None or order.receipt is None:
        return order
    if delivery.is_abandoned(outside.clock()):
        return note(order, to, delivery.claim, abandoned(outside), outside)
    with ExitStack() as open_until_sent:
        try:
            message, connection = ready(order, to, order.receipt, open_until_sent, outside)
        except MailRefused as error:
            return outside.table.replace(order, noted(order, to, delivery.given_up(str(error), outside.clock())))
        except (MailboxFull, MailThrottled, Unavailable) as error:
            return later(order, to, delivery, error, outside)
        return send_once(order, to, delivery, message, connection, outside)


def next_to_send(order: Order, now: datetime) -> Addressee | None:
    """The addressee of the e-mail to handle next: of those that wait or lost their sender, the one that moved first."""
    deliveries = [(to, delivery) for to in Addressee if (delivery := order.delivery(to))]
    waiting = [(to, each) for to, each in deliveries if each.status is DeliveryStatus.WAITING or each.is_abandoned(now)]
    return min(waiting, key=lambda pair: pair[1].at)[0] if waiting else None


def send_kept(order_id: str, outside: Outside, to: Addressee = Addressee.CUSTOMER) -> Order:
    """Send the order's e-mail that is kept in the outbox, if it still is, and return the order.

    As safe as `send_receipt`. The e-mail is composed anew: when it was kept, there may have been no sender's address.

    Raises:
        UnknownOrder: no order has this id.
        Unavailable: the table or the mail server did not answer, or the e-mail can't be composed. It is still kept.
    """
    order = outside.table.read(order_id)
    delivery = order.delivery(to)
    if delivery is None or order.receipt is None or delivery.status is not DeliveryStatus.OUTBOX:
        return order
    with ExitStack() as open_until_sent:
        try:
            message, connection = ready(order, to, order.receipt, open_until_sent, outside)
        except MailRefused as error:
            return outside.table.replace(order, noted(order, to, delivery.given_up(str(error), outside.clock())))
        except MailboxFull as error:
            return later(order, to, delivery, error, outside)
        return send_once(order, to, delivery, message, connection, outside)


def ready(
    order: Order, to: Addressee, receipt: StoredReceipt, open_until_sent: ExitStack, outside: Outside
) -> tuple[Message, Connection]:
    """Do all that may fail before the message is claimed.

    A message for the outbox takes no place in a mailbox. Nor does a copy: the shop itself names its address.

    Raises:
        MailRefused: the mail service will never take it.
        MailThrottled: the mail service has no room for it now.
        MailboxFull: the address has had as many as it may get.
        Unavailable: it can't be sent now.
    """
    mailbox = None
    if to is Addressee.CUSTOMER and outside.mailer.taken_as is not DeliveryStatus.OUTBOX:
        mailbox = outside.table.mailbox(mail.mailbox_key(order))
        see_that_there_is_room(mailbox, order, outside)
    message = mail.compose(order, outside.bucket.fetch(receipt), outside.clock(), to)
    connection = open_until_sent.enter_context(outside.mailer.connect())
    if mailbox:
        take_place(mailbox, order, outside)
    return message, connection


def later(
    order: Order, to: Addressee, waiting: Delivery, error: MailboxFull | MailThrottled | Unavailable, outside: Outside
) -> Order:
    """Note why nothing was sent, and when the sweep should requeue the e-mail."""
    if isinstance(error, ReceiptLost):
        doorbell.notify(order.order_id, outside.queue)
    latest = error.room_at if isinstance(error, MailboxFull) else None
    return outside.table.replace(order, noted(order, to, deferred(order.order_id, waiting, error, outside), latest))


def send_once(
    order: Order, to: Addressee, waiting: Delivery, message: Message, connection: Connection, outside: Outside
) -> Order:
    """Claim the message so that nobody else sends it, send it, and note the outcome."""
    claim = outside.random_bytes(16).hex()
    claimed = order.mailed(waiting.claimed(claim, outside.clock()), None, by="mail", to=to)
    order = outside.table.replace(order, claimed)
    if not (delivery := order.delivery(to)) or delivery.claim != claim:
        return order
    outcome = handed_over(message, connection, outside)
    return note(order, to, claim, outcome, outside)


Outcome = Callable[[Delivery], Delivery]
"""The outcome of a claimed message, as its next state."""


def handed_over(message: Message, connection: Connection, outside: Outside) -> Outcome:
    """Hand the message over, in one attempt."""
    try:
        message_id = connection.send(message)
    except MailRefused as error:
        reason = str(error)
        return lambda delivery: delivery.given_up(reason, outside.clock())
    except (MailDeferred, Misconfigured) as error:
        because = error
        return lambda delivery: deferred(message.order_id, delivery, because, outside)
    except Unavailable as error:
        reason = str(error)
        return lambda delivery: delivery.lost_track_of(reason, outside.clock())
    if outside.mailer.taken_as is DeliveryStatus.OUTBOX:
        return lambda delivery: delivery.kept(message_id, outside.clock())
    return lambda delivery: delivery.sent(message_id, outside.clock())


def abandoned(outside: Outside) -> Outcome:
    reason = "its sender stopped before it noted whether it was sent"
    return lambda delivery: delivery.lost_track_of(reason, outside.clock())


def note(order: Order, to: Addressee, claim: str | None, outcome: Outcome, outside: Outside) -> Order:
    """Compare-and-set until the outcome of the claim is stored, or the claim is no longer ours."""
    while (claimed := order.delivery(to)) and claim and claimed.is_claimed_by(claim):
        delivery = outcome(claimed)
        if delivery.status is claimed.status:
            break
        order = outside.table.replace(order, noted(order, to, delivery))
    return order


def deferred(order_id: str, delivery: Delivery, error: Exception, outside: Outside) -> Delivery:
    """Try again later, or give up after days of failed attempts.

    An e-mail is never given up because of a fault that somebody has to repair, nor because the mail service has no room
    for it. To have waited for room is no failed attempt.

    A mail server's answer may contain the customer's address, and a template's fault their name. Both are stored with
    the order, and kept out of the log.
    """
    now, level = outside.clock(), logging.ERROR if isinstance(error, Misconfigured) else logging.WARNING
    why = type(error).__name__ if isinstance(error, (MailDeferred, TemplateFault)) else error
    log.log(level, "mail for order %s deferred: %s", order_id, why, extra={"mail": DeliveryStatus.WAITING.value})
    if isinstance(error, MailThrottled):
        return delivery.throttled(str(error), now)
    if delivery.is_overdue(now) and not isinstance(error, Misconfigured):
        return delivery.given_up(f"not sent within {LONGEST_WAIT_OF_MAIL.days} days: {error}", now)
    return delivery.deferred(str(error), now)


def noted(order: Order, to: Addressee, delivery: Delivery, latest: datetime | None = None) -> Order:
    """The order with the outcome of its message. If the e-mail still waits, the sweep requeues it when it is due.

    The pauses grow, but it is due at `latest` in any case.
    """
    outcome = {"mail": delivery.status.value}  # a field of the line, of which CloudWatch makes metrics
    if delivery.status in {DeliveryStatus.UNKNOWN, DeliveryStatus.NOT_SENT}:
        log.warning(
            "%s for order %s is %s: an operator may have it sent again",
            to, order.order_id, delivery.status, extra=outcome,
        )  # fmt: skip
    if delivery.status is DeliveryStatus.SENT:
        log.info("%s for order %s was sent", to, order.order_id, extra=outcome)
    due_at = next_due(delivery.since, delivery.at) if delivery.status is DeliveryStatus.WAITING else None
    due_at = min(due_at, latest) if due_at and latest else due_at
    what = f"{to} {_WORDS[delivery.status]}{delivery.reason or ''}"
    return order.mailed(delivery, what, by="mail", due_at=due_at, to=to)


_WORDS = {
    DeliveryStatus.WAITING: "deferred: ",
    DeliveryStatus.SENT: "sent",
    DeliveryStatus.OUTBOX: "kept in the outbox, not sent: ",
    DeliveryStatus.UNKNOWN: "perhaps sent: ",
    DeliveryStatus.NOT_SENT: "not sent: ",
}
