"""Plain blocking handlers side by side on the event loop's own thread.

A handler runs in a greenlet. Where it has to wait for a commit, the thread goes back to the event loop until one commit
has been made for all the handlers that are ready: none needs a thread of its own. Waking another thread takes longer
than all the work on an order, and passing each order through threads took a third of the throughput. The commit, which
is one for many, has a thread: while a slow disk syncs, those who only read are answered.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from greenlet import getcurrent, greenlet

T = TypeVar("T")

MOST_IDLE = 128
"""Greenlets of a thread that are kept for further calls. A new one costs two system calls, for its stack."""


class _Handler(greenlet):
    """A greenlet that does one piece of work after another. `waits_for` is what it waits for in the midst of one.

    Nothing in a greenlet's own frames may refer to it while it waits: the garbage collector does not look there.
    """

    waits_for: "asyncio.Future[None] | None" = None

    def __init__(self) -> None:
        self._desk: list[Any] = []
        super().__init__(partial(_do_all, self._desk))

    def begin(self, work: Callable[[], Any]) -> None:
        self._desk.append(work)
        self.switch()

    def result(self) -> Any:
        return self._desk.pop()


def _do_all(desk: list[Any]) -> None:
    """Do what is on the desk, and put the result there instead. An error reaches the caller, and ends this greenlet."""
    parent = getcurrent().parent
    while parent:
        desk.append(desk.pop()())
        parent.switch()


class _Idle(threading.local):
    """The handlers of this thread that have nothing to do. No other thread can use them."""

    def __init__(self) -> None:
        self.handlers: list[_Handler] = []


_idle = _Idle()


async def run(work: Callable[..., T], *arguments: Any) -> T:
    """What `work` returns or raises; the loop goes on while it waits in `Together.join`."""
    idle = _idle.handlers
    handler = idle.pop() if idle else _Handler()
    handler.begin(partial(work, *arguments))
    while done := handler.waits_for:
        handler.waits_for = None
        try:
            await done
        except Exception as error:
            handler.throw(error)
        else:
            handler.switch()
    result: T = handler.result()
    if len(idle) < MOST_IDLE:
        idle.append(handler)
    return result


class Member(greenlet):
    """A greenlet of a batch. Its parent is handed what it waits for, and does that for all members that wait for it."""


class Together:
    """Something that is done once for all the handlers that are ready, instead of once by each.

    It is done in a thread of its own. A handler that joins meanwhile waits for the next time, with all that join until
    then. The handlers must all be of one event loop.
    """

    def __init__(self, action: Callable[[], None]) -> None:
        self._action = action
        self._thread = ThreadPoolExecutor(1, "together")
        self._next: list[asyncio.Future[None]] = []
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
        loop = asyncio.get_running_loop()
        if not self._under_way:
            self._under_way = True
            loop.call_soon(loop.call_soon, self._act)  # a turn of the loop later, with those who come in meanwhile
        handler.waits_for = loop.create_future()
        self._next.append(handler.waits_for)
        event_loop = handler.parent
        del handler
        event_loop.switch()

    def act(self) -> None:
        """Do it now, for all who wait for it in a batch."""
        self._action()

    def close(self) -> None:
        self._thread.shutdown()

    def _act(self) -> None:
        waiting, self._next = self._next, []
        if not waiting:
            self._under_way = False
            return
        acting = asyncio.get_running_loop().run_in_executor(self._thread, self._action)
        acting.add_done_callback(lambda acted: self._acted(acted, waiting))

    def _acted(self, acted: "asyncio.Future[None]", waiting: "list[asyncio.Future[None]]") -> None:
        error = acted.exception()
        for each in waiting:
            if each.done():
                continue  # its caller has left
            if error:
                each.set_exception(error)
            else:
                each.set_result(None)
        self._act()
