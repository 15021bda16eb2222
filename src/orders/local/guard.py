"""Who may call the local server: on loopback this machine's own pages and programs, elsewhere who has a key."""

import ipaddress
import re
from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from orders.http import Problem, refusals
from orders.local.gateway import OPERATOR, response
from orders.local.keys import KeyRing, Kind

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?")
_FOREIGN = Problem(403, "foreign", "Not from here")
_LOGIN_REQUIRED = replace(refusals.LOGIN_REQUIRED.answer(), headers={"WWW-Authenticate": "Bearer"})


def is_this_machine(host: str | None) -> bool:
    """Whether a host name, without its port, means the loopback interface."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


class SameMachine:
    """Refuses what did not come from this machine.

    A page on the web can make a visitor's browser send requests to the visitor's own machine, under a name of its own
    choosing (DNS rebinding); it can't choose the `Host` and `Origin` that the browser then sends.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (complaint := _foreign(Headers(scope=scope))):
            await response(_FOREIGN.answer(complaint))(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class ShopOnly:
    """Refuses a request without a shop's key in `x-api-key`."""

    def __init__(self, app: ASGIApp, keys: KeyRing) -> None:
        self._app = app
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._keys.holder(Kind.SHOP, Headers(scope=scope).get("x-api-key", "")):
            await self._app(scope, receive, send)
        else:
            await response(refusals.FORBIDDEN.answer())(scope, receive, send)


class OperatorOnly:
    """Refuses a request without an operator's key in `Authorization`, and tells who it is (RFC 6750)."""

    def __init__(self, app: ASGIApp, keys: KeyRing) -> None:
        self._app = app
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind, _, secret = Headers(scope=scope).get("authorization", "").partition(" ")
        operator = self._keys.holder(Kind.OPERATOR, secret.strip()) if kind.lower() == "bearer" else None
        if operator:
            scope[OPERATOR] = operator
            await self._app(scope, receive, send)
        else:
            await response(_LOGIN_REQUIRED)(scope, receive, send)


def _foreign(headers: Headers) -> str | None:
    hosts = headers.getlist("host")
    if len(hosts) != 1 or not _HOST.fullmatch(hosts[0]) or not _is_local(f"//{hosts[0]}"):
        return "This server answers to localhost and loopback addresses only."
    origin = headers.get("origin")
    if origin is not None and not _is_local(origin):
        return "Pages of other sites may not call this server."
    return None


@lru_cache(maxsize=256)
def _is_local(url: str) -> bool:
    return is_this_machine(_hostname(url))


def _hostname(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        return None if "@" in parts.netloc else parts.hostname
    except ValueError:
        return None
