"""Pauses between attempts, at random, so that callers do not try again at the same moment.

https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
"""

import random
from collections.abc import Iterator


def growing(first: float, longest: float) -> Iterator[float]:
    """Seconds, without end: each at random, up to a bound that doubles each time, from `first` to `longest`."""
    bound = first
    while True:
        yield random.uniform(0, bound)  # noqa: S311 - no secret
        bound = min(2 * bound, longest)
