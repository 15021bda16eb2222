"""The families of runs: every single fault, all pairs, all triples, random schedules, poison batches, long outages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from tests.simulation.after import after_the_receipt
from tests.simulation.bad_day import Conditions, a_bad_day
from tests.simulation.checker import MOST_DELIVERIES
from tests.simulation.event_stories import STORIES as EVENT_STORIES
from tests.simulation.event_stories import WEEKS, a_week, told, told_on_a_bad_day
from tests.simulation.faults import Blackout, Chosen, Fault, parse
from tests.simulation.life import CIRCUMSTANCES, one_life
from tests.simulation.next_version import NextVersion
from tests.simulation.postings import Poison
from tests.simulation.run import HOUR, MINUTE, Run
from tests.simulation.steps import STEPS, a_correction, a_refund, many_at_once, one_step
from tests.simulation.trouble import (
    a_backlog,
    a_flood_of_mails,
    a_poison_batch,
    check_neighbours,
    orders_come_in,
    report_doorbells,
    report_mails,
)

from orders.local.lambda_ import template

LATEST = 8 * HOUR
LATEST_TOLD = 60 * HOUR
"""The pauses before a delivery is tried again grow to a day."""
TWICE = 2 * len(CIRCUMSTANCES)
"""Stories, so that each circumstance meets an order with a mail and one without."""
INSPECTED = 5
"""Of so many random schedules, one is looked at from outside in the end, which takes a third of its time."""
LEAST_AFTER = 15
"""So many stories after the receipt are played with each fault, at the least: some planted bugs need the last ones."""
LIVES_TYPESET = 7
MANY, PART_OF_FAULTS = 1_000, 10
"""With fewer orders, only one in so many faults befalls the stories of events."""
STEPS_TYPESET = (a_refund, a_correction)
"""What the real typesetter draws."""
POISONS = tuple(poison for poison in Poison if poison is not Poison.NONE)
WORKERS = "workers"
"""That Process runs nowhere: nothing fails, and nothing gets done."""
NEXT_WORKERS = "next version's workers"
"""That a deployment stops halfway: the shop's orders are accepted by the next version, and met by this one."""
SERVICES = ("bucket", WORKERS, "table", "queue", "mail", NEXT_WORKERS)


@dataclass(frozen=True, slots=True)
class Case:
    """One run, and how to see it again: `life/17/3:reply-lost,8:crash-after`."""

    story: str
    number: int
    seed: int
    faults: tuple[tuple[int, Fault], ...] = ()

    def __str__(self) -> str:
        return f"{self.story}/{self.number}/{Chosen(dict(self.faults))}".rstrip("/")

    @classmethod
    def named(cls, text: str, seed: int) -> "Case":
        story, number, faults = f"{text}//".split("/")[:3]
        if story not in STORIES:
            raise ValueError(f"there are {', '.join(STORIES)}")
        if not number.isdecimal() or (story == "outage" and int(number) >= len(SERVICES)):
            raise ValueError(f"there is no number {number or 'nothing'}")
        return cls(story, int(number), seed, tuple(parse(faults).faults.items()))

    def play(self, traced: bool = False) -> Run:
        """The run, ended and judged."""
        return STORIES[self.story](self, traced)

    @property
    def chance(self) -> Random:
        return Random(f"{self.seed}/{self.story}/{self.number}")


def _life(case: Case, traced: bool) -> Run:
    run = Run.of(Chosen(dict(case.faults)), case.chance, traced)
    one_life(run, case.number)
    return run.finish(LATEST)


def _after(case: Case, traced: bool) -> Run:
    run = Run.of(Chosen(dict(case.faults)), case.chance, traced)
    after_the_receipt(run, case.number)
    if not run.finish(LATEST).is_broken and not case.faults:
        run.inspect()
    return run


def _step(case: Case, traced: bool) -> Run:
    run = Run.of(Chosen(dict(case.faults)), case.chance, traced)
    one_step(run, case.number)
    return run.finish(LATEST)


def _told(case: Case, traced: bool) -> Run:
    run = Run.of(Chosen(dict(case.faults)), case.chance, traced)
    told(run, case.number)
    return run.finish(LATEST_TOLD)


def _told_by_chance(case: Case, traced: bool) -> Run:
    chance = case.chance
    conditions = Conditions.drawn(chance)
    run = Run.of(conditions.plan(chance), chance, traced)
    told_on_a_bad_day(run, conditions)
    return run.finish(LATEST_TOLD)


