"""What follows a receipt: refunds and corrections by shops and operators, and numbers that turn out to be void."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from tests.simulation.baskets import BASKETS, FIRST_BASKET
from tests.simulation.credit_checker import sums_of
from tests.simulation.faults import Fault
from tests.simulation.life import a_deployment_is_rolled_back, a_deployment_is_under_way, cancel_late
from tests.simulation.mail_checker import ACCOUNTANT
from tests.simulation.postings import CANARY, Poison, Posting, posting
from tests.simulation.run import Run
from tests.simulation.scheduler import Milliseconds

from orders.order.order import Order, Status
from orders.shop.shop import Shop

YEARLY = {"receipt": "R{year}-{number:06}", "credit_note": "C{year}-{number:06}"}
SHARED = {"receipt": "{year}/{number}", "credit_note": "{year}/{number}"}
RECEIPTS_ALONE = {"receipt": "R{number:04}"}
NUMBERS: tuple[tuple[Mapping[str, str], Mapping[str, str]], ...] = (
    (YEARLY, SHARED),
    (SHARED, YEARLY),
    (RECEIPTS_ALONE, YEARLY),
    ({}, SHARED),
)
"""The shop's patterns: of one story by turns, and others each time that the circumstances are over."""
ZONES = ("Asia/Tokyo", "America/New_York", "Europe/Berlin", "UTC")
MOST_RETRIES = 5
A_WHILE: Milliseconds = 250


def after_the_receipt(run: Run, number: int) -> None:
    """The story of an order that is sold and then given back, or put right: a different one for each number."""
    round_, turn = divmod(number, len(CIRCUMSTANCES))
    numbers = NUMBERS[round_ % len(NUMBERS)][turn % 2]
    copies = ACCOUNTANT if number % 3 == 0 else None
    run.world.checker.shop = Shop(copy_to=copies, time_zone=ZONES[number % len(ZONES)], numbers=numbers)
    CIRCUMSTANCES[turn](run, number)


def sale_of(number: int, poison: Poison = Poison.NONE, name: str = "a") -> Posting:
    """Every second customer has an e-mail address."""
    return posting(f"{name}{number}", number, poison, sold=FIRST_BASKET + basket_of(number))


