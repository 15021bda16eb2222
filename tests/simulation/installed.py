"""Puts the simulation in the places of the outside world, before the functions are imported. Once in a process."""

import logging
from collections import deque
from collections.abc import Callable, Iterable
from functools import lru_cache
from types import ModuleType, SimpleNamespace
from typing import Any, NoReturn

from tests.simulation.current import current
from tests.simulation.scheduler import Crashed, current_process

from orders.ports import Outside
from orders.ports.events import EventPorts


def install(outside: Outside, events: EventPorts) -> None:
    """Functions that are imported from now on find `outside`, threads that are tasks, and a make-believe typesetter."""
    from orders import edition, mail, receipt
    from orders.functions import batch
    from orders.order.posted import PostedOrder
    from orders.shop import shop

    put(edition, "connect", lambda: outside)
    put(edition, "connect_events", lambda: events)
    put(edition, "has_webhook_queue", lambda: True)
    put(edition, "side_by_side", lambda: None)
    put(batch, "ThreadPoolExecutor", Threads)
    put(batch, "wait", wait)
    put(batch, "os", SimpleNamespace(_exit=end_of_process))
    put(receipt, "draw", lambda row: current.world.draw(row))
    put(mail, "compose", lambda row, pdf, at, *to: current.world.compose(row, pdf, at, *to))
    put(shop, "configured", lambda: current.world.shop)
    PostedOrder.stored = staticmethod(lru_cache(256)(PostedOrder.stored))  # type: ignore[method-assign]
    put(receipt, "draw_alone", lambda row: current.world.draw_alone(row))
    logger = logging.getLogger("orders")
    logger.propagate = False
    logger.handlers = [ToTheChecker()]
    logger.setLevel(logging.INFO)


def put(place: ModuleType, name: str, stand_in: object) -> None:
    setattr(place, name, stand_in)


class ToTheChecker(logging.Handler):
    """What is logged is evidence."""

    def emit(self, record: logging.LogRecord) -> None:
        current.world.checker.logged(record)


def end_of_process(_code: int) -> NoReturn:
    current_process().crash()
    raise Crashed


class Outcome:
    """What `batch` needs of a `Future`, at a fraction of its price: nothing here runs at the same time as anything."""

    def __init__(self) -> None:
        self._done = False
        self._value: Any = None
        self._error: Exception | None = None
        self.when_done: Callable[[], None] | None = None

    def done(self) -> bool:
        return self._done

    def running(self) -> bool:
        return not self._done

    def cancel(self) -> bool:
        return False

    def exception(self) -> Exception | None:
        return self._error

    def fulfil(self, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        try:
            self._value = work(*arguments)
        except Exception as error:
            self._error = error
        self._done = True
        if self.when_done:
            self.when_done()


class Threads:
    """In the place of `ThreadPoolExecutor`: each piece of work is a task of the process that hands it in."""

    def __init__(self, size: int, **_: object) -> None:
        self._free = size
        self._waiting: deque[Callable[[], None]] = deque()

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Outcome:
        outcome = Outcome()
        self._waiting.append(lambda: self._work(outcome, work, arguments))
        self._next()
        return outcome

    def _next(self) -> None:
        if self._free and self._waiting:
            self._free -= 1
            current.world.scheduler.start(self._waiting.popleft(), current_process())

    def _work(self, outcome: Outcome, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        outcome.fulfil(work, arguments)
        self._free += 1
        self._next()

    def map(self, work: Callable[..., Any], *inputs: Iterable[Any]) -> Iterable[Any]:
        return map(work, *inputs)


def wait(results: Iterable[Outcome], timeout: float | None) -> None:
    """In the place of `concurrent.futures.wait`: until all are done, or virtual time is over."""
    pending = [result for result in results if not result.done()]
    if pending:
        current.world.scheduler.suspend(lambda wake: _wake_when_done(wake, pending, timeout))


def _wake_when_done(wake: Callable[[], None], pending: list[Outcome], timeout: float | None) -> None:
    left = len(pending)

    def one_is_done() -> None:
        nonlocal left
        left -= 1
        if not left:
            wake()

    for result in pending:
        result.when_done = one_is_done
    if timeout is not None:
        current.world.scheduler.after(max(0, int(timeout * 1000)), wake)
