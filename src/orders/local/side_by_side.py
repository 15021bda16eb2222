"""Plain blocking handlers side by side on the event loop's own thread.

A handler runs in a greenlet. Where it waits for a commit, the thread goes back to the event loop until the commit is
done, so that all handlers in flight share one commit and none needs a thread. To wake another thread takes longer than
all the work on an order: here that is done twice a commit instead of four times an order.
"""

import asyncio
import threading
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from greenlet import getcurrent, greenlet

T = TypeVar("T")


class _Handler(greenlet):
    """A greenlet that `run` drives."""


async def run(work: Callable[..., T], *arguments: Any) -> T:
    """What `work` returns or raises; the loop goes on while it waits for a `Handover`."""
    handler = _Handler(work)
    step = handler.switch(*arguments)
    while not handler.dead:
        step = handler.switch(await step)
    result: T = step
    return result


class Handover(Generic[T]):
    """One value, from the thread that will have it to the one that made this and waits."""

    def __init__(self) -> None:
        current = getcurrent()
        self._loop_side = current.parent if isinstance(current, _Handler) else None
        if self._loop_side:
            self.loop = asyncio.get_running_loop()
            self._future: asyncio.Future[T] = self.loop.create_future()
        else:
            self._given = threading.Lock()
            self._given.acquire()

    @property
    def in_handler(self) -> bool:
        return self._loop_side is not None

    def take(self) -> T:
        """Wait for the value; in a handler the event loop goes on meanwhile."""
        if self._loop_side:
            value: T = self._loop_side.switch(self._future)
            return value
        self._given.acquire()
        return self._value

    def _give(self, value: T) -> None:
        if self._loop_side:
            self._future.set_result(value)
        else:
            self._value = value
            self._given.release()


def hand_over(values: Iterable[tuple[Handover[T], T]]) -> None:
    """Give each its value. The event loop is woken once for all of its handlers."""
    for_handlers: list[tuple[Handover[T], T]] = []
    for handover, value in values:
        if handover.in_handler:
            for_handlers.append((handover, value))
        else:
            handover._give(value)
    if for_handlers:
        for_handlers[0][0].loop.call_soon_threadsafe(_give_all, for_handlers)


def _give_all(values: list[tuple[Handover[T], T]]) -> None:
    for handover, value in values:
        handover._give(value)
