"""Processes that start with nothing imported, and are gone as soon as whoever asked for them has had enough."""

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any


@contextmanager
def pool_of(
    processes: int, set_up: Callable[..., None] | None = None, *arguments: Any, calls_each: int | None = None
) -> Iterator[ProcessPoolExecutor]:
    """So many processes, each set up first, each for so many calls or for all."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, context, _begin, (set_up, arguments), max_tasks_per_child=calls_each)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.kill()
        raise
    pool.shutdown()


def _begin(set_up: Callable[..., None] | None, arguments: tuple[Any, ...]) -> None:
    """Ctrl-C is for the process that asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if set_up:
        set_up(*arguments)
