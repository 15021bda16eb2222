"""The retry schedule: when a waiting order or e-mail is tried again, and when the system gives up on it."""

from datetime import datetime, timedelta

FIRST_SWEEP = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=15)
LONGEST_WAIT = timedelta(days=1)
LONGEST_WAIT_OF_MAIL = timedelta(days=3)
FEWEST_ATTEMPTS = 90
"""After the longest wait and so many attempts, an operator has to decide.

A day has about a hundred attempts. A clock that jumps a day ahead makes none.
"""


def next_due(waiting_since: datetime, now: datetime) -> datetime:
    """When the sweep should send the next message for an order that has waited in vain.

    The pause is as long as the order has waited so far, at least a minute, at most a quarter of an hour. So a long
    backlog is not multiplied.
    """
    return now + min(max(now - waiting_since, FIRST_SWEEP), LONGEST_PAUSE)


def is_over(waiting_since: datetime, now: datetime, attempts: int, longest: timedelta = LONGEST_WAIT) -> bool:
    """Whether it has waited for longer than `longest`, and was tried all the while."""
    return now - waiting_since > longest and attempts >= FEWEST_ATTEMPTS
