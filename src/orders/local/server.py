"""`orders serve`: the template's routes over HTTP, its queues and schedules, in one process."""

import contextlib
import gc
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Mapping
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

from orders.authority import Authority
from orders.clock import utc_now
from orders.errors import Unavailable
from orders.http import Problem, refusals
from orders.local import runtime, template
from orders.local.bucket import PREFIX, FolderBucket
from orders.local.event_sources import running
from orders.local.folder import DataFolder
from orders.local.gateway import Gateway, problem, response
from orders.local.guard import DOORS, SameMachine, is_this_machine
from orders.local.keys import HOLDERS, KeyRing
from orders.local.runtime import Function
from orders.local.stack import Stack, taken_up

SECONDS_TO_FINISH = 30
"""How long requests in hand may take when the server is asked to stop."""


class CannotServe(Exception):
    """The server can't start; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`port` 0 is any free one. Callers need keys on an address that other machines reach, and where `ask_for_keys`."""

    host: str
    port: int
    data: Path
    ask_for_keys: bool = False


Ready = Callable[[str, Mapping[Authority, str]], None]
"""Told the server's address, and the keys that were made for it: nothing shows them again."""


def serve(settings: Settings, ready: Ready) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is in hand.

    Raises:
        CannotServe: the address can't be listened on.
        FolderError: the data folder can't be used, or what is in it is damaged.
    """
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    os.environ["ORDERS_DATA"] = str(settings.data)
    folder = DataFolder.open(settings.data)
    with folder.lock(), contextlib.closing(taken_up(folder)) as stack, _listen(settings) as listener:
        host, port = listener.getsockname()[:2]
        address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        keys = KeyRing(folder.keys) if settings.ask_for_keys or not is_this_machine(settings.host) else None
        made = _first_keys(keys) if keys else {}
        app = application(stack, keys, lambda: ready(address, made))
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


def application(stack: Stack, keys: KeyRing | None, ready: Callable[[], None]) -> Starlette:
    """Every route of the template, the signed links, and everything around them that has no place on AWS.

    Without `keys` whoever calls from this machine may do everything, and nobody else anything.
    """

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        with running(stack):
            ready()
            yield

    def route(spec: template.Route, function: Function) -> Route:
        gateway: ASGIApp = Gateway(spec, function)
        if keys and spec.authority in DOORS:
            gateway = DOORS[spec.authority](gateway, keys)
        found = Route(spec.path, gateway, methods=[spec.method])
        found.methods = {spec.method}  # Starlette would add HEAD, which API Gateway does not
        return found

    routes = [
        route(each, runtime.function(spec))
        for spec in stack.template.functions.values()
        for each in spec.routes
        if each.method != "ANY"  # which refuses other methods on AWS
    ]
    routes.sort(key=lambda route: route.path.replace("{", "~"))  # a fixed step goes before a variable one, as on AWS
    app = Starlette(
        routes=[*routes, Route(f"/{PREFIX}{{key:path}}", _files(stack.bucket))],
        middleware=[] if keys else [Middleware(SameMachine)],
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


_LINK_REFUSED = Problem(
    403, "link-refused", "The link is not valid", "It is older than five minutes, or was altered. Ask for a fresh one."
)


def _link_refused() -> Response:
    return response(_LINK_REFUSED.answer())


def _http_error(request: Request, error: Exception) -> Response:
    """Starlette's own errors: no such path, no such method."""
    if isinstance(error, HTTPException) and error.status_code == 405:
        refusal = response(refusals.METHOD_NOT_ALLOWED.answer())
        refusal.headers.update(error.headers or {})
        return refusal
    altered_link = "signature" in request.query_params
    return _link_refused() if altered_link else response(refusals.NOT_FOUND.answer())


def _collect_rarely() -> None:
    """A full collection looks at every waiting bell, 40 ms in which nobody is answered; hardly anything needs one."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 100)


def _leave(_signal: int, _frame: object) -> NoReturn:
    """Before and after uvicorn's own handling, which lets requests finish and then sends the signal once more."""
    raise SystemExit(0)


def _first_keys(keys: KeyRing) -> dict[Authority, str]:
    """A key of each kind of which there is none yet."""
    there = {key.kind for key in keys.all()}
    return {holder: keys.make(holder, holder.value) for holder in HOLDERS if holder not in there}


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
