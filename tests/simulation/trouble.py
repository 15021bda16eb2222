"""Poison in a batch, and a service that is gone for two hours: what trouble may do to those who have none."""

from datetime import timedelta
from functools import partial

from tests.simulation.faults import Fault
from tests.simulation.life import order_of
from tests.simulation.postings import Poison, Posting, posting
from tests.simulation.run import Run
from tests.simulation.scheduler import Milliseconds

from orders.order.delivery import DeliveryStatus
from orders.order.mailbox import USUAL
from orders.order.order import Order
from orders.use_cases.sweep import PART

NEIGHBOURS = 9
BACKLOG = 6 * PART
SOON: Milliseconds = 6_000
"""Longer than a healthy order takes, by far, and shorter than any second delivery."""


def a_poison_batch(run: Run, poison: Poison) -> None:
    """Nine orders share a batch with a poison one, on a day without faults."""
    orders = [posting(f"n{number}", number) for number in range(NEIGHBOURS)] + [posting("poison", 0, poison)]
    for order in orders:
        run.at(run.world.chance.randrange(5), partial(run.public.post, order))


def check_neighbours(run: Run, poison: Poison) -> None:
    """A neighbour is neither kept waiting nor delivered again; but for a crash, which takes the whole batch down."""
    if poison is Poison.CRASHING:
        return
    for number in range(NEIGHBOURS):
        order_id = f"n{number}"
        if run.platform.order_queue.deliveries[order_id] > 1 or not _was_soon(run.world.rows[order_id]):
            run.world.checker.disturbed(order_id, poison)


def _was_soon(row: Order) -> bool:
    return row.completed_at is not None and row.completed_at - row.received_at < timedelta(milliseconds=SOON)


def orders_come_in(run: Run, until: Milliseconds) -> None:
    """An order every five seconds."""
    for number in range(until // 5_000):
        run.at(number * 5_000, partial(post_once, run, order_of(number)))


def a_backlog(run: Run) -> None:
    """Orders come in while the queue loses every message: all of them wait for the first sweep that finds them due."""
    run.platform.order_queue.fates = dict.fromkeys(range(1, BACKLOG + 1), Fault.LOST)
    for number in range(BACKLOG):
        run.at(number * 5, partial(run.public.post, order_of(number)))


def a_flood_of_mails(run: Run) -> None:
    """More orders for one mailbox than it gets mails within an hour, all at once."""
    for number in range(USUAL + 1):
        order = posting(f"f{number}", 2 * number + 1, mailbox="flooded")
        run.at(run.world.chance.randrange(500), partial(run.public.post, order))


def post_once(run: Run, order: Posting) -> None:
    """As long as the table answers, so does the shop's first call."""
    begin = run.world.scheduler.now
    if run.public.post(order) and run.world.scheduler.now - begin > SOON:
        run.world.checker.kept_waiting(order.order_id)


def report_mails(run: Run) -> None:
    """No order waited for its mail; and how often each mail was tried."""
    for row in run.world.rows.values():
        if not _was_soon(row):
            run.world.checker.kept_waiting(row.order_id)
    sent = [row.mail for row in run.world.rows.values() if row.mail]
    run.remarks.append(
        f"two hours without the mail service: {len(sent):,} mails,"
        f" {sum(mail.status is DeliveryStatus.SENT for mail in sent):,} sent in the end,"
        f" {max(mail.attempts for mail in sent)} attempts in vain at most"
    )


def report_doorbells(run: Run, service: str) -> None:
    """How many messages each order got."""
    queue = run.platform.order_queue
    for order_id, deliveries in (*queue.deliveries.items(), *run.platform.mail_queue.deliveries.items()):
        run.world.checker.notified(order_id, deliveries)
    each = queue.deliveries.total() / len(run.world.rows)
    run.remarks.append(
        f"two hours without the {service}: {len(run.world.rows):,} orders, {each:.1f} deliveries an order,"
        f" {max(queue.deliveries.values())} at most; {queue.deepest:,} messages at most in the queue"
    )
