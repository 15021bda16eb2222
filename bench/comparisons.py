"""The tables of `functions.py`. Each round measures one case after the other."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import TypeVar

import lifetimes
import samples
import variants
from lifetimes import Lifetime, Restore
from report import row, tell
from variants import FUNCTIONS, Starter, Variant

MIB = 1024 * 1024

Measured = TypeVar("Measured")
Cases = Mapping[str, Mapping[str, Callable[[], Measured]]]
"""The cases of each function, by the name of their line."""
Seen = Mapping[str, Mapping[str, Sequence[Measured]]]


@dataclass(frozen=True, slots=True)
class Bench:
    starter: Starter
    orders: Variant
    conventional: Variant
    rounds: int

    @property
    def both(self) -> tuple[Variant, Variant]:
        return self.orders, self.conventional


def functions(bench: Bench) -> list[str]:
    cases = {
        name: {
            it.name: partial(lifetimes.whole, bench.starter.program(it, name), samples.of(name)) for it in bench.both
        }
        for name in FUNCTIONS
    }
    heading = _row("Functions", "init ms", "first ms", "cold ms", "ratio", "warm ms", "ratio", "MiB")
    return _table(heading, _in_rounds(bench, cases), _lifetime)


def batch(bench: Bench) -> list[str]:
    sample = samples.process_orders(samples.BATCH)
    programs = {it.name: bench.starter.program(it, "process_order") for it in bench.both}
    cases = {"process_order": {name: partial(lifetimes.warm_batch, each, sample) for name, each in programs.items()}}
    return _table(_row(f"{len(samples.BATCH)} in one event", "warm ms", "ratio"), _in_rounds(bench, cases), _warm_batch)


def snapshot(bench: Bench) -> list[str]:
    cases = {name: _restores(bench, name) for name in FUNCTIONS}
    heading = _row("After a snapshot", "hooks ms", "first ms", "both ms", "ratio", "open", "new", "lost")
    return _table(heading, _in_rounds(bench, cases), _restore)


def _restores(bench: Bench, function: str) -> dict[str, Callable[[], Restore]]:
    sample = samples.of(function)
    orders, conventional = (bench.starter.program(it, function) for it in bench.both)
    programs = {
        "orders": variants.snapshot(orders),
        "orders, primed": variants.primed(orders, sample.event),
        "conventional": variants.snapshot(conventional),
    }
    return {name: partial(lifetimes.restored, each, sample, bench.starter.aws) for name, each in programs.items()}


def _in_rounds(bench: Bench, cases: Cases[Measured]) -> Seen[Measured]:
    seen: dict[str, dict[str, list[Measured]]] = {name: {each: [] for each in rows} for name, rows in cases.items()}
    for turn in range(bench.rounds):
        for name, rows in cases.items():
            for each, measure in rows.items():
                tell(f"round {turn + 1} of {bench.rounds}: {name}, {each}")
                seen[name][each].append(measure())
    return seen


def _table(
    heading: str, seen: Seen[Measured], figures: Callable[[Sequence[Measured], Sequence[Measured]], Iterable[str]]
) -> list[str]:
    """`figures` makes the figures of a line from its measurements and those of the conventional stack."""
    lines = [heading]
    for name, rows in seen.items():
        lines += [name, *(_row(f"  {each}", *figures(own, rows["conventional"])) for each, own in rows.items())]
    return lines


def _lifetime(own: Sequence[Lifetime], usual: Sequence[Lifetime]) -> list[str]:
    init, first, memory = median(it.init for it in own), median(it.first for it in own), median(it.memory for it in own)
    cold = _compared([it.cold for it in own], [it.cold for it in usual], decimals=0)
    warm = _compared([it.warm for it in own], [it.warm for it in usual], decimals=1)
    return [f"{init:,.0f}", f"{first:,.0f}", *cold, *warm, f"{memory / MIB:,.0f}"]


def _warm_batch(own: Sequence[float], usual: Sequence[float]) -> list[str]:
    return _compared(own, usual, decimals=0)


def _restore(own: Sequence[Restore], usual: Sequence[Restore]) -> list[str]:
    both = _compared([it.both for it in own], [it.both for it in usual], decimals=0)
    connections = zip(*((it.open, it.opened, it.lost) for it in own), strict=True)
    restore, first = median(it.restore for it in own), median(it.first for it in own)
    return [f"{restore:,.0f}", f"{first:,.0f}", *both, *(f"{median(counts):.0f}" for counts in connections)]


def _compared(own: Sequence[float], usual: Sequence[float], *, decimals: int) -> list[str]:
    """The median, and its ratio to the conventional one."""
    return [f"{median(own):,.{decimals}f}", f"{median(own) / median(usual):.2f}"]


def _row(name: str, *figures: str) -> str:
    return row(name, *figures, figures_of_widest=7)
