"""What is told of the orders: stories of endpoints that misbehave, of operators, and of readers of the feed."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random

from tests.simulation.after import sale_of, sell
from tests.simulation.bad_day import Conditions, a_bad_day
from tests.simulation.event_world import EventWorld
from tests.simulation.faults import Fault
from tests.simulation.life import a_deployment_is_rolled_back, a_deployment_is_under_way, buy, operate
from tests.simulation.mail_checker import ACCOUNTANT
from tests.simulation.postings import CANARY, Poison, Posting, posting
from tests.simulation.receivers import (
    HOUR,
    MINUTE,
    SECOND,
    Behaviour,
    Receiver,
    Reply,
    always,
    at_first,
    dead_until,
    well,
)
from tests.simulation.run import Run
from tests.simulation.scheduler import Milliseconds

from orders.order.event import EventType
from orders.shop.shop import Shop

MOST_POINTS = 120
"""Of one story: what goes wrong later tells nothing new, and a long story has many calls."""
OF_ORDERS = frozenset({"table", "bucket", "queue", "mail", "message"})
"""The services that other stories are about."""
SIZES = ((1, 3), (2, 100), (7, 1), (100, 2))
"""Of the pages of two readers."""
DAY: Milliseconds = 24 * HOUR


def told(run: Run, number: int) -> None:
    """A story of what others are told, a different one for each number."""
    events = begin(run, number)
    run.world.spared, run.world.most_points = OF_ORDERS, MOST_POINTS
    STORIES[number % len(STORIES)](run, events, number)


def begin(run: Run, number: int) -> EventWorld:
    """Two readers follow the feed from its beginning, one of them only some types."""
    events = run.world.events = EventWorld(run.world)
    one, other = SIZES[number % len(SIZES)]
    events.reader(one)
    events.reader(other, EventType.ORDER_COMPLETED, EventType.REFUND_RECEIVED, EventType.MAIL_SENT)
    return events


def with_endpoints(run: Run, receivers: list[Receiver], then: Callable[[], object]) -> None:
    """Add the endpoints on a quiet day, and begin."""

    def start() -> None:
        assert run.world.events
        run.world.quiet = True
        for receiver in receivers:
            run.world.events.add(receiver)
        run.world.quiet = False
        then()

    run.at(0, start)


def order_of(number: int, name: str = "o") -> Posting:
    return posting(f"{name}{number}", number)


def orders_come(run: Run, number: int, pauses: tuple[Milliseconds, ...] = (0, 400)) -> None:
    """One after another."""
    for each, pause in enumerate(pauses):
        run.world.scheduler.sleep(pause)
        run.public.post(order_of(number + each))


def a_sale(run: Run, events: EventWorld, number: int) -> None:
    """In which everything may go wrong."""
    run.world.spared = frozenset({"bucket"})
    run.world.checker.shop = Shop(copy_to=ACCOUNTANT if number // len(STORIES) % 2 else None)
    with_endpoints(run, [events.receiver("well", well)], lambda: buy(run, order_of(number)))


def one_is_dead_for_a_while(run: Run, events: EventWorld, number: int) -> None:
    """Its neighbour is not."""
    minutes = (3, 12, 40)[number // len(STORIES) % 3]
    receivers = [events.receiver("dead", dead_until(minutes * MINUTE)), events.neighbour()]
    with_endpoints(run, receivers, partial(orders_come, run, number, (0, 400, 3 * MINUTE)))


def one_is_slow(run: Run, events: EventWorld, number: int) -> None:
    """It takes nearly the time that it has, or more."""
    seconds = (14, 16, 40)[number // len(STORIES) % 3]
    slow = Reply(200, seconds * SECOND)
    behaviour = always(slow) if seconds < 15 else at_first(3, slow)
    receivers = [events.receiver("slow", behaviour), events.neighbour()]
    with_endpoints(run, receivers, partial(orders_come, run, number, (0, 400, 10 * SECOND)))


def errors(run: Run, events: EventWorld, number: int) -> None:
    status = (500, 404, 301, 401)[number // len(STORIES) % 4]
    receivers = [events.receiver("faulty", at_first(4, Reply(status))), events.neighbour()]
    with_endpoints(run, receivers, partial(orders_come, run, number))


def gone(run: Run, events: EventWorld, number: int) -> None:
    """410 disables an endpoint; an operator mends it."""
    receiver = events.receiver("gone", at_first(1 + number // len(STORIES) % 2, Reply(410)))

    def then() -> None:
        run.at(0, partial(events.mend, receiver))
        orders_come(run, number, (0, 2_000))

    with_endpoints(run, [receiver, events.neighbour()], then)


def busy(run: Run, events: EventWorld, number: int) -> None:
    """429, and when to come again."""
    receiver = events.receiver("busy", at_first(3, Reply(429, retry_after=(90, 400)[number // len(STORIES) % 2])))
    receiver.is_strict = True
    with_endpoints(run, [receiver], partial(orders_come, run, number))


def answers_are_lost(run: Run, events: EventWorld, number: int) -> None:
    receiver = events.receiver("lost", at_first(3, Reply(200, is_lost=True)))
    with_endpoints(run, [receiver], partial(orders_come, run, number))


def filters(run: Run, events: EventWorld, number: int) -> None:
    """One hears only of what is completed; a credit note follows."""
    order = sale_of(number)
    some = events.receiver("some", well, EventType.ORDER_COMPLETED, EventType.REFUND_COMPLETED)
    one = events.receiver("one", well, EventType.REFUND_RECEIVED)

    def then() -> None:
        if sell(run, order):
            run.public.refund(order.order_id, {"refundId": "r-1", "lines": [{"item": 1}]})

    with_endpoints(run, [some, one], then)


def a_secret_is_rotated(run: Run, events: EventWorld, number: int) -> None:
    """While deliveries wait; the receiver gets it at once, or hours later."""
    late = (0, 10 * MINUTE, 90 * MINUTE)[number // len(STORIES) % 3]
    receiver = events.receiver("rotated", dead_until(8 * MINUTE))

    def then() -> None:
        orders_come(run, number)
        events.rotate(receiver, late)
        orders_come(run, number + 2)

    with_endpoints(run, [receiver], then)


def disabled_and_enabled(run: Run, events: EventWorld, number: int) -> None:
    """What happened meanwhile comes later, or is skipped."""
    receiver = events.receiver("paused", well)

    def then() -> None:
        orders_come(run, number)
        events.disable(receiver)
        run.world.scheduler.sleep(3 * MINUTE)
        orders_come(run, number + 2)
        run.world.scheduler.sleep(3 * MINUTE)
        events.enable(receiver, skip_missed=bool(number // len(STORIES) % 2))
        orders_come(run, number + 4)

    with_endpoints(run, [receiver], then)


def replayed(run: Run, events: EventWorld, number: int) -> None:
    """All of some minutes, or one event."""
    receiver = events.receiver("forgetful", well, *((EventType.ORDER_COMPLETED,) if number // len(STORIES) % 2 else ()))

    def then() -> None:
        start = run.world.clock()
        orders_come(run, number)
        run.world.scheduler.sleep(20 * SECOND)
        if number % 2 and events.checker.documents:
            events.replay_event(receiver, max(events.checker.documents))
        events.replay(receiver, start - timedelta(seconds=5), run.world.clock() + timedelta(seconds=1))
        orders_come(run, number + 2)

    with_endpoints(run, [receiver], then)


def replayed_while_dead(run: Run, events: EventWorld, number: int) -> None:
    """Or while it is slow, so that a worker stores what came of a step after the replay was asked for."""
    is_slow = number // len(STORIES) % 2
    receiver = events.receiver("dead", always(Reply(200, 14 * SECOND)) if is_slow else dead_until(4 * MINUTE))

    def then() -> None:
        start = run.world.clock()
        orders_come(run, number)
        run.world.scheduler.sleep(20 * SECOND)
        events.replay(receiver, start - timedelta(seconds=5), run.world.clock() + timedelta(seconds=1))
        orders_come(run, number + 2)

    with_endpoints(run, [receiver], then)


def replayed_while_it_is_sent(run: Run, events: EventWorld, number: int) -> None:
    """One event, whose first attempt ends later and must not count as that of the replay."""
    receiver = events.receiver("slow", always(Reply(200, 10 * SECOND)))

    def then() -> None:
        orders_come(run, number, (0,))
        run.world.scheduler.sleep(5 * SECOND)
        if events.checker.documents:
            events.replay_event(receiver, min(events.checker.documents))

    with_endpoints(run, [receiver], then)


def endpoints_come_and_go(run: Run, events: EventWorld, number: int) -> None:
    """One while orders come; another is removed meanwhile."""
    late, removed = events.receiver("late", well), events.receiver("removed", well)

    def then() -> None:
        run.at(run.world.chance.randrange(300), partial(events.add, late))
        run.at(run.world.chance.randrange(300), partial(events.remove, removed))
        orders_come(run, number, (0, 400, 30 * SECOND))

    with_endpoints(run, [removed], then)


def a_test(run: Run, events: EventWorld, number: int) -> None:
    receiver = events.receiver("tested", at_first(number // len(STORIES) % 2, Reply(500)))

    def then() -> None:
        events.test(receiver)
        orders_come(run, number, (0,))

    with_endpoints(run, [receiver], then)


def a_rollback(run: Run, events: EventWorld, number: int) -> None:
    (a_deployment_is_rolled_back, a_deployment_is_under_way)[number // len(STORIES) % 2](run, number)
    with_endpoints(run, [events.receiver("well", well)], partial(orders_come, run, number, (0, 100, 100, 5 * MINUTE)))


def an_order_fails(run: Run, events: EventWorld, number: int) -> None:
    """And fails again when an operator tries it again; one is cancelled."""
    order = posting(f"p{number}", number, Poison.IMPOSSIBLE)

    def then() -> None:
        run.at(0, lambda: run.public.cancel(f"o{number}"))
        run.public.post(order_of(number))
        run.public.post(order)
        operate(run, order.order_id)

    with_endpoints(run, [events.receiver("well", well)], then)


def what_follows(run: Run, events: EventWorld, number: int) -> None:
    """A credit note and a corrected receipt."""
    order = sale_of(number)

    def then() -> None:
        if sell(run, order):
            run.public.refund(order.order_id, {"refundId": "r-1", "lines": [{"item": 1}]})
            run.public.correct(order.order_id, {"correctionId": "c-1", "customerCompany": f"{CANARY} & Daughters"})

    with_endpoints(run, [events.receiver("well", well)], then)


def many_at_once(run: Run, events: EventWorld, number: int) -> None:
    """More than are sent side by side, to one that works and one that does not."""
    receivers = [events.receiver("dead", dead_until(15 * MINUTE)), events.neighbour()]

    def then() -> None:
        for each in range(45):
            run.at(run.world.chance.randrange(2_000), partial(run.public.post, order_of(each, "m")))

    run.world.most_points = 40
    with_endpoints(run, receivers, then)


def bells_are_lost(run: Run, events: EventWorld, number: int) -> None:
    run.platform.webhook_queue.fates = dict.fromkeys(range(1, 8), Fault.LOST)
    run.platform.webhook_queue.fates[9] = Fault.DUPLICATED
    with_endpoints(run, [events.receiver("well", well)], partial(orders_come, run, number))


def an_order_is_told(run: Run, events: EventWorld, number: int) -> None:
    """The shortest of all."""
    with_endpoints(run, [events.receiver("well", well)], lambda: run.public.post(order_of(2 * number)))


Story = Callable[[Run, EventWorld, int], None]
STORIES: tuple[Story, ...] = (
    an_order_is_told,
    a_sale,
    one_is_dead_for_a_while,
    one_is_slow,
    errors,
    gone,
    busy,
    answers_are_lost,
    filters,
    a_secret_is_rotated,
    disabled_and_enabled,
    replayed,
    replayed_while_dead,
    endpoints_come_and_go,
    a_test,
    a_rollback,
    an_order_fails,
    what_follows,
    many_at_once,
    bells_are_lost,
    replayed_while_it_is_sent,
)


# Random schedules.


def told_on_a_bad_day(run: Run, conditions: Conditions) -> None:
    """Whatever may happen to orders, and to those who are told."""
    chance = run.world.chance
    events = begin(run, chance.randrange(len(SIZES)))
    receivers = [
        events.receiver(f"r{number}", behaviour(chance), *types(chance)) for number in range(chance.randint(1, 3))
    ]

    def then() -> None:
        for receiver in receivers:
            for act in ACTS:
                if chance.random() < 0.15:
                    run.at(chance.randrange(chance.choice((1_000, 10 * MINUTE))), partial(act, run, events, receiver))

    with_endpoints(run, receivers, then)
    a_bad_day(run, conditions)


def behaviour(chance: Random) -> Behaviour:
    """More than half of them work."""
    count = chance.randint(1, 5)
    return chance.choice((
        well,
        well,
        well,
        always(Reply(204, chance.randrange(14 * SECOND))),
        dead_until(chance.randrange(chance.choice((MINUTE, HOUR)))),
        dead_until(chance.randrange(10 * MINUTE), Reply(chance.choice((500, 502, 301, 404)))),
        at_first(count, Reply(500)),
        at_first(count, Reply(200, 20 * SECOND)),
        at_first(count, Reply(200, is_lost=True)),
        at_first(count, Reply(429, retry_after=chance.randrange(300))),
    ))  # fmt: skip


def types(chance: Random) -> list[EventType]:
    return chance.sample(list(EventType), chance.randint(1, 6)) if chance.random() < 0.3 else []


def rotate(run: Run, events: EventWorld, receiver: Receiver) -> None:
    events.rotate(receiver, run.world.chance.randrange(20 * MINUTE))


def disable_for_a_while(run: Run, events: EventWorld, receiver: Receiver) -> None:
    events.disable(receiver)
    run.world.scheduler.sleep(run.world.chance.randrange(10 * MINUTE))
    events.enable(receiver, skip_missed=run.world.chance.random() < 0.3)


def replay(run: Run, events: EventWorld, receiver: Receiver) -> None:
    now = run.world.clock()
    events.replay(receiver, now - timedelta(minutes=run.world.chance.randrange(1, 20)), now)


def replay_one(run: Run, events: EventWorld, receiver: Receiver) -> None:
    if events.checker.documents:
        events.replay_event(receiver, run.world.chance.choice(sorted(events.checker.documents)))


def test(run: Run, events: EventWorld, receiver: Receiver) -> None:
    if receiver.silent_since is None:
        events.test(receiver)


ACTS: tuple[Callable[[Run, EventWorld, Receiver], None], ...] = (
    rotate,
    disable_for_a_while,
    replay,
    replay_one,
    test,
)


# A week.


def a_week(run: Run, number: int) -> None:
    """An endpoint takes nothing for days, while there is something to tell every quarter of an hour."""
    events = begin(run, number)
    receivers = [events.receiver("dead", WEEKS[number]), events.neighbour()]

    def then() -> None:
        run.at(0, partial(events.mend, receivers[0], 4 * HOUR))
        for each in range(EVENTS_OF_A_WEEK):
            run.public.post(order_of(2 * each))
            run.world.scheduler.sleep(15 * MINUTE)
        events.check_bounds(receivers[0], run.platform.webhook_queue.deepest)

    with_endpoints(run, receivers, then)


EVENTS_OF_A_WEEK = 100
WEEKS = (
    dead_until(2 * DAY),
    dead_until(6 * DAY),
    dead_until(4 * DAY, Reply(500)),
    dead_until(6 * DAY, Reply(200, 60 * SECOND, is_lost=True)),
    dead_until(3 * DAY, Reply(429, retry_after=3_600)),
)
