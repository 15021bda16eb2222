"""`orders.ports.events.Sender`: requests at the same time, in threads, over connections that are kept open."""

import ssl
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from orders.order.errors import BadRequest
from orders.order.webhook import SECONDS_TO_ANSWER, Answer
from orders.outbound.attempt import Attempt
from orders.outbound.connections import Checked, connection_to, tls_context
from orders.outbound.idle import Idle
from orders.outbound.rules import Rules, Target
from orders.ports.events import WebRequest

FIRST_THREADS = 2
"""Enough for a fast receiver: more threads would only share Python's lock."""
MOST_THREADS = 64
_STEP = 0.01
"""Seconds after which a round that is not over gets twice as many threads, up to `MOST_THREADS`."""


@dataclass
class HttpSender:
    """`context` says which certificates are trusted, `seconds` how long one attempt takes, at most."""

    rules: Rules
    context: ssl.SSLContext = field(default_factory=tls_context)
    seconds: float = SECONDS_TO_ANSWER
    _idle: Idle = field(default_factory=Idle)

    def refuse(self, url: str) -> None:
        self.rules.target(url)

    def post_all(self, requests: Sequence[WebRequest]) -> Sequence[Answer]:
        attempts = [self._attempt(request) for request in requests]
        Round([each for each in attempts if isinstance(each, Attempt)], self.seconds).run()
        return [each.answer() if isinstance(each, Attempt) else each for each in attempts]

    def close(self) -> None:
        """Close the connections that are kept open. It can be used again."""
        self._idle.close()

    def _attempt(self, request: WebRequest) -> Attempt | Answer:
        try:
            target = self.rules.target(request.url)
        except BadRequest as refused:
            return Answer(None, error=str(refused))
        return Attempt(request, target, self._idle, self._connect, self.seconds)

    def _connect(self, target: Target) -> Checked:
        return connection_to(target, self.rules, self.context)


class Round:
    """Attempts that are made at the same time. It is over when all are over, or given up after their `seconds`."""

    def __init__(self, attempts: Sequence[Attempt], seconds: float) -> None:
        self._waiting = deque(attempts)
        self._running: set[Attempt] = set()
        self._seconds = seconds
        self._lock = threading.Lock()
        self._is_over = threading.Event()

    def run(self) -> None:
        """Make all attempts. Threads whose attempt was given up end by themselves."""
        threads, pause = min(FIRST_THREADS, len(self._waiting)), _STEP
        while self._is_left():
            self._have(threads)
            if self._is_over.wait(pause):
                return
            threads = min(2 * threads, MOST_THREADS)
            pause = _STEP if self._waiting and threads < MOST_THREADS else self._until_the_first_is_late()
            self._give_up_late_ones()

    def _is_left(self) -> bool:
        with self._lock:
            return bool(self._waiting or self._running)

    def _have(self, threads: int) -> None:
        """Start threads until so many are at work, each with an attempt of its own."""
        with self._lock:
            starting = [self._next() for _ in range(min(threads - len(self._running), len(self._waiting)))]
        for attempt in starting:
            threading.Thread(target=self._work, args=(attempt,), name="webhook", daemon=True).start()

    def _next(self) -> Attempt:
        attempt = self._waiting.popleft()
        self._running.add(attempt)
        return attempt

    def _work(self, attempt: Attempt | None) -> None:
        while attempt is not None:
            attempt.run()
            attempt = self._after(attempt)

    def _after(self, attempt: Attempt) -> Attempt | None:
        """The next attempt for a thread, if any. A thread whose attempt was given up was replaced, and gets none."""
        with self._lock:
            if attempt not in self._running:
                return None
            self._running.remove(attempt)
            if self._waiting:
                return self._next()
            if not self._running:
                self._is_over.set()
            return None

    def _until_the_first_is_late(self) -> float:
        with self._lock:
            return max(min((each.seconds_left() for each in self._running), default=0.0), 0.0) + 0.001

    def _give_up_late_ones(self) -> None:
        with self._lock:
            late = [each for each in self._running if each.seconds_left() <= 0]
            self._running.difference_update(late)
        for attempt in late:
            attempt.give_up()
