"""Reads processes from Linux's /proc: their descendants, memory and processors. Can pause them."""

import os
import signal
import time
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path


def descendants(pid: int) -> list[int]:
    """The processes that this one started, and those that they started."""
    children = [child for task in Path(f"/proc/{pid}/task").glob("*/children") for child in _ids(task)]
    return children + [grandchild for child in children for grandchild in descendants(child)]


def memory(pid: int) -> int:
    """PSS of a process and its descendants, in bytes: memory that they share counts once."""
    return sum(_pss(each) for each in [pid, *descendants(pid)])


def peak(pid: int) -> int:
    """The peak memory of this one process (resident, including shared memory), in bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:"))


def processor_seconds(pid: int) -> float:
    """The time for which a process and its descendants, with all their threads, have had a processor.

    See clock_getcpuclockid(3): the clock of a process is made of its id.
    """
    return sum(time.clock_gettime((~each << 3) | 2) for each in [pid, *descendants(pid)])


@cache
def processors() -> tuple[Set[int], Set[int]]:
    """A processor for the measured process, and the others for the rest. If there is only one, they share it."""
    *others, one = sorted(os.sched_getaffinity(0))
    return {one}, set(others) or {one}


@contextmanager
def on(processors: Set[int]) -> Iterator[None]:
    """Keep this thread, and processes that it starts in the block, on these processors."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, processors)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def paused(pids: list[int]) -> Iterator[None]:
    """Processes that get no processor until the block ends."""
    try:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def _ids(task: Path) -> list[int]:
    try:
        return [int(child) for child in task.read_text().split()]
    except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
        return []


def _pss(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next(int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:"))
