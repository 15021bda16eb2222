"""The records of a batch one after another in one thread, with one write for all of them.

Each record has a greenlet. Where the work has to wait for a write, the next record's turn comes, and one write is made
for all that wait. Ten threads changed places fifty times for each order, and each order was synced by itself.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from orders.local.greenlets import Member, Together

SECONDS_TO_GATHER = 0.1
"""How long a write may wait for others to share it, besides the record in hand: a slow record must not delay it."""

Work = Callable[[str], object]


def run(work: Work, order_ids: Sequence[str], seconds: float) -> Sequence["Future[object]"]:
    """Do the work for each order id. Work that has not begun after `seconds` is not done."""
    deadline = time.monotonic() + seconds
    batch = _Batch()
    futures = [Future[object]() for _ in order_ids]
    for order_id, future in zip(order_ids, futures, strict=True):
        if time.monotonic() < deadline:
            batch.begin(work, order_id, future)
    batch.finish()
    return futures


class _Batch:
    """Its members that wait, by what they wait for."""

    def __init__(self) -> None:
        self._waiting: dict[Together, list[Member]] = {}
        self._waiting_since = 0.0

    def begin(self, work: Work, order_id: str, future: "Future[object]") -> None:
        member = Member(_do)
        self._place(member, member.switch(work, order_id, future))
        if self._waiting and time.monotonic() - self._waiting_since > SECONDS_TO_GATHER:
            self.finish()

    def finish(self) -> None:
        """Write until nobody waits any more."""
        while self._waiting:
            write, members = self._waiting.popitem()
            error = _error_of(write)
            for member in members:
                self._place(member, member.throw(error) if error else member.switch())

    def _place(self, member: Member, wanted: Together) -> None:
        if member.dead:
            return
        if not self._waiting:
            self._waiting_since = time.monotonic()
        self._waiting.setdefault(wanted, []).append(member)


def _do(work: Work, order_id: str, future: "Future[object]") -> None:
    try:
        future.set_result(work(order_id))
    except Exception as error:
        future.set_exception(error)


def _error_of(write: Together) -> Exception | None:
    try:
        write.act()
    except Exception as error:
        return error
    return None
