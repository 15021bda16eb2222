"""The HTTP server around the application: uvicorn, with limits on what callers may send and how long they may take."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial

import uvicorn
from starlette.types import ASGIApp

from orders.local.minutely import Minutely
from orders.local.server.connection import Connection
from orders.local.server.limits import Limits

log = logging.getLogger(__name__)

SECONDS_TO_FINISH = 30
"""How long requests in hand may take when the server is asked to stop."""


def http_server(app: ASGIApp, limits: Limits, every_second: Callable[[], None] = lambda: None) -> uvicorn.Server:
    """A server for the application; `every_second` is called on its event loop."""
    refused = Minutely(log, "Refused connections and requests")

    async def look() -> None:
        now, connections = asyncio.get_running_loop().time(), list(server.server_state.connections)
        crowded = len(connections) > limits.connections // 2
        for connection in connections:
            assert isinstance(connection, Connection)  # noqa: S101 - the only kind that this server makes
            connection.look(now, crowded=crowded)
        refused.look()
        every_second()

    config = uvicorn.Config(
        app,
        http=partial(Connection, limits, refused),  # type: ignore[arg-type] # uvicorn calls it, no more
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
        callback_notify=look,
        timeout_notify=0,  # once a second, the least there is
    )
    server = uvicorn.Server(config)
    return server