def basket_of(number: int) -> int:
    """So that in the end each circumstance meets every basket."""
    return (number + number // len(CIRCUMSTANCES)) % len(BASKETS)


def sell(run: Run, order: Posting) -> bool:
    """Post the order, and wait for its end; whether it is completed."""
    return run.public.post(order) and ended(run, order.order_id) is Status.COMPLETED


def ended(run: Run, row_id: str) -> Status | None:
    """The state in which a row ends."""
    while (row := run.world.rows.get(row_id)) and row.status is Status.RECEIVED:
        run.world.scheduler.sleep(A_WHILE)
    return row.status if row else None


def amount_of(order: Posting, share: float) -> str:
    """So much of what the order comes to, as a decimal."""
    payable = int(sums_of(order.canonical)["payable"] * share)
    return f"{payable}" if '"JPY"' in order.canonical else f"{payable // 100}.{payable % 100:02}"


def two_refund_the_last_unit(run: Run, number: int) -> None:
    """The first line whole, twice at once; one of them wins. Then the rest is given back."""
    order = sale_of(number)

    def begin() -> None:
        if sell(run, order):
            for each in ("r-1", "r-2"):
                run.at(run.world.chance.randrange(20), partial(refund_line, run, order, each))
            run.world.scheduler.sleep(3_000)
            run.public.refund(order.order_id, {"refundId": "r-3"})

    run.at(0, begin)


def refund_line(run: Run, order: Posting, refund_id: str) -> None:
    run.public.refund(order.order_id, {"refundId": refund_id, "lines": [{"item": 1}]})


def refunded_bit_by_bit(run: Run, number: int) -> None:
    """By line and quantity, by amount, then the rest; each of them twice."""
    order = sale_of(number)

    def begin() -> None:
        if sell(run, order):
            for body in bits(order):
                run.public.refund(order.order_id, body)
                run.public.refund(order.order_id, body)

    run.at(0, begin)


def bits(order: Posting) -> Iterator[dict[str, Any]]:
    yield {"refundId": "r-1", "lines": [{"item": 2}]}
    yield {"refundId": "r-2", "amount": amount_of(order, 0.31), "reason": f"{CANARY} is unhappy"}
    yield {"refundId": "r-3", "lines": [{"item": 1, "quantity": 1}]}
    yield {"refundId": "r-4"}


def a_shop_is_unsure(run: Run, number: int) -> None:
    """It posts a refund twice at once, and another one under the same id; and one that comes too early."""
    order = sale_of(number)

    def begin() -> None:
        run.public.post(order)
        run.public.refund(order.order_id, {"refundId": "early"})
        if sell(run, order):
            for share in (0.2, 0.2, 0.5):
                body = {"refundId": "r-1", "amount": amount_of(order, share)}
                run.at(run.world.chance.randrange(30), partial(run.public.refund, order.order_id, body))

    run.at(0, begin)


def all_is_given_back_twice(run: Run, number: int) -> None:
    """By the shop and by an operator at once, who do not know of each other."""
    order = sale_of(number)

    def begin() -> None:
        if sell(run, order):
            run.at(run.world.chance.randrange(30), lambda: run.public.refund(order.order_id, {"refundId": "shop"}))
            body = {"refundId": "ann"}
            run.at(0, lambda: run.public.refund(order.order_id, body, by_operator=True))

    run.at(0, begin)


def corrected_and_refunded(run: Run, number: int) -> None:
    """A correction while a refund is made; then another correction, and the rest is given back."""
    order = sale_of(number)
    first = {"correctionId": "c-1", "customerCompany": f"{CANARY} & Daughters"}
    second = {"correctionId": "c-2", "customerEmail": f"{CANARY.lower()}.again{number}@example.com"}

    def begin() -> None:
        if sell(run, order):
            body = {"refundId": "r-1", "amount": amount_of(order, 0.4)}
            run.at(run.world.chance.randrange(40), lambda: run.public.refund(order.order_id, body))
            run.public.correct(order.order_id, first)
            ended(run, f"{order.order_id}/corrections/c-1")
            run.world.scheduler.sleep(20_000)
            run.public.correct(order.order_id, second, by_operator=True)
            run.public.refund(order.order_id, {"refundId": "r-2"})

    run.at(0, begin)


def corrected_twice_at_once(run: Run, number: int) -> None:
    """One of them has to wait."""
    order = sale_of(number)

    def begin() -> None:
        if sell(run, order):
            for each in ("c-1", "c-2", "c-1"):
                body = {"correctionId": each, "customerName": f"{CANARY} {each}"}
                run.at(run.world.chance.randrange(25), partial(run.public.correct, order.order_id, body))

    run.at(0, begin)


def cancelled_with_a_number(run: Run, number: int) -> None:
    """One order while its receipt is drawn, and another one of the same batch as late as possible."""
    run.at(0, lambda: sell(run, sale_of(number)))
    run.at(0, lambda: sell(run, sale_of(number, name="b")))
    run.at(0, lambda: cancel_once_numbered(run, f"a{number}"))
    run.at(0, lambda: cancel_late(run, f"b{number}"))


def cancel_once_numbered(run: Run, order_id: str) -> None:
    for _ in range(100):
        if (row := run.world.rows.get(order_id)) and row.issue:
            break
        run.world.scheduler.sleep(3)
    run.public.cancel(order_id)


def a_fickle_receipt(run: Run, number: int) -> None:
    """It fails after its number was issued, and gets another one; while another worker may still store the first."""
    order = sale_of(number, Poison.FICKLE)
    run.platform.order_queue.fates[1] = Fault.DUPLICATED

    def begin() -> None:
        if sell_in_the_end(run, order):
            run.public.refund(order.order_id, {"refundId": "r-1", "amount": amount_of(order, 0.5)})
            try_again(run, f"{order.order_id}/refunds/r-1")

    run.at(0, begin)


def sell_in_the_end(run: Run, order: Posting) -> bool:
    run.public.post(order)
    return try_again(run, order.order_id) is Status.COMPLETED


def try_again(run: Run, row_id: str) -> Status | None:
    """An operator retries what failed, a few times."""
    for _ in range(MOST_RETRIES):
        if ended(run, row_id) is not Status.FAILED:
            break
        run.public.retry(row_id)
    return ended(run, row_id)


def a_batch_is_numbered(run: Run, number: int) -> None:
    """Several orders at once, of which one fails and one is cancelled; and an operator looks at the register."""
    for name in "abc":
        run.at(0, partial(sell, run, sale_of(number, name=name)))
    run.at(0, lambda: sell_in_the_end(run, sale_of(number, Poison.FICKLE, "f")))
    run.at(run.world.chance.randrange(150), lambda: run.public.cancel(f"b{number}"))
    run.at(run.world.chance.randrange(200), run.public.look_at_register)


def a_year_ends(run: Run, number: int) -> None:
    """In the shop's zone, while an order is completed and refunded."""
    year = datetime(2027, 1, 1, tzinfo=ZoneInfo(run.world.checker.shop.time_zone))
    run.world.begins = year.astimezone(ZoneInfo("UTC")) - timedelta(milliseconds=60 + run.world.chance.randrange(250))
    for name in "ab":
        run.at(
            run.world.chance.randrange(250) if name == "b" else 0,
            partial(sell_and_refund, run, sale_of(number, name=name)),
        )


def sell_and_refund(run: Run, order: Posting) -> None:
    if sell(run, order):
        run.public.refund(order.order_id, {"refundId": "r-1", "lines": [{"item": 1}]})


def a_deployment(run: Run, number: int) -> None:
    """The previous version knows neither numbers nor refunds: it leaves alone what has them."""
    a_deployment_is_under_way(run, number)
    run.at(0, lambda: sell_and_refund(run, sale_of(number)))
    run.at(run.world.chance.randrange(400), lambda: sell_and_refund(run, sale_of(number, name="b")))


def a_rollback(run: Run, number: int) -> None:
    a_deployment_is_rolled_back(run, number)
    run.at(0, lambda: sell_and_refund(run, sale_of(number)))


def the_credit_note_is_lost(run: Run, number: int) -> None:
    """Its file, when the customer first asks for it."""
    order = sale_of(number)

    def begin() -> None:
        if sell(run, order):
            run.public.refund(order.order_id, {"refundId": "r-1", "amount": amount_of(order, 0.7)})
            if ended(run, f"{order.order_id}/refunds/r-1") is Status.COMPLETED:
                run.world.losses = 1
                run.public.open(f"{order.order_id}/refunds/r-1")
            run.public.fetch(order.order_id)

    run.at(0, begin)


def another_mail_of_the_credit_note(run: Run, number: int) -> None:
    order = sale_of(number | 1)

    def begin() -> None:
        if sell(run, order):
            run.public.refund(order.order_id, {"refundId": "r-1"}, by_operator=True)
            note = f"{order.order_id}/refunds/r-1"
            while (row := run.world.rows.get(note)) and is_under_way(row):
                run.world.scheduler.sleep(2_000)
            if row and row.mail:
                run.public.resend(note)

    run.at(0, begin)


def is_under_way(row: Order) -> bool:
    return row.status is Status.RECEIVED or row.mail_due_at is not None


def the_message_about_the_credit_note_is_lost(run: Run, number: int) -> None:
    run.platform.order_queue.fates |= {2: Fault.LOST, 3: Fault.DUPLICATED}
    run.at(0, lambda: sell_and_refund(run, sale_of(number)))


CIRCUMSTANCES: tuple[Callable[[Run, int], None], ...] = (
    two_refund_the_last_unit,
    refunded_bit_by_bit,
    a_shop_is_unsure,
    all_is_given_back_twice,
    corrected_and_refunded,
    corrected_twice_at_once,
    cancelled_with_a_number,
    a_fickle_receipt,
    a_batch_is_numbered,
    a_year_ends,
    a_deployment,
    a_rollback,
    the_credit_note_is_lost,
    another_mail_of_the_credit_note,
    the_message_about_the_credit_note_is_lost,
)
