"""Poison in a batch, and a service that is gone for two hours: what trouble may do to those who have none."""

from datetime import timedelta
from functools import partial

from tests.simulation.faults import Blackout
from tests.simulation.life import order_of
from tests.simulation.postings import Poison, Posting, posting
from tests.simulation.run import MINUTE, Run
from tests.simulation.scheduler import Milliseconds

from orders.row import Row

NEIGHBOURS = 9
SOON: Milliseconds = 6_000
"""Longer than a healthy order takes, by far, and shorter than any second delivery."""


def a_poison_batch(run: Run, poison: Poison) -> None:
    """Nine orders share a batch with a poison one, on a day without faults."""
    orders = [posting(f"n{number}", number) for number in range(NEIGHBOURS)] + [posting("poison", 0, poison)]
    for order in orders:
        run.at(run.world.chance.randrange(5), partial(run.public.post, order))


def disturbed_neighbours(run: Run) -> list[str]:
    """The orders that their poison neighbour kept waiting, or had delivered again."""
    rows = [run.world.rows[f"n{number}"] for number in range(NEIGHBOURS)]
    once = run.platform.order_queue.deliveries
    return [row.order_id for row in rows if once[row.order_id] > 1 or not _was_soon(row)]


def _was_soon(row: Row) -> bool:
    return row.completed_at is not None and row.completed_at - row.received_at < timedelta(milliseconds=SOON)


def two_hours_without(run: Run, blackout: Blackout) -> None:
    """An order every five seconds, before, during and after."""
    blackout.now = lambda: run.world.scheduler.now
    for number in range(int((blackout.ends + 10 * MINUTE) / 5_000)):
        run.at(number * 5_000, partial(post_at_once, run, order_of(number), blackout))


def post_at_once(run: Run, order: Posting, blackout: Blackout) -> None:
    """As long as the table answers, so does the shop's first call."""
    begin = run.world.scheduler.now
    run.public.post(order)
    if blackout.service != "table" and run.world.scheduler.now - begin > SOON:
        run.world.witness.broken(9, order.order_id, "kept from being accepted by an outage of something else")
