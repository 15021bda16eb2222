"""Lets a long answer wait until the short ones are sent, and makes its parts so small that these wait briefly."""

import asyncio

FEWEST, MOST = 5, 100
"""Orders in a part of a long answer."""
FIRST = 40
SECONDS_A_PART = 0.003
"""Of processor time. Meanwhile nobody else is answered."""
TURNS = 3
"""Of the event loop: in the first it reads what callers sent meanwhile, in the next their requests begin."""
SECONDS_BETWEEN = 0.02
"""At most, so that a long answer comes to its end however many others there are."""


def fitting(orders: int, seconds: float) -> int:
    """How many orders the next part should have, if the last one had so many and took so long."""
    return max(FEWEST, min(MOST, int(orders * SECONDS_A_PART / max(seconds, 1e-6))))


class ShortFirst:
    """Counts the short requests that are being answered. All must be of one event loop."""

    def __init__(self) -> None:
        self._in_hand = 0
        self._waiting = set[asyncio.Future[None]]()

    @property
    def held_back(self) -> int:
        """How many long answers wait."""
        return len(self._waiting)

    def begins(self) -> None:
        self._in_hand += 1

    def ends(self) -> None:
        self._in_hand -= 1
        while self._waiting and not self._in_hand:
            waiting = self._waiting.pop()
            if not waiting.done():
                waiting.set_result(None)

    async def gap(self) -> None:
        """Let all short requests go first that have come by now, unless that takes too long."""
        for _ in range(TURNS):
            await asyncio.sleep(0)
        if self._in_hand:
            waiting = asyncio.get_running_loop().create_future()
            self._waiting.add(waiting)
            await asyncio.wait([waiting], timeout=SECONDS_BETWEEN)
            self._waiting.discard(waiting)
