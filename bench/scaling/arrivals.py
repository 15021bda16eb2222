"""Orders that arrive in an hour: at random, with busy minutes, the same for the same seed."""

import math
import random
from collections.abc import Iterator

HOUR = 3600
BUSY, HOW_BUSY = 0.1, 2.0
"""The share of minutes that are busy, and how many times as many orders arrive in them."""
_FEW = 30


def arrivals(orders: float, seed: int) -> list[int]:
    """The orders that arrive in each second of an hour. On average, so many arrive a second."""
    dice = random.Random(f"{seed} {orders}")
    usual = orders / (1 - BUSY + BUSY * HOW_BUSY)
    return [_poisson(usual * factor, dice) for factor in _minutes(dice) for _ in range(60)]


def _minutes(dice: random.Random) -> Iterator[float]:
    """A tenth of the minutes are busy, at random places."""
    minutes = HOUR // 60
    busy = set(dice.sample(range(minutes), round(minutes * BUSY)))
    return (HOW_BUSY if minute in busy else 1.0 for minute in range(minutes))


def _poisson(mean: float, dice: random.Random) -> int:
    """How many arrive if so many do on average: by Knuth's method, or for large numbers the nearest normal one."""
    if mean > _FEW:
        return max(0, round(dice.gauss(mean, math.sqrt(mean))))
    number, product = 0, dice.random()
    while product > math.exp(-mean):
        number += 1
        product *= dice.random()
    return number
