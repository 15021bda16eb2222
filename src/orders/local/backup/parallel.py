"""Does the same to many things, some at a time."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_In = TypeVar("_In")
_Out = TypeVar("_Out")
_AHEAD = 4
"""Things for each thread that may be under way or done before the first of them is waited for."""


def each(do: Callable[[_In], _Out], things: Iterable[_In], workers: int) -> Iterator[_Out]:
    """The results, in the order of the things. The first error is raised, and nothing more is begun."""
    with ThreadPoolExecutor(workers) as pool:
        running: deque[Future[_Out]] = deque()
        try:
            for thing in things:
                running.append(pool.submit(do, thing))
                if len(running) > _AHEAD * workers:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
