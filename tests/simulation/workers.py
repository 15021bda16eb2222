"""The processes that play the runs: one implementation each, a seeded bug or none, and what came of their jobs."""

import faulthandler
import gc
import importlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import as_completed
from dataclasses import dataclass, field

from tests.simulation.families import Case, Job
from tests.simulation.pool import pool_of

MOST_FAILURES = 5
"""More of them tell nothing new."""
SECONDS_FOR_A_JOB = 300
"""Of real time, many times as long as any takes."""
IMPLEMENTATIONS = {
    "ports": ("tests.simulation.ports", "tests.simulation.event_ports"),
    "aws": ("tests.simulation.services", "tests.simulation.event_services"),
}
"""Where each has the ports, and where those of events."""


@dataclass
class Tally:
    """What became of some runs; of those that failed, the first few with what was broken."""

    runs: int = 0
    points: int = 0
    injected: int = 0
    failed: int = 0
    failures: list[tuple[Case, list[str]]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    facts: Counter[str] = field(default_factory=Counter)
    """What the runs had of numbers, refunds and corrections."""

    def __iadd__(self, other: "Tally") -> "Tally":
        self.runs += other.runs
        self.points += other.points
        self.injected += other.injected
        self.failed += other.failed
        self.remarks += other.remarks
        self.facts += other.facts
        self.failures = (self.failures + other.failures)[:MOST_FAILURES]
        return self


def set_up(implementation: str) -> None:
    """Make this process one in which runs can be played. Once."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")
    from tests.simulation import installed
    from tests.simulation.current import current

    ports, events = map(importlib.import_module, IMPLEMENTATIONS[implementation])
    current.committed, current.feed_is_at_rest = events.committed, events.at_rest
    installed.install(ports.outside(), events.events())
    gc.freeze()
    gc.disable()  # a seventh of the time; runs leave no cycles behind, see `Run.let_go`


def play(job: Job) -> Tally:
    """A run that never ends, whatever its clock says, ends this process, and shows where it was."""
    faulthandler.dump_traceback_later(SECONDS_FOR_A_JOB, exit=True)
    try:
        return _played(job)
    finally:
        faulthandler.cancel_dump_traceback_later()


def _played(job: Job) -> Tally:
    tally = Tally()
    for case, run in job.runs():
        tally.runs += 1
        tally.points += len(run.world.points)
        tally.injected += run.world.injected
        if run.world.checker.violations:
            tally.failed += 1
            if len(tally.failures) < MOST_FAILURES:
                tally.failures.append((case, [str(violation) for violation in run.world.checker.violations[:3]]))
        tally.remarks += run.remarks
        tally.facts += run.world.checker.facts()
        if run.world.events:
            tally.facts += run.world.events.facts()
        run.let_go()
    gc.collect()
    return tally


def play_all(implementation: str, jobs: Iterable[Job], processes: int) -> Iterator[tuple[Job, Tally]]:
    """Each job with its tally, as they are done."""
    with pool_of(processes, set_up, implementation) as pool:
        running = {pool.submit(play, job): job for job in jobs}
        for future in as_completed(running):
            yield running.pop(future), future.result()
