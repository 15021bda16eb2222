"""Process trees, as Linux's /proc shows them: who belongs to one, its memory, pausing it."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def descendants(pid: int) -> list[int]:
    """The processes that this one started, and those that they started."""
    children = [child for task in Path(f"/proc/{pid}/task").glob("*/children") for child in _ids(task)]
    return children + [grandchild for child in children for grandchild in descendants(child)]


def memory(pid: int) -> int:
    """PSS of a process and its descendants, in bytes: what they share is counted once."""
    return sum(_pss(each) for each in [pid, *descendants(pid)])


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
