"""Make the receipt of an accepted order, and request the e-mails about it."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from orders import receipt
from orders.measured import RENDER, timed
from orders.order.delivery import Delivery
from orders.order.errors import DrawingAborted, Misconfigured, ReceiptImpossible, Unavailable
from orders.order.order import Order, Status, StoredReceipt
from orders.order.retries import FIRST_SWEEP, LONGEST_PAUSE
from orders.ports import Outside, Table
from orders.shop import shop
from orders.use_cases import doorbell, numbering, restore

log = logging.getLogger(__name__)


def make_receipt(order_id: str, outside: Outside) -> Order:
    """Store the receipt of an accepted order and complete it, or make a lost receipt again. Return the order.

    Safe to call any number of times, in several places at once, and after a crash at any line. If the receipt can't be
    made, the order ends `FAILED`, with the reason. If a service does not answer, the order is deferred. If the receipt
    takes long to draw, the order is left to `make_slow_receipt`.

    Raises:
        UnknownOrder: no order has this id; the message is poison.
        Unavailable: the table did not answer; call again.
    """
    return _made_by_itself(order_id, outside, receipt.draw)


def receipt_maker(order_ids: Sequence[str], outside: Outside) -> tuple[Callable[[str], Order], Callable[[], None]]:
    """`make_receipt` for these orders, in two functions. The second is called once, after all orders.

    The orders are read together, and get their numbers together. A receipt can be made some seconds later: what happens
    to an order meanwhile is not overlooked, as every move is refused if the order has moved.

    The second function requests the e-mails together. If it is never called, the sweep requests them.
    """
    read, draw, with_mail = outside.table.read_many(order_ids), timed(RENDER)(receipt.draw), list[str]()
    read = numbering.for_all(order_ids, read, outside)
    return (
        lambda order_id: _made(read(order_id), outside, draw, with_mail.append),
        lambda: _request_mails(with_mail, outside),
    )


def make_slow_receipt(order_id: str, outside: Outside) -> Order:
    """As `make_receipt`, with more time. An order whose receipt still takes too long ends `FAILED`."""
    return _made_by_itself(order_id, outside, receipt.draw_alone)


def _made_by_itself(order_id: str, outside: Outside, draw: Callable[[Order], bytes]) -> Order:
    order = outside.table.read(order_id)
    return _made(order, outside, timed(RENDER)(draw), lambda order_id: _request_mails([order_id], outside))


def _made(order: Order, outside: Outside, draw: Callable[[Order], bytes], request_mail: Callable[[str], None]) -> Order:
    if order.status is Status.COMPLETED:
        return restore.make_again(order, draw, outside)
    if order.status is not Status.RECEIVED:
        return order
    try:
        order = numbering.numbered(order, outside)
    except Misconfigured as error:
        return defer(order, error, outside)
    return _finish(order, outside, draw, request_mail) if order.status is Status.RECEIVED else order


def _finish(
    order: Order, outside: Outside, draw: Callable[[Order], bytes], request_mail: Callable[[str], None]
) -> Order:
    """Draw and store the receipt of an order that is `RECEIVED` and has its number, and complete the order."""
    try:
        stored = outside.bucket.store_once(order.receipt_key, draw(order), was_tried=was_tried(order, outside))
        is_copied = shop.configured().copy_to is not None
    except ReceiptImpossible as error:
        reason = str(error)
        return settle(order, lambda order: order.failed(reason, outside.clock(), by="process"), outside.table)
    except DrawingAborted as error:
        return leave_to_slow(order, error, outside)
    except Unavailable as error:
        return defer(order, error, outside)
    order = _complete(order, lambda order: completed(order, stored, outside, is_copied=is_copied), outside.table)
    if order.mail_due_at:
        request_mail(order.order_id)
    return order


def _request_mails(order_ids: Sequence[str], outside: Outside) -> None:
    if order_ids and outside.mail_queue:
        doorbell.notify_all(order_ids, outside.mail_queue)


def was_tried(order: Order, outside: Outside) -> bool:
    """Whether an earlier attempt may have stored the receipt, and have died then. The row does not show this.

    No message comes a second time before the first sweep, but for duplicates within moments. Half of that time leaves
    room for clocks that differ.
    """
    return outside.clock() - order.received_at >= FIRST_SWEEP / 2


def leave_to_slow(order: Order, error: DrawingAborted, outside: Outside) -> Order:
    """Note the attempt, and send the order to the slow queue for one more try, where no other order waits behind it."""
    log.warning("order %s gets one more try, alone: %s", order.order_id, error)
    order = outside.table.replace(order, order.deferred(str(error), outside.clock(), by="process"))
    doorbell.notify(order.order_id, outside.slow_queue)
    return order


def completed(order: Order, stored: StoredReceipt, outside: Outside, *, is_copied: bool) -> Order:
    now = outside.clock()
    if order.is_canary:
        return order.completed(stored, now)
    copy = order.copy or (requested(now, outside) if is_copied else None)
    return order.completed(stored, now, first_mail(order, now, outside), copy, receipt.replaced(order))


def first_mail(order: Order, now: datetime, outside: Outside) -> Delivery | None:
    """The e-mail to a customer who left an address. An e-mail that is already held stays held."""
    if order.mail or order.posted.customer_email is None:
        return order.mail
    return requested(now, outside)


def requested(now: datetime, outside: Outside) -> Delivery:
    return Delivery.requested(now) if outside.mail_queue else Delivery.left_out("no sender's address is set", now)


def _complete(order: Order, move: Callable[[Order], Order], table: Table) -> Order:
    """As `settle`, but only as long as the order has the number that is printed: a retry gives it another one."""
    printed = order.issue
    while order.status is Status.RECEIVED and order.issue == printed:
        order = table.replace(order, move(order))
    return order


def settle(order: Order, move: Callable[[Order], Order], table: Table) -> Order:
    """Compare-and-set until this move, or another worker's, has taken the order out of `RECEIVED`."""
    while order.status is Status.RECEIVED:
        order = table.replace(order, move(order))
    return order


def defer(order: Order, error: Unavailable, outside: Outside) -> Order:
    """Note the attempt, for operators to see, and when the sweep should requeue the order.

    Then the message can be deleted. If the queue delivered it again and again instead, an outage would multiply the
    traffic. A fault that somebody has to repair never fails the order: the repair may take longer than a day.

    No message waits meanwhile, and so no alarm about messages comes. Once the order has waited for the longest pause,
    the line in the log is an ERROR, of which somebody is told.
    """
    now, reason = outside.clock(), str(error)
    level = logging.ERROR if isinstance(error, Misconfigured) else logging.WARNING
    has_waited = now - order.waiting_since >= LONGEST_PAUSE
    log.log(logging.ERROR if has_waited else level, "order %s not completed: %s", order.order_id, error)
    if order.is_overdue(now) and level < logging.ERROR:
        reason = f"not completed within a day: {reason}"
        return settle(order, lambda order: order.failed(reason, now, by="process"), outside.table)
    return outside.table.replace(order, order.deferred(reason, now, by="process"))
