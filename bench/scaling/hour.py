"""An hour of orders against the limits, second by second: what waits where, and how long a receipt takes.

An order that the API refuses is sent again until it is accepted. An accepted one waits in the queue until its receipt
is made. Nothing is lost anywhere, so what waits is all that a limit does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from scaling.arrivals import HOUR, arrivals
from scaling.limits import Limit

SECONDS_AT_LEAST = 0.3
"""From the POST to the receipt, if nothing waits."""
DOUBLES_AFTER = 1800
"""On-demand tables take twice the peak of the half hour before.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html
"""
AT_FIRST, MORE_A_SECOND = 5, 300 / 60
"""The invocations at the same time with which Lambda begins to serve a queue, and how many more it adds.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""


@dataclass(frozen=True, slots=True)
class Hour:
    """`busiest` is the most that arrives in a second. `refused` and `queued` are the most that wait at one time.

    `typical` and `slowest` are seconds to the receipt: the median, and that of 99 in 100. `mails` and `uncounted` are
    those that wait after the hour.
    """

    busiest: int
    refused: float
    queued: float
    typical: float
    slowest: float
    mails: float
    uncounted: float


def played(limits: Sequence[Limit], orders: float, seed: int) -> Hour:
    arriving = arrivals(orders, seed)
    accepting = _Stage([each for each in limits if each.stage == "accept"])
    completing = _Stage([each for each in limits if each.stage == "complete"])
    mailing = _Stage([each for each in limits if each.stage == "mail"])
    counting = _Stage([each for each in limits if each.stage == "count"])
    completed = []
    for second, number in enumerate(arriving):
        accepted = accepting.passed(number, second)
        counting.passed(accepted, second)
        completed.append(completing.passed(accepted, second))
        mailing.passed(completed[-1], second)
    typical, slowest = _times(arriving, completed, min(accepting.capacity(HOUR), completing.capacity(HOUR)))
    return Hour(max(arriving), accepting.most, completing.most, typical, slowest, mailing.waiting, counting.waiting)


class _Stage:
    """What waits for the limits of a stage, and passes as fast as they allow."""

    def __init__(self, limits: Sequence[Limit]) -> None:
        self._limits = list(limits)
        self.waiting = self.most = self._peak = 0.0

    def passed(self, number: float, second: int) -> float:
        """How many pass in this second, of those that waited and these."""
        if second == DOUBLES_AFTER:
            self._limits = [self._grown(limit) for limit in self._limits]
        self.waiting += number
        passed = min(self.waiting, self.capacity(second))
        self.waiting -= passed
        self.most, self._peak = max(self.most, self.waiting), max(self._peak, passed)
        return passed

    def capacity(self, second: int) -> float:
        return min((_now(limit, second) for limit in self._limits), default=float("inf"))

    def _grown(self, limit: Limit) -> Limit:
        return replace(limit, allowed=max(limit.allowed, 2 * self._peak * limit.of_an_order)) if limit.grows else limit


def _now(limit: Limit, second: int) -> float:
    """Orders a second that a limit allows in this second of the hour."""
    if not limit.polls:
        return limit.orders
    return min(limit.allowed, AT_FIRST + MORE_A_SECOND * second) / limit.of_an_order


def _times(arriving: Sequence[int], completed: Sequence[float], afterwards: float) -> tuple[float, float]:
    """Seconds to the receipt, the first order first: the median, and that of 99 in 100."""
    done, waits, second = list(accumulate(completed)), [], 0
    for arrived, total in enumerate(accumulate(arriving)):
        while second < HOUR and done[second] < total - 0.5:
            second += 1
        late = (total - done[-1]) / afterwards if second == HOUR else 0.0
        waits.append((max(second - arrived, 0) + late, arriving[arrived]))
    waits.sort()
    return tuple(max(SECONDS_AT_LEAST, _at(waits, share)) for share in (0.5, 0.99))  # type: ignore[return-value]


def _at(waits: Sequence[tuple[float, int]], share: float) -> float:
    """The wait that this share of the orders do not exceed."""
    left = share * sum(number for _, number in waits)
    for wait, number in waits:
        left -= number
        if left <= 0:
            return wait
    return waits[-1][0]
