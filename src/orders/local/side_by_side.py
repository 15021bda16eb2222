"""Plain blocking handlers side by side on the event loop's own thread.

A handler runs in a greenlet. Where it has to wait for a commit, the thread goes back to the event loop until one commit
has been made for all the handlers that are ready: none needs a thread of its own. Waking another thread takes longer
than all the work on an order, and passing each order through threads took a third of the throughput.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from greenlet import getcurrent, greenlet

T = TypeVar("T")


class _Handler(greenlet):
    """A greenlet that `run` drives."""


async def run(work: Callable[..., T], *arguments: Any) -> T:
    """What `work` returns or raises; the loop goes on while it waits in `Together.join`."""
    handler = _Handler(work)
    step = handler.switch(*arguments)
    while not handler.dead:
        await asyncio.shield(step)  # its neighbours wait for the same step: a caller who leaves must not cancel it
        step = handler.switch()
    result: T = step
    return result


class Together:
    """Something that is done once for all the handlers that are ready, instead of once by each."""

    def __init__(self, action: Callable[[], None]) -> None:
        self._action = action
        self._done: asyncio.Future[None] | None = None

    def join(self) -> None:
        """Return when the action has been done; outside of handlers it is done at once."""
        handler = getcurrent()
        if not isinstance(handler, _Handler) or handler.parent is None:
            self._action()
            return
        if self._done is None:
            loop = asyncio.get_running_loop()
            self._done = loop.create_future()
            loop.call_soon(loop.call_soon, self._act)  # one turn of the loop later, with those who come in meanwhile
        handler.parent.switch(self._done)

    def _act(self) -> None:
        done, self._done = self._done, None
        try:
            self._action()
        finally:
            if done:
                done.set_result(None)
