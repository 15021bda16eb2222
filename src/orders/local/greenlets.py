"""Plain blocking handlers side by side on the event loop's own thread.

A handler runs in a greenlet. Where it has to wait for a commit, the thread goes back to the event loop until one commit
has been made for all the handlers that are ready: none needs a thread of its own. Waking another thread takes longer
than all the work on an order, and passing each order through threads took a third of the throughput. The commit, which
is one for many, has a thread: while a slow disk syncs, those who only read are answered.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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
        try:
            await asyncio.shield(step)  # its neighbours wait for the same step: a caller who leaves must not cancel it
        except Exception as error:
            step = handler.throw(error)
        else:
            step = handler.switch()
    result: T = step
    return result


class Member(greenlet):
    """A greenlet of a batch. Its parent is handed what it waits for, and does that for all members that wait for it."""


class Together:
    """Something that is done once for all the handlers that are ready, instead of once by each.

    It is done in a thread of its own; who comes meanwhile waits for the next time, with all who come until then. The
    handlers must all be of one event loop.
    """

    def __init__(self, action: Callable[[], None]) -> None:
        self._action = action
        self._thread = ThreadPoolExecutor(1, "together")
        self._next: asyncio.Future[None] | None = None
        self._under_way = False

    def join(self) -> None:
        """Return when the action has been done; outside of handlers and batches it is done at once."""
        handler = getcurrent()
        if isinstance(handler, Member) and handler.parent:
            handler.parent.switch(self)
            return
        if not isinstance(handler, _Handler) or handler.parent is None:
            self._action()
            return
        if self._next is None:
            loop = asyncio.get_running_loop()
            self._next = loop.create_future()
            if not self._under_way:
                self._under_way = True
                loop.call_soon(loop.call_soon, self._act)  # a turn of the loop later, with those who come in meanwhile
        handler.parent.switch(self._next)

    def act(self) -> None:
        """Do it now, for all who wait for it in a batch."""
        self._action()

    def close(self) -> None:
        self._thread.shutdown()

    def _act(self) -> None:
        done, self._next = self._next, None
        if done is None:
            self._under_way = False
            return
        acting = asyncio.get_running_loop().run_in_executor(self._thread, self._action)
        acting.add_done_callback(lambda acted: self._acted(acted, done))

    def _acted(self, acted: "asyncio.Future[None]", done: "asyncio.Future[None]") -> None:
        error = acted.exception()
        if error:
            done.set_exception(error)
        else:
            done.set_result(None)
        self._act()
