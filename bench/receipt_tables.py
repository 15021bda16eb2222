"""The tables of `receipts.py`. Each round measures one program after the other."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from statistics import median

import baskets
import makers
import making
from makers import Maker
from making import Made, Pace
from report import row, tell

KIB, MIB = 1024, 1024 * 1024
OURS = makers.ours().name
"""The others are compared with this one."""

TURNS = {0: 12, 1: 12, 20: 8, 200: 3}
"""How many receipts of a number of items a program makes in its turn."""
ROUNDS = 7
STARTS = 10
RECEIPTS = 200
ITEMS = 20
THREADS = {"one": 1, "two": 2}
THREAD_ROUNDS = 5
THREAD_SECONDS = 0.6


def warm(compared: Sequence[Maker]) -> list[str]:
    lines = [row("Receipts, warm", "ms", "ratio", "CPU ms", "KiB")]
    for items in TURNS:
        seen = _in_rounds(compared, items)
        usual = _milliseconds(seen[OURS])
        lines += [_title(items), *(row(f"  {name}", *_figures(made, usual)) for name, made in seen.items())]
    return lines


def cold(compared: Sequence[Maker]) -> list[str]:
    [request] = baskets.requests(1, items=0)
    seen: dict[str, list[float]] = {maker.name: [] for maker in compared}
    for turn in range(STARTS + 1):
        tell(f"cold, round {turn} of {STARTS}")
        for maker in compared:
            seen[maker.name].append(making.cold(maker, request) * 1000)
    times = {name: median(all_but_first) for name, (_, *all_but_first) in seen.items()}
    return [
        row(f"A process for one receipt, {_title(0)}", "ms", "ratio"),
        *(row(name, f"{time:,.0f}", f"{time / times[OURS]:.2f}") for name, time in times.items()),
    ]


def memory(compared: Sequence[Maker]) -> list[str]:
    peaks = {}
    for maker in compared:
        tell(f"memory: {maker.name}")
        peaks[maker.name] = making.peaks(maker, RECEIPTS, ITEMS)
    _, usual = peaks[OURS]
    return [
        row(f"Peak of memory in MiB, {_title(ITEMS)}", "first", f"{RECEIPTS}th", "ratio"),
        *(
            row(name, f"{first / MIB:,.0f}", f"{last / MIB:,.0f}", f"{last / usual:.2f}")
            for name, (first, last) in peaks.items()
        ),
    ]


def threads(_: Sequence[Maker]) -> list[str]:
    making.pace(2, ITEMS, THREAD_SECONDS)
    seen: dict[str, list[Pace]] = {name: [] for name in THREADS}
    for turn in range(THREAD_ROUNDS):
        tell(f"threads, round {turn + 1} of {THREAD_ROUNDS}")
        for name, number in THREADS.items():
            seen[name].append(making.pace(number, ITEMS, THREAD_SECONDS))
    rates = {name: median(pace.per_second for pace in paces) for name, paces in seen.items()}
    busy = {name: median(pace.processors for pace in paces) for name, paces in seen.items()}
    return [
        row(f"Threads of one process, {_title(ITEMS)}", "a second", "ratio", "CPUs"),
        *(row(name, f"{rate:,.0f}", f"{rate / rates['one']:.2f}", f"{busy[name]:.2f}") for name, rate in rates.items()),
    ]


def _in_rounds(compared: Sequence[Maker], items: int) -> Mapping[str, Sequence[Made]]:
    """By program; the first round does not count.

    Other sizes are made by other processes: typst keeps what it made of large receipts for ten more, which are slower.
    """
    with ExitStack() as stack:
        running = {maker.name: stack.enter_context(making.running(maker)) for maker in compared}
        seen: dict[str, list[Made]] = {name: [] for name in running}
        for turn in range(ROUNDS + 1):
            tell(f"warm, {_title(items)}, round {turn} of {ROUNDS}")
            requests = baskets.requests(TURNS[items], items, first=turn * TURNS[items])
            for name, process in running.items():
                made = [process.make(request) for request in requests]
                seen[name] += made if turn else []
    return seen


def _figures(made: Sequence[Made], usual: float) -> list[str]:
    """The processors' share is a mean, as garbage is not collected at every receipt."""
    time, processors = _milliseconds(made), sum(each.processors for each in made) / len(made) * 1000
    size = median(each.size for each in made) / KIB
    return [f"{time:,.1f}", f"{time / usual:.2f}", f"{processors:,.1f}", f"{size:,.0f}"]


def _milliseconds(made: Sequence[Made]) -> float:
    return median(each.seconds for each in made) * 1000


def _title(items: int) -> str:
    return {0: "no items", 1: "1 item"}.get(items, f"{items} items")
