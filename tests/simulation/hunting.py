"""One process for each seeded bug: planted before anything is imported, hunted until a family notices it."""

from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import as_completed
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from tests.simulation.bugs import BUGS
from tests.simulation.document_bugs import DOCUMENT_BUGS
from tests.simulation.event_bugs import EVENT_BUGS
from tests.simulation.mutation import Bug
from tests.simulation.pool import pool_of

QUICKEST_FIRST = (
    "poison", "life", "schedule", "flood", "backlog", "outage", "step", "numbers", "after", "told", "telling", "week",
    "typeset",
)  # fmt: skip
"""Stories, by how soon a bug that nobody knows anything about is caught in them."""
CAUGHT_IN = {
    "the receipt has the time of its making in it": "typeset",
    "an order fails of its age by a clock that jumps": "schedule",
    "an attribute that this version does not know is lost": "schedule",
    "a newer version's field of an e-mail is lost": "schedule",
    "the tax is rounded for each line instead of each rate": "schedule",
    "an attempt that is recorded undoes the sweep's postponement": "outage",
    "a message that can't be sent is answered to the shop as an error": "outage",
    "the sweep postpones nothing": "outage",
    "messages are handed back again and again in an outage": "outage",
    "the sweep forgets to postpone e-mails": "outage",
    "the message about an order of a newer version is delivered again and again": "outage",
    "the sweep starts from the top again, and an index that lags shows it nothing new": "backlog",
    "the e-mails of a mailbox are not counted": "flood",
    "a place in a mailbox is taken twice": "flood",
    "a batch of the stream that comes again is appended again": "telling",
    "only the newest batch is looked at before an append": "telling",
    "the cursor goes on before the deliveries are stored": "telling",
    "a lease never ends": "telling",
    "a delivery that failed is not shown": "telling",
    "an endpoint that is disabled gets events": "telling",
}
"""Bugs that most stories do not notice, and the story that did. If it no longer does, all others follow."""


@dataclass(frozen=True, slots=True)
class Catch:
    """Which family noticed a bug first, in which run, and the rule that was broken."""

    bug: str
    family: str
    case: str
    rule: int


def hunt_all(bugs: Iterable[str], seed: int, processes: int) -> Iterator[tuple[str, Catch | None]]:
    """Each bug with its catch, as they are done."""
    with pool_of(processes, calls_each=1) as pool:
        running = {pool.submit(hunt, bug, seed): bug for bug in bugs}
        for future in as_completed(running):
            bug = running.pop(future)
            try:
                yield bug, future.result()
            except ValueError:  # the code has no place for it any more, as a test says
                yield bug, None


@dataclass(frozen=True, slots=True)
class Told:
    """A run's story, a line each, and the rules that were broken, with what broke them."""

    story: list[str]
    broken: list[tuple[int, str]]
    never_met: list[str]
    """The faults that the case names and the run has no place for."""


def tell(case: str, implementation: str, seed: int, bug: str | None) -> Told:
    """The story of one run, in a process of its own."""
    with pool_of(1) as pool:
        return pool.submit(_tell, case, implementation, seed, bug).result()


def _tell(case: str, implementation: str, seed: int, bug: str | None) -> Told:
    if bug:
        BUGS[bug].plant()
    from tests.simulation import workers
    from tests.simulation.families import Case

    workers.set_up(implementation)
    named = Case.named(case, seed)
    run = named.play(traced=True)
    points = dict(enumerate(run.world.points))
    never_met = [f"{number}:{fault}" for number, fault in named.faults if not _can(points.get(number), fault)]
    broken = [(violation.rule, str(violation)) for violation in run.world.checker.violations]
    return Told([str(happening) for happening in run.world.story], broken, never_met)


def _can(point: Any, fault: Any) -> bool:
    return point is not None and fault in point.faults


def hunt(bug: str, seed: int) -> Catch | None:
    """The first run in which the bug is noticed. Once in a process that has imported nothing of the system."""
    BUGS[bug].plant()
    from tests.simulation import workers
    from tests.simulation.families import Sizes
    from tests.simulation.life import CIRCUMSTANCES

    workers.set_up(BUGS[bug].implementation)
    sizes = Sizes(orders=2 * len(CIRCUMSTANCES), pairs=0, triples=0, schedules=2_000)
    first = _first(BUGS[bug])
    families = sorted(sizes.families(), key=partial(_place, first))
    quick = [
        replace(family, depth=0, shares=1, is_sampled=False)
        for family in families
        if family.depth and family.story != "typeset"
    ]
    likely = [family for family in families if family.story == CAUGHT_IN.get(bug)]
    for family in (*likely, *quick, *families):
        for case, run in family.runs(seed) if family.implementation == BUGS[bug].implementation else ():
            if run.world.checker.violations:
                return Catch(bug, family.name, str(case), run.world.checker.violations[0].rule)
            run.let_go()
    return None


def _first(bug: Bug) -> Collection[str]:
    """The stories in which it is looked for before all others."""
    if bug in EVENT_BUGS:
        return {"told", "telling", "week"}
    return {"step", "after", "numbers"} if bug in DOCUMENT_BUGS else set()


def _place(first: Collection[str], family: Any) -> tuple[bool, int, int]:
    """Before all others the families of these stories, those with the fewest faults first."""
    is_first = family.story in first
    return not is_first, family.depth if is_first else 0, QUICKEST_FIRST.index(family.story)
