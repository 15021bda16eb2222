"""Measures one function process from its start to its end; times in milliseconds, memory in bytes."""

from dataclasses import dataclass
from statistics import median

import lambda_function
from endpoint import Endpoint
from lambda_function import Program, Sample

WARM_INVOCATIONS = 100
WARM_BATCHES = 30


@dataclass(frozen=True, slots=True)
class Lifetime:
    """`init`: from the exec until the function is ready for an event. `cold`: `init` and the first event together."""

    init: float
    first: float
    warm: float
    memory: int

    @property
    def cold(self) -> float:
        return self.init + self.first


def whole(program: Program, sample: Sample) -> Lifetime:
    """Start it, send its first event, then a hundred more, and take their median."""
    _start_unmeasured(program, sample)
    with lambda_function.running(program) as function:
        init, first = function.initialised(), function.invoke(sample)
        warm = median(function.invoke(sample) for _ in range(WARM_INVOCATIONS))
        return Lifetime(init * 1000, first * 1000, warm * 1000, function.peak_memory())


def warm_batch(program: Program, sample: Sample) -> float:
    """The median of thirty, after a first one that does not count."""
    with lambda_function.running(program) as function:
        function.initialised()
        function.invoke(sample)
        return median(function.invoke(sample) for _ in range(WARM_BATCHES)) * 1000


@dataclass(frozen=True, slots=True)
class Restore:
    """`first` includes reopening connections: `open` were open when the snapshot was taken, `opened` after it.

    `lost` are the calls that were made on connections from before the snapshot: such a call is never answered.
    """

    restore: float
    first: float
    open: int
    opened: int
    lost: int

    @property
    def both(self) -> float:
        return self.restore + self.first


def restored(program: Program, sample: Sample, aws: Endpoint) -> Restore:
    """Initialised, stopped where a snapshot would be taken, restored, its first event; the second time counts."""
    _restored(program, sample, aws)
    return _restored(program, sample, aws)


def _restored(program: Program, sample: Sample, aws: Endpoint) -> Restore:
    with lambda_function.running(program) as function:
        waiting = function.ready_for_snapshot()
        before = aws.forget()
        restore, first = function.restored(waiting) * 1000, function.invoke(sample) * 1000
        after = aws.connections()
    opened, lost = after.opened - before.opened, after.unanswered - before.unanswered
    return Restore(restore, first, before.open, opened, lost)


def _start_unmeasured(program: Program, sample: Sample) -> None:
    """Start it once, so that its files are in memory: the speed of the disk must not count."""
    with lambda_function.running(program) as function:
        function.initialised()
        function.invoke(sample)
