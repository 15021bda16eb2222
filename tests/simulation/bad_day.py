"""Random schedules: several orders on a bad day, with whatever may come to pass."""

from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

from tests.simulation.after import RECEIPTS_ALONE, SHARED, YEARLY, ZONES
from tests.simulation.baskets import BASKETS, FIRST_BASKET
from tests.simulation.faults import ByChance, Outage
from tests.simulation.life import KINDS_OF_GOODS, buy, operate, resend
from tests.simulation.next_version import NextVersion
from tests.simulation.postings import CANARY, Poison, posting, wrong_posting
from tests.simulation.run import MINUTE, Run

from orders.local.lambda_ import template
from orders.shop.shop import Shop

SERVICES = ("table", "bucket", "queue", "mail")


@dataclass(frozen=True, slots=True)
class Conditions:
    """How bad a random schedule is, drawn once for each."""

    orders: int
    rate: float
    last_point: int
    outages: int

    @classmethod
    def drawn(cls, chance: Random) -> "Conditions":
        return cls(
            orders=chance.choice((1, 2, 3, 3, 5)),
            rate=chance.choice((0.0, 0.01, 0.05, 0.2)),
            last_point=chance.choice((20, 60, 200)),
            outages=chance.choice((0, 0, 1, 1, 2)),
        )

    def plan(self, chance: Random) -> ByChance:
        outages = [
            Outage(chance.choice(SERVICES), chance.randrange(12), chance.randint(3, 40)) for _ in range(self.outages)
        ]
        return ByChance(chance, self.rate, self.last_point, outages)


def a_bad_day(run: Run, conditions: Conditions) -> None:
    """Several orders, some under one id, some poison; and whatever else may come to pass."""
    chance = run.world.chance
    shop = Random(copy(chance).getrandbits(64))  # draws nothing of the day's own chance, which has rare bugs in it
    sold = what_is_given_back(run, shop, conditions) or what_is_sold(shop)
    perhaps_a_wrong_order(run, shop)
    for _ in range(conditions.orders):
        order_id = f"o{chance.randrange(conditions.orders)}"
        poison = chance.choice(list(Poison)) if chance.random() < 0.1 else Poison.NONE
        order = posting(order_id, chance.randrange(3), poison, sold=sold)
        run.at(chance.randrange(500), partial(buy, run, order))
        if chance.random() < 0.3:
            run.at(chance.randrange(20 * MINUTE), partial(operate, run, order_id))
        if chance.random() < 0.1:
            run.at(chance.randrange(10 * MINUTE), partial(resend, run, order_id))
        if chance.random() < 0.1:
            run.at(chance.randrange(chance.choice((1_000, 5 * MINUTE))), partial(run.public.cancel, order_id))
    for misfortune, likelihood in MISFORTUNES.items():
        if chance.random() < likelihood:
            misfortune(run)


def what_is_sold(shop: Random) -> int:
    """By one in eight shops. The others keep to a name, as most orders here, because goods take longer."""
    return shop.randrange(1, KINDS_OF_GOODS) if shop.random() < 0.12 else 0


def what_is_given_back(run: Run, shop: Random, conditions: Conditions) -> int:
    """To one in four shops, which may have numbers, and of which a year may end; nothing to the others."""
    if shop.random() > 0.25:
        return 0
    zone = shop.choice(ZONES)
    run.world.checker.shop = Shop(numbers=shop.choice((YEARLY, SHARED, RECEIPTS_ALONE, {})), time_zone=zone)
    if shop.random() < 0.2:
        year = datetime(2027, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        run.world.begins = year - timedelta(milliseconds=shop.randrange(shop.choice((500, 5 * MINUTE))))
    what_follows(run, shop, conditions)
    return FIRST_BASKET + shop.randrange(len(BASKETS))


def what_follows(run: Run, shop: Random, conditions: Conditions) -> None:
    """Refunds and corrections, of which some come too early, some too late, and some twice."""
    for number in range(conditions.orders):
        for each in range(shop.randrange(4)):
            moment = shop.randrange(shop.choice((500, 5_000, 10 * MINUTE)))
            run.at(moment, partial(follow, run, f"o{number}", f"{shop.randrange(3)}", each, shop.random() < 0.3))
    if shop.random() < 0.3:
        run.at(shop.randrange(5_000), run.public.look_at_register)


def follow(run: Run, order_id: str, document_id: str, kind: int, by_operator: bool) -> None:
    """All that remains, a line, or a correction."""
    if order_id not in run.world.rows:
        return
    if kind == 2:
        body = {"correctionId": document_id, "customerCompany": f"{CANARY} {document_id}"}
        run.public.correct(order_id, body, by_operator=by_operator)
        return
    lines = {"lines": [{"item": 1 + int(document_id) % 2}]} if kind else {}
    run.public.refund(order_id, {"refundId": document_id, **lines}, by_operator=by_operator)


def perhaps_a_wrong_order(run: Run, shop: Random) -> None:
    """Of a shop that miscalculates."""
    if shop.random() > 0.05:
        return
    order = wrong_posting("wrong", shop.randrange(1, KINDS_OF_GOODS))
    run.at(shop.randrange(500), partial(run.public.post, order))


def a_power_cut(run: Run) -> None:
    run.world.scheduler.after(run.world.chance.randrange(2 * MINUTE), run.platform.power_cut)


def a_deployment(run: Run) -> None:
    run.world.deployed_at = run.world.chance.randrange(1, 2 * MINUTE)


def a_rollback(run: Run) -> None:
    """Of some functions, or of all."""
    chance = run.world.chance
    begins = chance.randrange(500)
    ends = begins + chance.randrange(1_000)
    again = ends + chance.randrange(20 * MINUTE)
    back = {name for name in template.load().functions if chance.random() < 0.7}
    run.world.next_version = NextVersion(
        lambda function, at: begins <= at and (at < ends or at >= again or function not in back)
    )


def a_faulty_page(run: Run) -> None:
    run.world.page_mended_at = run.world.chance.randrange(run.world.chance.choice((10, 120)) * MINUTE)


def a_clock_that_jumps(run: Run) -> None:
    def jump() -> None:
        run.world.jump(timedelta(minutes=run.world.chance.choice((-60, -5, 5, 60, 26 * 60))))

    run.world.scheduler.after(run.world.chance.randrange(MINUTE), jump)


def sweeps_at_odd_times(run: Run) -> None:
    for _ in range(3):
        run.world.scheduler.after(run.world.chance.randrange(5 * MINUTE), run.sweep_once)


def a_shop_that_miscalculates(run: Run) -> None:
    order = wrong_posting("wrong", run.world.chance.randrange(1, KINDS_OF_GOODS))
    run.at(run.world.chance.randrange(500), partial(run.public.post, order))


MISFORTUNES = {
    a_power_cut: 0.15,
    a_deployment: 0.15,
    a_faulty_page: 0.05,
    a_clock_that_jumps: 0.1,
    sweeps_at_odd_times: 0.3,
    a_rollback: 0.15,
    a_shop_that_miscalculates: 0.05,
}