def _week(case: Case, traced: bool) -> Run:
    run = Run.of(Chosen({}), case.chance, traced)
    a_week(run, case.number)
    return run.finish(9 * 24 * HOUR)


def _numbers(case: Case, traced: bool) -> Run:
    run = Run.of(Chosen({}), case.chance, traced)
    many_at_once(run)
    return run.finish(LATEST)


def _typeset_life(case: Case, traced: bool) -> Run:
    from orders.receipt import renderer

    run = Run.of(Chosen(dict(case.faults)), case.chance, traced)
    run.world.typeset = renderer.render
    if case.number < LIVES_TYPESET:
        one_life(run, case.number)
    else:
        one_step(run, STEPS.index(STEPS_TYPESET[case.number - LIVES_TYPESET]))
    return run.finish(LATEST)


def _schedule(case: Case, traced: bool) -> Run:
    chance = case.chance
    conditions = Conditions.drawn(chance)
    run = Run.of(conditions.plan(chance), chance, traced)
    a_bad_day(run, conditions)
    if not run.finish(LATEST).is_broken and case.number % INSPECTED == 0:
        run.inspect()
    return run


def _poison(case: Case, traced: bool) -> Run:
    poison = POISONS[case.number % len(POISONS)]
    run = Run.of(Chosen({}), case.chance, traced)
    a_poison_batch(run, poison)
    if not run.finish(LATEST).is_broken:
        run.inspect()
        check_neighbours(run, poison)
    return run


def _flood(case: Case, traced: bool) -> Run:
    run = Run.of(Chosen(dict(case.faults)), case.chance, traced)
    a_flood_of_mails(run)
    return run.finish(LATEST)


def _outage(case: Case, traced: bool) -> Run:
    service = SERVICES[case.number]
    run = Run.of(Chosen({}), case.chance, traced)
    run.world.plan = Blackout(service, 10 * MINUTE, 130 * MINUTE, lambda: run.world.scheduler.now)
    if service == WORKERS:
        run.world.scheduler.after(10 * MINUTE, partial(run.platform.order_queue.pause, 120 * MINUTE))
    if service == NEXT_WORKERS:
        run.world.next_version = NextVersion(
            lambda function, at: at >= 130 * MINUTE or not template.load().functions[function].sources
        )
    if service == "mail":  # and for the second half, nobody even tries to send
        run.world.scheduler.after(70 * MINUTE, partial(run.platform.mail_queue.pause, 60 * MINUTE))
    run.world.checker.table_is_down = service == "table"
    for queue in run.platform.queues.values():
        queue.most_sent = MOST_DELIVERIES
    orders_come_in(run, until=140 * MINUTE)
    if not run.finish(190 * MINUTE).is_broken:
        report_doorbells(run, service)
        if service == "mail":
            report_mails(run)
    return run


def _backlog(case: Case, traced: bool) -> Run:
    run = Run.of(Chosen({}), case.chance, traced)
    a_backlog(run)
    return run.finish(5 * MINUTE)


STORIES: dict[str, Callable[[Case, bool], Run]] = {
    "life": _life,
    "after": _after,
    "step": _step,
    "numbers": _numbers,
    "told": _told,
    "telling": _told_by_chance,
    "week": _week,
    "typeset": _typeset_life,
    "schedule": _schedule,
    "poison": _poison,
    "flood": _flood,
    "outage": _outage,
    "backlog": _backlog,
}


def explored(case: Case, depth: int, share: slice = slice(None)) -> Iterator[tuple[Case, Run]]:
    """The run of this case, and of every further fault after its last, so many deep; or a share of the first ones."""
    run = case.play()
    points = list(enumerate(run.world.points))
    yield case, run
    begin = case.faults[-1][0] + 1 if case.faults else 0
    for number, point in points[begin:][share] if depth else ():
        for fault in point.distinct:
            yield from explored(replace(case, faults=(*case.faults, (number, fault))), depth - 1)


@dataclass(frozen=True, slots=True)
class Family:
    """`size` stories, each with every fault so many deep: 0 is no fault but those of the story itself."""

    name: str
    implementation: str
    story: str
    depth: int
    size: int
    portion: int
    """How many stories one job takes."""
    shares: int = 1
    """Into how many jobs one story is divided, by its first fault."""
    is_sampled: bool = False
    """Only one of these jobs is played of each story, another one by turns."""

    @property
    def parts(self) -> int:
        """How many jobs there are of each story."""
        return 1 if self.is_sampled else self.shares

    def runs(self, seed: int) -> Iterator[tuple[Case, Run]]:
        for job in self.jobs(seed):
            yield from job.runs()

    def jobs(self, seed: int) -> Iterator["Job"]:
        for start in range(0, self.size, self.portion):
            for share in [start % self.shares] if self.is_sampled else range(self.shares):
                yield Job(self, seed, range(start, min(start + self.portion, self.size)), share)


