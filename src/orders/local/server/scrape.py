"""`GET /metrics`, for Prometheus: open to a program on this machine, and to callers with an operator's key."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from orders.api.authority import Authority
from orders.local.server.guard import is_direct
from orders.local.server.key_guard import guarded
from orders.local.server.keys import KeyRing
from orders.local.server.refused_keys import RefusedKeys

PATH = "/metrics"


class Scrape:
    """Answers with every metric of a registry. They are collected in a thread, one scrape after another.

    First `look` has the server see whether it is ready.
    """

    def __init__(self, registry: CollectorRegistry, look: Callable[[], Awaitable[object]]) -> None:
        self._registry = registry
        self._look = look
        self._thread = ThreadPoolExecutor(1, "metrics")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._look()
        text = await asyncio.get_running_loop().run_in_executor(self._thread, generate_latest, self._registry)
        answer = Response(text, 200, {"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE_PLAIN_0_0_4})
        await answer(scope, receive, send)

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)


class Direct:
    """Lets programs on this machine in by one way, and everybody else by another."""

    def __init__(self, direct: ASGIApp, others: ASGIApp) -> None:
        self._direct = direct
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self._direct if is_direct(scope) else self._others)(scope, receive, send)


def route(scrape: Scrape, keys: KeyRing | None, refused_keys: RefusedKeys) -> Route:
    """A server without `keys` answers nobody else anyway."""
    app = Direct(scrape, guarded(scrape, Authority.OPERATOR, keys, refused_keys)) if keys else scrape
    return Route(PATH, app, methods=["GET"])
