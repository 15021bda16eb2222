"""`/health/live` and `/health/ready`: for load balancers, containers and service managers.

Anyone may call them, also through a proxy, and without keys, with HTTP/1.0, or without a header Host. The answer is one
word; the log has the reasons. Nobody can keep the server busy with them: a result is kept for a second.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from orders.api.http import refusals
from orders.local.folder.folder import DataFolder
from orders.local.folder.room import rooms
from orders.local.server.gateway import response
from orders.local.sqlite.table import SqliteTable
from orders.order.errors import Unavailable

log = logging.getLogger(__name__)

LIVE, READY = "/health/live", "/health/ready"
SECONDS_KEPT = 1.0
"""How long an answer about being ready holds."""
SECONDS_TO_CHECK = 2.0
"""A table, disk or worker that takes longer counts as one that does not answer."""
_METHODS = "GET, HEAD"
_NO_ANSWER = f"the table, the disk or a worker does not answer within {SECONDS_TO_CHECK:g} s"
_ROW = "SELECT 1 FROM folder LIMIT 1"

Check = Callable[[], Sequence[str]]
"""Why the server can't do its work, in the words of the log. It may block."""


class Readiness:
    """Whether the server can accept and complete orders. The log says why not, once for each change."""

    def __init__(self) -> None:
        self._check: Check = lambda: ("it has not started",)
        self._thread = ThreadPoolExecutor(1, "readiness")
        self._checking: asyncio.Future[Sequence[str]] | None = None
        self._began = float("-inf")
        self._reasons: Sequence[str] = ()

    @property
    def was_ready(self) -> bool:
        """When it was last seen."""
        return not self._reasons

    def begin(self, check: Check) -> None:
        """From now on, this check says whether the server is ready."""
        self._check = check

    async def is_ready(self) -> bool:
        """As it was seen within the last second. One check runs at a time, for all who ask."""
        loop = asyncio.get_running_loop()
        if self._checking is None and loop.time() - self._began >= SECONDS_KEPT:
            self._began = loop.time()
            self._checking = loop.run_in_executor(self._thread, self._check)
            self._checking.add_done_callback(self._seen)
        if self._checking:
            left = self._began + SECONDS_TO_CHECK - loop.time()
            _, late = await asyncio.wait({self._checking}, timeout=max(0.0, left))
            if late:
                self._note((_NO_ANSWER,))
        return self.was_ready

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _seen(self, checked: "asyncio.Future[Sequence[str]]") -> None:
        self._checking = None
        if not checked.cancelled():
            error = checked.exception()
            self._note((f"the check failed: {type(error).__name__}",) if error else checked.result())

    def _note(self, reasons: Sequence[str]) -> None:
        if list(reasons) != list(self._reasons):
            if reasons:
                log.error("not ready: %s", "; ".join(reasons))
            else:
                log.warning("ready again")
        self._reasons = reasons


def check_of(table: SqliteTable, folder: DataFolder, workers_live: Callable[[], bool]) -> Check:
    """The table answers, each disk has room and can be written to, and the workers live."""

    def check() -> Sequence[str]:
        return [*_of_the_table(table), *_of_the_disks(folder), *([] if workers_live() else ["a worker is not running"])]

    return check


def _of_the_table(table: SqliteTable) -> Sequence[str]:
    try:
        table.ask(lambda connection: connection.execute(_ROW).fetchone())
        table.check_that_it_takes_writes()
    except Unavailable as error:
        return [str(error)]
    return []


def _of_the_disks(folder: DataFolder) -> Sequence[str]:
    try:
        return [room.shortage for room in rooms(folder) if room.shortage]
    except OSError as error:
        return [f"the data folder can't be read: {error.strerror or error}"]


class Health:
    """Answers the two addresses, and passes everything else on to the application."""

    def __init__(self, app: ASGIApp, readiness: Readiness) -> None:
        self._app = app
        self._readiness = readiness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in {LIVE, READY}:
            await (await self._answer(scope))(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response:
        if scope["method"] not in _METHODS.split(", "):
            refusal = response(refusals.METHOD_NOT_ALLOWED.answer())
            refusal.headers["Allow"] = _METHODS
            return refusal
        if scope["path"] == LIVE:
            return _said("live", 200)
        if await self._readiness.is_ready():
            return _said("ready", 200)
        return _said("not ready", 503)


def _said(status: str, code: int) -> Response:
    return JSONResponse({"status": status}, code, {"Cache-Control": "no-store"})
