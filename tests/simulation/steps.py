"""Short stories of numbers and refunds, in which every pair and every triple of faults can be played.

The order is sold before, on a quiet day, where the story is about what follows.
"""

from collections.abc import Callable
from functools import partial

from tests.simulation.after import SHARED, YEARLY, cancelled_with_a_number, sale_of, sell, sell_in_the_end
from tests.simulation.faults import Fault
from tests.simulation.postings import CANARY, Poison, Posting
from tests.simulation.run import Run

from orders.shop.shop import Shop

ORDERS_AT_ONCE = 30


def one_step(run: Run, number: int) -> None:
    run.world.checker.shop = Shop(numbers=YEARLY)
    STEPS[number % len(STEPS)](run, number)


def a_number_is_issued(run: Run, number: int) -> None:
    run.at(0, partial(run.public.post, order_of(number)))


def a_refund(run: Run, number: int) -> None:
    sell_quietly(run, order_of(number), partial(refund, run, number, "r-1"))


def refunds_race(run: Run, number: int) -> None:
    def race() -> None:
        for each in ("r-1", "r-2", "r-3"):
            run.at(run.world.chance.randrange(3), partial(refund, run, number, each))

    sell_quietly(run, order_of(number), race)


def a_correction(run: Run, number: int) -> None:
    body = {"correctionId": "c-1", "customerName": f"{CANARY} Again"}
    order = order_of(number)
    sell_quietly(run, order, partial(run.public.correct, order.order_id, body))


def a_number_is_void(run: Run, number: int) -> None:
    """Its receipt can't be drawn at first, while another worker has drawn it; an operator retries it."""
    run.platform.order_queue.fates[1] = Fault.DUPLICATED
    run.at(0, lambda: sell_in_the_end(run, sale_of(2 * number, Poison.FICKLE, "s")))


def a_batch(run: Run, number: int) -> None:
    cancelled_with_a_number(run, 2 * number)


def many_at_once(run: Run) -> None:
    """Several batches get numbers of one series at the same time; some of the receipts fail, some are cancelled."""
    run.world.checker.shop = Shop(numbers=SHARED)
    chance, fates = run.world.chance, run.platform.order_queue.fates
    for number in range(ORDERS_AT_ONCE):
        if chance.random() < 0.3:
            fates[number + 1] = Fault.DUPLICATED
        poison = Poison.FICKLE if chance.random() < 0.2 else Poison.NONE
        order = sale_of(2 * number, poison, "m")
        run.at(chance.randrange(250), partial(sell_in_the_end, run, order))
        if chance.random() < 0.2:
            run.at(chance.randrange(300), partial(run.public.cancel, order.order_id))
        if chance.random() < 0.2:
            run.at(chance.randrange(600), partial(run.public.refund, order.order_id, {"refundId": "r-1"}))


def a_refund_with_mail(run: Run, number: int) -> None:
    order = sale_of(2 * number + 1, name="s")
    sell_quietly(run, order, partial(run.public.refund, order.order_id, {"refundId": "r-1"}))


STEPS: tuple[Callable[[Run, int], None], ...] = (
    a_number_is_issued,
    a_refund,
    refunds_race,
    a_correction,
    a_number_is_void,
    a_batch,
    a_refund_with_mail,
)


def order_of(number: int) -> Posting:
    """Without an e-mail address, so that the story is short."""
    return sale_of(2 * number, name="s")


def refund(run: Run, number: int, refund_id: str) -> None:
    run.public.refund(order_of(number).order_id, {"refundId": refund_id, "lines": [{"item": 1}]})


def sell_quietly(run: Run, order: Posting, then: Callable[[], object]) -> None:
    run.world.quiet = True

    def begin() -> None:
        sell(run, order)
        run.world.scheduler.sleep(5_000)
        run.world.quiet = False
        then()

    run.at(0, begin)
