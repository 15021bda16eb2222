"""Durations that this process measured, kept until somebody takes them: the server of one machine does.

On AWS nobody does, and only the newest are kept.
"""

import time
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

RENDER = "render"
"""Drawing a receipt, also one that can't be drawn."""
MOST_KEPT = 1_000

Measured = Mapping[str, Sequence[float]]
"""Durations in seconds, by what took so long."""

_kept: dict[str, deque[float]] = defaultdict(partial(deque, maxlen=MOST_KEPT))


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Keep how long the block takes, however it ends. Any thread may do this."""
    began = time.perf_counter()
    try:
        yield
    finally:
        _kept[what].append(time.perf_counter() - began)


def take_all() -> Measured:
    """What was measured since the last call."""
    return {what: [durations.popleft() for _ in range(len(durations))] for what, durations in list(_kept.items())}
