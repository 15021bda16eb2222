"""How fast SES takes e-mails from this account, and whose turn it is: e-mails wait instead of being refused.

https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas.html
https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html
"""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from orders.order.errors import MailThrottled

SECONDS_BETWEEN_READINGS = 300.0
SECONDS_AFTER_A_FAILURE = 60.0
LONGEST_WAIT = 21.0
"""Seconds that an e-mail waits for its turn. A batch of ten waits for 20 in a new account, of SendReceipt's 30."""
SHARE = 0.9
"""Of the rate that SES allows: the time from an e-mail's turn to its arrival varies."""
PAUSE_AFTER_A_REFUSAL = 1.0


@dataclass(frozen=True, slots=True)
class Quota:
    """E-mails a second, and how many more may be sent in the 24 hours that end now."""

    per_second: float
    left: float


OF_A_NEW_ACCOUNT = Quota(1.0, math.inf)
"""The lowest rate that SES has, as long as the quota can't be read. SES itself refuses too many e-mails for a day."""


class MailRate:
    """The turns of the e-mails that this process sends, at its share of the account's quota.

    `senders` processes have equal shares, so that they need not communicate. A process that sends alone uses its own
    share only. `read_quota` returns None if the quota can't be read now: the last known one still holds.
    """

    def __init__(
        self,
        read_quota: Callable[[], Quota | None],
        senders: int,
        clock: Callable[[], float] | None = None,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        self._read_quota = read_quota
        self._senders = senders
        self._clock = clock or time.monotonic
        self._sleep = sleep or time.sleep
        self._lock = threading.Lock()
        self._quota = OF_A_NEW_ACCOUNT
        self._left = math.inf
        self._next_reading = self._next_turn = -math.inf

    def wait_for_turn(self) -> None:
        """Return when the next e-mail may be sent.

        Raises:
            MailThrottled: it would take too long, or the quota of 24 hours is used up.
        """
        with self._lock:
            pause = self._take_turn()
        self._sleep(pause)

    def slow_down(self) -> None:
        """SES has refused an e-mail as one too many. Others may send from this account, too."""
        with self._lock:
            now = self._clock()
            self._next_turn = max(self._next_turn, now + PAUSE_AFTER_A_REFUSAL)
            self._next_reading = min(self._next_reading, now + PAUSE_AFTER_A_REFUSAL)

    def _take_turn(self) -> float:
        """The seconds until the turn."""
        self._read_if_old()
        now = self._clock()
        turn = max(now, self._next_turn)
        if self._left < 1:
            raise MailThrottled("mail: the account's sending quota of 24 hours is used up")
        if turn - now > LONGEST_WAIT:
            raise MailThrottled(f"mail: the account sends {self._quota.per_second:g} a second, and others are first")
        self._left -= 1
        self._next_turn = turn + self._senders / (SHARE * self._quota.per_second)
        return turn - now

    def _read_if_old(self) -> None:
        if self._clock() < self._next_reading:
            return
        if quota := self._read_quota():
            self._quota = quota
            self._left = math.ceil(quota.left / self._senders) if quota.left < math.inf else math.inf
        self._next_reading = self._clock() + (SECONDS_BETWEEN_READINGS if quota else SECONDS_AFTER_A_FAILURE)
