"""Send the customer of a completed order the mail with the receipt: once for each time it was asked for, or never."""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime

from orders import mail
from orders.delivery import LONGEST_WAIT, Delivery, DeliveryStatus
from orders.errors import MailDeferred, MailRefused, Misconfigured, Unavailable
from orders.ports import Connection, Outside
from orders.row import Row, next_due

log = logging.getLogger(__name__)

Outcome = Callable[[Delivery], Delivery]
"""What became of a claimed message, as its next state."""


def send_receipt(order_id: str, outside: Outside) -> Row:
    """Send the order's mail, if it waits for that; the row as it is then.

    Safe to call any number of times, at once from several places, and after a crash at any line: the message is claimed
    in the row before it is sent. Who finds a claim whose sender is gone can't know whether it was, and notes just that.

    Raises:
        UnknownOrder: no row has this id; the message is poison.
        Unavailable: the table did not answer; call again.
    """
    row = outside.table.read(order_id)
    if row.mail is None or row.receipt is None:
        return row
    if row.mail.is_abandoned(outside.clock()):
        return note(row, row.mail.claim, abandoned(outside.clock()), outside)
    if row.mail.status is not DeliveryStatus.WAITING:
        return row
    with ExitStack() as open_until_sent:
        try:
            pdf = outside.bucket.fetch(row.receipt)
            connection = open_until_sent.enter_context(outside.mailer.connect())
        except Unavailable as error:
            return put_off(row, row.mail, error, outside)
        return send_once(row, row.mail, pdf, connection, outside)


def send_once(row: Row, waiting: Delivery, pdf: bytes, connection: Connection, outside: Outside) -> Row:
    """Claim the message, so that nobody else sends it; send it; note what became of it."""
    claim = outside.random_bytes(16).hex()
    claimed = waiting.claimed(claim, outside.clock())
    row = outside.table.replace(row, row.mailed(claimed, None, by="mail"))
    if row.mail is None or row.mail.claim != claim:
        return row
    return note(row, claim, handed_over(row, pdf, connection, outside), outside)


def handed_over(row: Row, pdf: bytes, connection: Connection, outside: Outside) -> Outcome:
    """Hand the message over, in one attempt."""
    try:
        message = mail.compose(row, pdf, outside.clock())
    except MailRefused as error:
        return given_up(error, outside.clock())
    except Misconfigured as error:
        return deferred(error, outside.clock())
    try:
        message_id = connection.send(message)
    except MailRefused as error:
        return given_up(error, outside.clock())
    except MailDeferred as error:
        return deferred(error, outside.clock())
    except Unavailable as error:
        return lost_track(error, outside.clock())
    now = outside.clock()
    return lambda delivery: delivery.sent(message_id, now)


def given_up(error: MailRefused, now: datetime) -> Outcome:
    return lambda delivery: delivery.given_up(str(error), now)


def deferred(error: MailDeferred | Misconfigured, now: datetime) -> Outcome:
    return lambda delivery: next_attempt(delivery, error, now)


def lost_track(error: Unavailable, now: datetime) -> Outcome:
    return lambda delivery: delivery.lost_track_of(str(error), now)


def abandoned(now: datetime) -> Outcome:
    return lambda delivery: delivery.lost_track_of("its sender stopped before it noted whether it was sent", now)


def note(row: Row, claim: str | None, outcome: Outcome, outside: Outside) -> Row:
    """Compare-and-set until what became of the claim is in the row, or it is no longer ours to say."""
    while row.mail and claim and row.mail.is_claimed_by(claim):
        delivery = outcome(row.mail)
        if delivery.status is row.mail.status:
            break
        row = outside.table.replace(row, noted(row, delivery))
    return row


def put_off(row: Row, waiting: Delivery, error: Unavailable, outside: Outside) -> Row:
    """Note the attempt in the row, and when Sweep is to ring for it again: the bell has done its work then."""
    level = logging.ERROR if isinstance(error, Misconfigured) else logging.WARNING
    log.log(level, "mail for order %s put off: %s", row.order_id, error)
    return outside.table.replace(row, noted(row, next_attempt(waiting, error, outside.clock())))


def next_attempt(delivery: Delivery, error: Exception, now: datetime) -> Delivery:
    """Later; or never, where days of attempts were in vain. What somebody has to mend may take them longer."""
    if delivery.is_overdue(now) and not isinstance(error, Misconfigured):
        return delivery.given_up(f"not sent within {LONGEST_WAIT.days} days: {error}", now)
    return delivery.put_off(str(error), now)


def noted(row: Row, delivery: Delivery) -> Row:
    due_at = next_due(delivery.since, delivery.at) if delivery.status is DeliveryStatus.WAITING else None
    return row.mailed(delivery, f"{_WORDS[delivery.status]}{delivery.reason or ''}", by="mail", due_at=due_at)


_WORDS = {
    DeliveryStatus.WAITING: "mail put off: ",
    DeliveryStatus.SENT: "mail sent",
    DeliveryStatus.UNKNOWN: "mail perhaps sent: ",
    DeliveryStatus.NOT_SENT: "mail not sent: ",
}
