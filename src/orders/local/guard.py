"""Who may call the local server: on loopback this machine's own pages and programs, elsewhere who has the key."""

import hmac
import ipaddress
import re
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from orders.http import Problem
from orders.local.gateway import response

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?")
_FORBIDDEN = Problem(403, "forbidden", "Forbidden")


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
            await response(_FORBIDDEN.answer(complaint))(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class KeyRequired:
    """Refuses a request without the right `x-api-key`."""

    def __init__(self, app: ASGIApp, key: str) -> None:
        self._app = app
        self._key = key.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = Headers(scope=scope).get("x-api-key", "").encode()
        if hmac.compare_digest(given, self._key):
            await self._app(scope, receive, send)
        else:
            await response(_FORBIDDEN.answer("Send the API key in the header x-api-key."))(scope, receive, send)


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
