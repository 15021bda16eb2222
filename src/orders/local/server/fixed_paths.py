"""Paths without a variable, found by a look into a dictionary. Starlette tries one regular expression after another."""

from collections.abc import Iterable

from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send


class FixedPaths:
    """Calls the endpoint of a fixed path as Starlette's router does, and leaves every other request to `app`.

    `routes` may have any routes. Only those whose endpoints are ASGI applications and whose paths are fixed count.
    """

    def __init__(self, app: ASGIApp, routes: Iterable[Route]) -> None:
        self._app = app
        self._endpoints: dict[tuple[str, str], ASGIApp] = {
            (method, route.path): route.app
            for route in routes
            if route.app is route.endpoint and "{" not in route.path
            for method in route.methods or ()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        endpoint = self._endpoints.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if endpoint is None:
            await self._app(scope, receive, send)
            return
        scope["endpoint"], scope["path_params"] = endpoint, {}
        await endpoint(scope, receive, send)
