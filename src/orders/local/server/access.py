"""One line for each request: when, which route, its answer, how long it took, whose key. Never a path or a query.

    2026-11-23T09:05:00+0000 ACCESS  GET /receipt/{orderId}/{receiptToken} 303 1.9 ms key -

As JSON, the line has the fields `method`, `route`, `status`, `ms`, `caller` and `apiRequestId`.

A path can hold a customer's token, a query a customer's name. Lines are collected and written twice a second by a
thread of their own, so that a slow terminal or disk delays no request. A process that is killed loses the last ones.
"""

import contextlib
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orders import correlation
from orders.local.logs import TIME, Format, chosen, json_line
from orders.local.server.event import REQUEST_ID
from orders.local.server.metrics import Metrics

LOGGER = "orders.access"
KEY = "orders.key"
"""The name, in a request's scope, of the id of its key."""
SECONDS_BETWEEN_WRITES = 0.5
MOST_WAITING = 50_000
"""So many lines may wait to be written. Further ones are counted and dropped."""


class Access(NamedTuple):
    """`at` is a POSIX time. `status` is `None` if the caller left before the answer, or was cut off.

    `request_id` is in all lines that a function logged for the request. `None`: the request reached no function.
    """

    at: float
    method: str
    route: str
    status: int | None
    seconds: float
    key: str
    request_id: str | None = None

    def json(self) -> str:
        """`status` and `caller` are `null` where the text has `-`."""
        status = self.status or "-"
        return json_line(
            self.at, "INFO", LOGGER, f"{self.method} {self.route} {status}",
            method=self.method, route=self.route, status=self.status, ms=round(self.seconds * 1000, 1),
            caller=None if self.key == "-" else self.key, **{correlation.FIELD: self.request_id},
        )  # fmt: skip

    def text(self) -> str:
        at = time.strftime(TIME, time.localtime(self.at))
        status = self.status or "-"
        return f"{at} ACCESS  {self.method} {self.route} {status} {self.seconds * 1000:.1f} ms key {self.key}"


class AccessLog:
    """Writes lines to stderr while it is running."""

    def __init__(self) -> None:
        self._waiting = deque[Access]()
        self._dropped = 0
        self._stop = threading.Event()

    def add(self, access: Access) -> None:
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(access)
        else:
            self._dropped += 1

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        writer = threading.Thread(target=self._write_now_and_then, name="access log", daemon=True)
        writer.start()
        try:
            yield
        finally:
            self._stop.set()
            writer.join(2 * SECONDS_BETWEEN_WRITES)  # if nobody reads stderr, the last lines are lost

    def _write_now_and_then(self) -> None:
        while not self._stop.wait(SECONDS_BETWEEN_WRITES):
            self._write()
        self._write()

    def _write(self) -> None:
        is_json = chosen() is Format.JSON
        as_line = Access.json if is_json else Access.text
        lines = [as_line(self._waiting.popleft()) for _ in range(len(self._waiting))]
        if dropped := self._dropped:
            self._dropped -= dropped
            lines.append(_drops(f"{dropped} access lines were dropped: stderr was not read", is_json))
        with contextlib.suppress(OSError, ValueError):  # nobody reads stderr any more
            sys.stderr.write("".join(f"{line}\n" for line in lines))
            sys.stderr.flush()


def _drops(message: str, is_json: bool) -> str:
    """Not by `logging`: its lock would be held for as long as nobody reads."""
    return json_line(time.time(), "WARNING", LOGGER, message) if is_json else f"{time.strftime(TIME)} WARNING {message}"


class Accesses:
    """Adds each request to the log and to the metrics. `routes` maps each endpoint to its route."""

    def __init__(self, app: ASGIApp, log: AccessLog, metrics: Metrics, routes: Mapping[object, str]) -> None:
        self._app = app
        self._log = log
        self._metrics = metrics
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status: int | None = None
        answered = False
        began = time.perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status, answered
            await send(message)
            if status is None:
                status = message["status"]
            elif not answered and not message.get("more_body"):
                answered = True  # some applications go on for a while after that
                self._note(scope, status, began)

        try:
            await self._app(scope, receive, noted)
        except Exception:
            status = status or 500
            raise
        finally:
            if not answered:
                self._note(scope, status, began)

    def _note(self, scope: Scope, status: int | None, began: float) -> None:
        route, key = self._routes.get(scope.get("endpoint"), "-"), scope.get(KEY, "-")
        seconds = time.perf_counter() - began
        self._log.add(Access(time.time(), scope["method"], route, status, seconds, key, scope.get(REQUEST_ID)))
        self._metrics.observe_request(scope["method"], route, status, seconds)
