"""The web application of one machine: the template's routes, the signed links, the operators' page."""

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from orders.api.http import refusals
from orders.local.lambda_ import runtime, template
from orders.local.lambda_.runtime import Function
from orders.local.server import downloads, page, scrape
from orders.local.server.access import Accesses, AccessLog
from orders.local.server.event_sources import running
from orders.local.server.fixed_paths import FixedPaths
from orders.local.server.gateway import Gateway, response
from orders.local.server.guard import OneHost, SameMachine
from orders.local.server.health import Health
from orders.local.server.key_guard import guarded
from orders.local.server.keys import KeyRing
from orders.local.server.monitoring import Monitoring
from orders.local.server.refused_keys import RefusedKeys
from orders.local.server.short_first import ShortFirst
from orders.local.stack import Stack


def application(stack: Stack, keys: KeyRing | None, refused_keys: RefusedKeys, ready: Callable[[], None]) -> Starlette:
    """The routes of the template, the signed links, the operators' page, metrics and health, with the guards.

    Without `keys`, callers on this machine may do everything, and nobody else anything but see that it is healthy.
    """
    accesses, short_first, monitoring = AccessLog(), ShortFirst(), Monitoring(stack, refused_keys)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        with (
            accesses.running(),
            running(stack, monitoring.metrics.observe) as are_alive,
            monitoring.watching(are_alive),
        ):
            ready()
            yield

    def gateway(spec: template.Route, function: Function) -> ASGIApp:
        app = Gateway(spec, function, short_first)
        return guarded(app, spec.authority, keys, refused_keys) if keys else app

    by_path: dict[str, dict[str, ASGIApp]] = {}
    for spec in stack.template.functions.values():
        for each in spec.routes:
            if each.method != "HEAD":  # Starlette answers HEAD by GET, and refuses other methods
                by_path.setdefault(each.path, {})[each.method] = gateway(each, runtime.function(spec))
    routes = [Route(path, ByMethod(apps), methods=list(apps)) for path, apps in by_path.items()]
    routes.sort(
        key=lambda route: route.path.replace("{", "~")
    )  # a fixed path goes before one with a variable, as on AWS
    routes += [
        downloads.route(stack),
        scrape.route(monitoring.scrape, keys, refused_keys),
        *page.routes(asks_for_keys=keys is not None),
    ]
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(Health, monitoring.readiness),
            Middleware(Accesses, accesses, monitoring.metrics, {route.endpoint: route.path for route in routes}),
            Middleware(OneHost if keys else SameMachine),
            Middleware(FixedPaths, routes),
        ],
        exception_handlers={HTTPException: _http_error},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return app


class ByMethod:
    """The methods of one path. Starlette would refuse those of the second route with the same path."""

    def __init__(self, apps: Mapping[str, ASGIApp]) -> None:
        self._apps = apps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        await self._apps[method](scope, receive, send)


def _http_error(request: Request, error: Exception) -> Response:
    """Starlette's own errors: no such path, no such method."""
    if isinstance(error, HTTPException) and error.status_code == 405:
        refusal = response(refusals.METHOD_NOT_ALLOWED.answer())
        methods = (error.headers or {}).get("Allow", "").split(", ")
        refusal.headers["Allow"] = ", ".join(sorted(methods))  # Starlette has a set
        return refusal
    if downloads.is_altered_link(request):
        return downloads.refused(request)
    return response(refusals.NOT_FOUND.answer())