@dataclass(frozen=True, slots=True)
class Job:
    family: Family
    seed: int
    numbers: range
    share: int

    def runs(self) -> Iterator[tuple[Case, Run]]:
        share = slice(self.share, None, self.family.shares)
        for number in self.numbers:
            case = Case(self.family.story, number, self.seed)
            yield from explored(case, self.family.depth, share)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many stories each family has; over the AWS ports, which take longer, a share of them."""

    orders: int = 10_000
    pairs: int = 100
    triples: int = 1
    schedules: int = 50_000

    @property
    def _steps(self) -> int:
        """How many short stories of numbers and refunds are played with all pairs of faults."""
        return min(len(STEPS), 1 + self.pairs) if self.pairs else 0

    def families(self) -> list[Family]:
        return [
            Family("poison in a batch", "ports", "poison", 0, 40, 4),
            Family("every single fault", "ports", "life", 1, self.orders, max(10, self.orders // 5_000)),
            Family("numbers and refunds: every single fault", "ports", "step", 1, len(STEPS), 2),
            Family(
                "after the receipt: every single fault", "ports", "after", 1, max(LEAST_AFTER, self.orders // 50), 1
            ),
            Family("numbers and refunds: all pairs", "ports", "step", 2, self._steps, 1, shares=4),
            Family("numbers and refunds: all triples", "ports", "step", 3, 2 * self.triples, 1, shares=20),
            Family("many numbers at once", "ports", "numbers", 0, 10, 5),
            Family("with the real typesetter", "ports", "typeset", 1, LIVES_TYPESET + len(STEPS_TYPESET), 1),
            Family("all pairs of faults", "ports", "life", 2, self.pairs, 1),
            Family("all triples of faults", "ports", "life", 3, self.triples, 1, shares=20),
            Family("outages of two hours", "ports", "outage", 0, len(SERVICES), 1),
            Family("a long backlog", "ports", "backlog", 0, 1, 1),
            Family("random schedules", "ports", "schedule", 0, self.schedules, max(200, self.schedules // 5_000)),
            Family("a flood of mails", "ports", "flood", 1, max(1, self.orders // 5_000), 1, shares=8),
            self._told("events: every single fault", "ports", 2 * len(EVENT_STORIES)),
            Family("events: all pairs of faults", "ports", "told", 2, min(1, self.pairs // 50), 1, shares=20),
            Family("events: a dead endpoint for a week", "ports", "week", 0, len(WEEKS), 1),
            Family("events: random schedules", "ports", "telling", 0, self.schedules // 10, 25),
            Family("AWS ports: poison in a batch", "aws", "poison", 0, 12, 4),
            Family("AWS ports: every single fault", "aws", "life", 1, max(TWICE, self.orders // 350), 2),
            Family("AWS ports: all pairs of faults", "aws", "life", 2, -(-self.pairs // 100), 1, shares=4),
            Family("AWS ports: numbers and refunds: every single fault", "aws", "step", 1, len(STEPS), 1),
            Family("AWS ports: after the receipt: every single fault", "aws", "after", 1, self.orders // 500, 1),
            Family("AWS ports: many numbers at once", "aws", "numbers", 0, 10, 5),
            Family("AWS ports: outage of two hours", "aws", "outage", 0, 1, 1),
            Family("AWS ports: a long backlog", "aws", "backlog", 0, 1, 1),
            Family("AWS ports: random schedules", "aws", "schedule", 0, self.schedules // 200, 25),
            Family("AWS ports: a flood of mails", "aws", "flood", 0, 4, 1),
            self._told("AWS ports: events: every single fault", "aws", len(EVENT_STORIES)),
            Family("AWS ports: events: all pairs of faults", "aws", "told", 2, min(1, self.pairs // 50), 1, shares=20),
            Family("AWS ports: events: a dead endpoint for a week", "aws", "week", 0, 1, 1),
            Family("AWS ports: events: random schedules", "aws", "telling", 0, self.schedules // 50, 10),
        ]

    def _told(self, name: str, implementation: str, size: int) -> Family:
        """Every single fault; with few orders, the story's own faults alone and a tenth of the others."""
        is_sampled = self.orders < MANY
        return Family(name, implementation, "told", 1, size, 1, shares=PART_OF_FAULTS, is_sampled=is_sampled)
