"""A deterministic scheduler: tasks in virtual time, one at work at a time, a switch wherever one waits."""

from collections.abc import Callable
from contextlib import suppress
from heapq import heappop, heappush
from itertools import count
from typing import TypeVar

from greenlet import getcurrent, greenlet

T = TypeVar("T")
Milliseconds = int
PREVIOUS, CURRENT, NEXT = 1, 2, 3
"""The versions of the code that a process may have."""


class Crashed(BaseException):
    """The process at work is no more: nothing in it may go on, and no `except Exception` holds this up."""


class Process:
    """Where tasks live and die together, at their deadline at the latest.

    `version` is that of the code in it, `on_crash` is told once. Nothing befalls the calls of one that is spared.
    """

    __slots__ = ("alive", "deadline", "is_spared", "on_crash", "version")

    def __init__(self, version: int = CURRENT) -> None:
        self.alive = True
        self.version = version
        self.deadline: Milliseconds | None = None
        self.is_spared = False
        self.on_crash: Callable[[], object] | None = None

    def crash(self) -> None:
        self.alive = False
        if self.on_crash:
            self.on_crash()


class Task(greenlet):
    """A line of work, and then another: making one takes longer than what most of them do."""

    hub: greenlet
    process: Process
    work: Callable[[], object]

    def run(self) -> None:
        while True:
            with suppress(Crashed):
                self.work()
            _idle.append(self)
            self.hub.switch()


_idle: list[Task] = []
OUTSIDE = Process()
"""Where actors outside the system live, such as a shop: it never dies."""


class Scheduler:
    """Whoever makes it runs it. What is due at the same instant happens in the order in which it was asked for."""

    def __init__(self) -> None:
        self.now: Milliseconds = 0
        self._agenda: list[tuple[Milliseconds, int, Callable[[], object]]] = []
        self._number = count()
        self._hub = getcurrent()

    def after(self, delay: Milliseconds, action: Callable[[], object]) -> None:
        """Do this once so much time has passed."""
        heappush(self._agenda, (self.now + delay, next(self._number), action))

    def start(self, work: Callable[[], object], process: Process = OUTSIDE) -> None:
        """Begin a task; it ends with its process."""
        task = _idle.pop() if _idle else Task(parent=self._hub)
        task.hub, task.work, task.process = self._hub, work, process
        self.after(0, task.switch)

    def within(self, process: Process, work: Callable[[], T]) -> T | None:
        """Do this as part of a process; nothing comes back from one that crashes."""
        task = getcurrent()
        assert isinstance(task, Task)
        outer, task.process = task.process, process
        try:
            return work()
        except Crashed:
            return None
        finally:
            task.process = outer

    def sleep(self, duration: Milliseconds) -> None:
        """Let others work meanwhile."""
        task = getcurrent()
        heappush(self._agenda, (self.now + duration, next(self._number), task.switch))
        self._wait(task)

    def suspend(self, wakes: Callable[[Callable[[], None]], object]) -> None:
        """Wait until somebody calls what `wakes` is given; more calls of it do nothing."""
        task = getcurrent()
        asleep = True

        def wake() -> None:
            nonlocal asleep
            if asleep:
                asleep = False
                self.after(0, task.switch)

        wakes(wake)
        self._wait(task)

    def run(self, finished: Callable[[], bool], latest: Milliseconds) -> bool:
        """Work until all is finished, or nothing is left to do, or it is too late; whether all is finished."""
        agenda = self._agenda
        while not finished():
            if not agenda or agenda[0][0] > latest:
                return False
            self.now, _, action = heappop(agenda)
            action()
        return True

    def _wait(self, task: greenlet) -> None:
        self._hub.switch()
        process = process_of(task)
        if process.deadline and self.now > process.deadline:
            process.crash()
        if not process.alive:
            raise Crashed


def process_of(task: greenlet) -> Process:
    return task.process if isinstance(task, Task) else OUTSIDE


def current_process() -> Process:
    return process_of(getcurrent())
