"""The life of one order: who posts what and when, and what else is going on. A different one for each number."""

from tests.simulation.faults import Fault
from tests.simulation.mail_checker import ACCOUNTANT
from tests.simulation.next_version import NextVersion
from tests.simulation.postings import Poison, Posting, posting, wrong_posting
from tests.simulation.run import MINUTE, Run

from orders.order.order import Status
from orders.shop.shop import Shop

KINDS_OF_GOODS = 300


def one_life(run: Run, number: int) -> None:
    """The story of one order, a different one for each number: times, bodies, and what else is going on."""
    CIRCUMSTANCES[number % len(CIRCUMSTANCES)](run, number)
    run.world.checker.shop = Shop(copy_to=ACCOUNTANT if number // 2 % 2 else None)
    run.at(run.world.chance.randrange(50), lambda: buy(run, order_of(number)))


def order_of(number: int) -> Posting:
    return posting(f"o{number}", variant_of(number), sold=sold_in(number))


def sold_in(number: int) -> int:
    """Every ninth order has goods, which take longer; so in the end each circumstance meets both kinds."""
    return number % KINDS_OF_GOODS if number % 9 == 4 else 0


def variant_of(number: int) -> int:
    """Every second variant has an e-mail address: each circumstance must meet both."""
    return number % len(CIRCUMSTANCES) + number // len(CIRCUMSTANCES)


def buy(run: Run, order: Posting) -> None:
    """Post, and see to the receipt: as the shop, or as its customer."""
    if run.public.post(order):
        run.world.scheduler.sleep(run.world.chance.randrange(600))
        ask = run.public.fetch if run.world.chance.random() < 0.5 else run.public.open
        ask(order.order_id)


def another_order_has_the_id(run: Run, number: int) -> None:
    """They race, or the rival comes late."""
    latest = run.world.chance.choice((60, 600))
    run.at(run.world.chance.randrange(latest), lambda: run.public.post(rival_of(number)))


def rival_of(number: int) -> Posting:
    return posting(f"o{number}", variant_of(number) + 1, sold=sold_in(number))


def the_shop_is_unsure(run: Run, number: int) -> None:
    """It posts the same order once more, at once or later; and one that it miscalculated."""
    latest = run.world.chance.choice((60, 600))
    run.at(run.world.chance.randrange(latest), lambda: run.public.post(order_of(number)))
    run.at(0, lambda: run.public.post(wrong_posting(f"w{number}", 1 + number % KINDS_OF_GOODS)))


def the_doorbell_is_lost(run: Run, number: int) -> None:
    run.platform.order_queue.fates[1] = Fault.LOST


def the_doorbell_is_heard_twice_at_once(run: Run, number: int) -> None:
    run.platform.order_queue.fates[1] = Fault.DUPLICATED


def a_deployment_is_under_way(run: Run, number: int) -> None:
    run.world.deployed_at = run.world.chance.randrange(1, 400)


def a_deployment_is_rolled_back(run: Run, number: int) -> None:
    """The next version is at work for a moment, and for good some minutes later."""
    chance = run.world.chance
    begins = chance.randrange(60)
    ends = begins + chance.randrange(10, 400)
    again = ends + chance.randrange(20 * MINUTE)
    run.world.next_version = NextVersion(lambda _function, at: begins <= at < ends or at >= again)


def a_neighbour_is_poison(run: Run, number: int) -> None:
    """It shares the batch, and fails by itself; an operator tries it again, in vain."""
    order = posting(f"p{number}", number, Poison.IMPOSSIBLE)
    run.at(run.world.chance.randrange(50), lambda: insist(run, order))


def a_neighbour_is_slow(run: Run, number: int) -> None:
    """It shares the batch, and is drawn alone."""
    run.at(run.world.chance.randrange(50), lambda: buy(run, posting(f"s{number}", number, Poison.SLOW)))


def insist(run: Run, order: Posting) -> None:
    run.public.post(order)
    operate(run, order.order_id)


def a_sweep_comes_early(run: Run, number: int) -> None:
    run.world.scheduler.after(run.world.chance.randrange(300), run.sweep_once)


def an_operator_cancels(run: Run, number: int) -> None:
    """At any moment, or just when its receipt is there and the row is not yet completed."""
    chance = run.world.chance
    if chance.random() < 0.5:
        run.at(chance.randrange(170), lambda: run.public.cancel(f"o{number}"))
    else:
        run.at(0, lambda: cancel_late(run, f"o{number}"))


def an_operator_wants_another_mail(run: Run, number: int) -> None:
    run.at(run.world.chance.randrange(2_000), lambda: resend(run, f"o{number}"))


def no_mail_server_is_set(run: Run, number: int) -> None:
    run.world.keeps_mail = True


def the_receipt_is_lost(run: Run, number: int) -> None:
    """When somebody first asks for it."""
    run.world.losses = 1


def cancel_late(run: Run, order_id: str) -> None:
    for _ in range(100):
        if run.world.objects:
            break
        run.world.scheduler.sleep(3)
    run.public.cancel(order_id)


CIRCUMSTANCES = (
    another_order_has_the_id,
    the_shop_is_unsure,
    the_doorbell_is_lost,
    the_doorbell_is_heard_twice_at_once,
    a_deployment_is_under_way,
    a_neighbour_is_poison,
    a_neighbour_is_slow,
    a_sweep_comes_early,
    an_operator_cancels,
    an_operator_wants_another_mail,
    a_deployment_is_rolled_back,
    no_mail_server_is_set,
    the_receipt_is_lost,
)


def resend(run: Run, order_id: str) -> None:
    """An operator waits until there is nothing under way, and asks for another mail."""
    while (row := run.world.rows.get(order_id)) and (row.status is Status.RECEIVED or row.mail_due_at):
        run.world.scheduler.sleep(2_000)
    if row and row.mail:
        run.public.resend(order_id)


def operate(run: Run, order_id: str) -> None:
    """An operator waits until the order has ended, and tries it again if it failed."""
    while (row := run.world.rows.get(order_id)) and row.status is Status.RECEIVED:
        run.world.scheduler.sleep(2_000)
    if row and row.status is Status.FAILED:
        run.public.retry(order_id)
