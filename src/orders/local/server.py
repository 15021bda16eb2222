"""`orders serve`: the template's routes over HTTP, its queues and schedules, in one process."""

import contextlib
import gc
import os
import re
import signal
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from orders.clock import utc_now
from orders.errors import Unavailable
from orders.http import Problem
from orders.local import runtime, template
from orders.local.bucket import PREFIX, FolderBucket
from orders.local.event_sources import running
from orders.local.folder import DataFolder
from orders.local.gateway import Gateway, problem, response
from orders.local.guard import KeyRequired, SameMachine, is_this_machine
from orders.local.runtime import Function
from orders.local.stack import Stack, taken_up

SECONDS_TO_FINISH = 30
"""How long requests in hand may take when the server is asked to stop."""
SHORTEST_KEY = 16


class CannotServe(Exception):
    """The server can't start; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`port` 0 is any free one; `api_key` is what callers must send, on loopback nothing."""

    host: str
    port: int
    data: Path
    api_key: str | None


def serve(settings: Settings, ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is in hand. `ready` is told the server's address.

    Raises:
        CannotServe: the address can't be listened on, or is not loopback and there is no key.
        FolderError: the data folder can't be used, or what is in it is damaged.
    """
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    _check_key(settings)
    os.environ["ORDERS_DATA"] = str(settings.data)
    folder = DataFolder.open(settings.data)
    with folder.lock(), contextlib.closing(taken_up(folder)) as stack, _listen(settings) as listener:
        host, port = listener.getsockname()[:2]
        address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        app = application(stack, settings.api_key, lambda: ready(address))
        _collect_rarely()
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=SECONDS_TO_FINISH,
        )
        uvicorn.Server(config).run(sockets=[listener])


def application(stack: Stack, api_key: str | None, ready: Callable[[], None]) -> Starlette:
    """Every route of the template, the signed links, and everything around them that has no place on AWS."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        with running(stack):
            ready()
            yield

    def route(spec: template.Route, function: Function) -> Route:
        gateway: ASGIApp = Gateway(spec, function)
        if api_key and spec.api_key_required:
            gateway = KeyRequired(gateway, api_key)
        return Route(spec.path, gateway, methods=[spec.method])

    routes = [route(each, runtime.function(spec)) for spec in stack.template.functions.values() for each in spec.routes]
    routes.sort(key=lambda route: route.path.replace("{", "~"))  # a fixed step goes before a variable one, as on AWS
    app = Starlette(
        routes=[*routes, Route(f"/{PREFIX}{{key:path}}", _files(stack.bucket))],
        middleware=[] if api_key else [Middleware(SameMachine)],
        exception_handlers={HTTPException: _http_error},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return app


def _files(bucket: FolderBucket) -> Callable[[Request], Response]:
    """What S3 does for a signed link: the object, or 403 for a link that is altered or over."""

    def file(request: Request) -> Response:
        try:
            path = bucket.opened_by(request.path_params["key"], request.scope["query_string"], utc_now())
        except Unavailable as error:
            return problem(error)
        if path is None:
            return _link_refused()
        name = f"receipt-{path.stem.rpartition('-')[0]}.pdf"
        headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
        return FileResponse(path, 200, headers, "application/pdf", filename=name, content_disposition_type="inline")

    return file


_NOT_FOUND = Problem(404, "not-found", "Not found", "Nothing is at this address.")
_METHOD_NOT_ALLOWED = Problem(405, "method-not-allowed", "Method not allowed", "See the header Allow.")
_LINK_REFUSED = Problem(
    403, "link-refused", "The link is not valid", "It is older than five minutes, or was altered. Ask for a fresh one."
)


def _link_refused() -> Response:
    return response(_LINK_REFUSED.answer())


def _http_error(request: Request, error: Exception) -> Response:
    """Starlette's own errors: no such path, no such method."""
    if isinstance(error, HTTPException) and error.status_code == 405:
        refusal = response(_METHOD_NOT_ALLOWED.answer())
        refusal.headers.update(error.headers or {})
        return refusal
    altered_link = "signature" in request.query_params
    return _link_refused() if altered_link else response(_NOT_FOUND.answer())


def _collect_rarely() -> None:
    """A full collection looks at every waiting bell, 40 ms in which nobody is answered; hardly anything needs one."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 100)


def _leave(_signal: int, _frame: object) -> NoReturn:
    """Before and after uvicorn's own handling, which lets requests finish and then sends the signal once more."""
    raise SystemExit(0)


def _check_key(settings: Settings) -> None:
    if settings.api_key and not re.fullmatch("[!-~]([ -~]*[!-~])?", settings.api_key):
        raise CannotServe("ORDERS_API_KEY may hold printable ASCII characters only, with no blank at its ends.")
    if is_this_machine(settings.host):
        return
    if settings.api_key is None or len(settings.api_key) < SHORTEST_KEY:
        raise CannotServe(
            f"{settings.host} can be reached from other machines: set ORDERS_API_KEY to a secret of at least"
            f" {SHORTEST_KEY} characters first. Callers send it in the header x-api-key."
        )


def _listen(settings: Settings) -> socket.socket:
    host = "127.0.0.1" if settings.host == "localhost" else settings.host
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, settings.port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise CannotServe(
            f"Can't listen on {settings.host}:{settings.port} ({error.strerror or error})."
            " Stop what uses it, or choose another port with --port."
        ) from None
    return listener
