"""Measures `orders serve` on this machine, beside two smaller servers, and prints one table.

- intake: orders accepted a second and their latency, with 16 connections that post as fast as the server answers (wrk,
  one thread). In the same rounds: uvicorn with an app that keeps nothing, and with one that commits each order alone.
- drain: orders completed a second while the intake runs flat out, and after it, counted in the database file.
- wait: how long a new order waits for its receipt while 4,000 others wait.
- memory: PSS of the server and all its processes while many orders go from posted to completed.
- start: from exec to the first 200, on an empty folder.

Each figure is the median of several rounds; every round starts a fresh server on a folder of its own under build/.
wrk shares the processors with the server. Linux only: memory and processes are read from /proc.
"""

import argparse
import os
import platform
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import measures
import servers
from measures import Drain, Memory, Wait
from report import positive, row, tell
from servers import ServerFailed
from wrk import CONNECTIONS, Load, LoadFailed

MIB = 1024 * 1024
STARTS = 5
WAITING = 4_000

INTAKES: dict[str, Callable[[int], Load]] = {
    "uvicorn that keeps nothing": lambda seconds: measures.intake_of(servers.accept_all, seconds),
    "orders serve, receipts deferred": lambda seconds: measures.intake(seconds, receipts_meanwhile=False),
    "orders serve, receipts made meanwhile": lambda seconds: measures.intake(seconds, receipts_meanwhile=True),
    "uvicorn and a commit for each order": lambda seconds: measures.intake_of(servers.commit_each, seconds),
}
"""The others are compared with the first one."""


def main() -> None:
    options = _options()
    if problem := _missing():
        print(problem, file=sys.stderr)
        raise SystemExit(2)
    print(_machine(), flush=True)
    try:
        for part in [options.only] if options.only else PARTS:
            print("\n" + "\n".join(PARTS[part](options)), flush=True)
    except (LoadFailed, ServerFailed) as error:
        raise SystemExit(f"bench: {error}") from None


def intake(options: argparse.Namespace) -> list[str]:
    loads: dict[str, list[Load]] = {name: [] for name in INTAKES}
    for turn in range(options.rounds):
        for name, measure in INTAKES.items():
            tell(f"intake, round {turn + 1} of {options.rounds}: {name}")
            loads[name].append(measure(options.seconds))
    rates = {name: median(load.per_second for load in seen) for name, seen in loads.items()}
    most = next(iter(rates.values()))
    return [
        row(f"Intake, {CONNECTIONS} connections", "orders/s", "p50 ms", "p99 ms", "ratio"),
        *(
            row(name, f"{rate:,.0f}", *_latencies(loads[name]), f"{rate / most:.2f}")
            for name, rate in sorted(rates.items(), key=lambda each: -each[1])
        ),
    ]


def drain(options: argparse.Namespace) -> list[str]:
    drains: list[Drain] = []
    for turn in range(options.rounds):
        tell(f"drain, round {turn + 1} of {options.rounds}")
        drains.append(measures.drain(options.seconds))
    meanwhile, after = (median(each) for each in zip(*((one.meanwhile, one.after) for one in drains), strict=True))
    return [
        row("Orders completed", "orders/s", "ratio"),
        row("while the intake runs flat out", f"{meanwhile:,.0f}", f"{meanwhile / after:.2f}"),
        row("after it", f"{after:,.0f}", "1.00"),
    ]


def wait(options: argparse.Namespace) -> list[str]:
    waits: list[Wait] = []
    for turn in range(options.rounds):
        tell(f"wait, round {turn + 1} of {options.rounds}")
        waits.append(measures.wait(WAITING))
    rate, seconds = median(one.per_second for one in waits), sorted(one.seconds for one in waits)
    return [
        row(f"A new order, while {WAITING:,} others wait", "s"),
        row("until its receipt, median", f"{median(seconds):.2f}"),
        row("slowest", f"{seconds[-1]:.2f}"),
        row("Orders completed a second meanwhile", f"{rate:,.0f}"),
    ]


def memory(options: argparse.Namespace) -> list[str]:
    tell(f"memory: {options.orders:,} orders")
    seen: Memory = measures.memory(options.orders)
    since = [0.0, *seen.peaks]
    spans = [f"peak from {began:.0%} to {ended:.0%} completed" for began, ended in zip(since, seen.peaks, strict=False)]
    return [
        row(f"Memory, {options.orders:,} orders (PSS of all processes)", "MiB", "ratio"),
        row("at rest, after a hundred orders", f"{seen.idle / MIB:,.0f}", "1.00"),
        *(
            row(span, f"{peak / MIB:,.0f}" if peak else "-", f"{peak / seen.idle:.2f}" if peak else "-")
            for span, peak in zip(spans, seen.peaks.values(), strict=True)
        ),
    ]


def start(options: argparse.Namespace) -> list[str]:
    times = []
    for turn in range(max(STARTS, options.rounds)):
        tell(f"start, round {turn + 1}")
        times.append(measures.start())
    return [
        row(f"Start, {len(times)} times, empty folder", "ms"),
        row("exec to the first 200, median", f"{median(times) * 1000:,.0f}"),
        row("slowest", f"{max(times) * 1000:,.0f}"),
    ]


PARTS: dict[str, Callable[[argparse.Namespace], list[str]]] = {
    "intake": intake,
    "drain": drain,
    "wait": wait,
    "memory": memory,
    "start": start,
}


def _latencies(loads: Sequence[Load]) -> tuple[str, str]:
    return f"{median(load.p50 for load in loads):.1f}", f"{median(load.p99 for load in loads):.1f}"


def _machine() -> str:
    servers.FOLDERS.mkdir(exist_ok=True)
    milliseconds, python = measures.sync(servers.FOLDERS) * 1000, platform.python_version()
    return f"{os.cpu_count()} processors, Python {python}, a synced write takes {milliseconds:.2f} ms"


def _missing() -> str | None:
    if not Path("/proc/self/smaps_rollup").exists():
        return "bench needs Linux: it reads processes and memory from /proc."
    if not shutil.which("wrk"):
        return "bench needs wrk (Debian, Ubuntu: apt-get install wrk)."
    return None


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure `orders serve` on this machine.")
    parser.add_argument("--only", choices=PARTS, help="measure one part of the table only")
    parser.add_argument("--rounds", type=positive, default=3, help="figures are medians of this many rounds (3)")
    parser.add_argument("--seconds", type=positive, default=5, help="seconds of load for each figure (5)")
    parser.add_argument("--orders", type=positive, default=100_000, help="orders to measure the memory with (100000)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
