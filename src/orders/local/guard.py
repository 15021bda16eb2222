"""Who may call the local server: on loopback this machine's own pages and programs, elsewhere who has a key."""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from orders.authority import Authority
from orders.errors import Misconfigured
from orders.http import Problem, refusals
from orders.local.event import OPERATOR
from orders.local.folder import FolderError
from orders.local.gateway import problem, response
from orders.local.keys import KeyRing

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?")
_FOREIGN = Problem(403, "foreign", "Not from here")


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
    choosing (DNS rebinding); it can't choose the `Host`, `Origin` and `Sec-Fetch-Site` that the browser then sends. A
    link elsewhere may lead here, but not to the operators' calls.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (complaint := _foreign(scope["path"], Headers(scope=scope))):
            await response(_FOREIGN.answer(complaint))(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class ShopOnly:
    """Refuses a request without a shop's key in `x-api-key`."""

    def __init__(self, app: ASGIApp, keys: KeyRing) -> None:
        self._app = app
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            shop = self._keys.holder(Authority.SHOP, Headers(scope=scope).get("x-api-key", ""))
        except FolderError as error:
            await problem(Misconfigured(str(error)))(scope, receive, send)
            return
        door = self._app if shop else response(refusals.FORBIDDEN.answer())
        await door(scope, receive, send)


class OperatorOnly:
    """Refuses a request without an operator's key in `Authorization`, and tells who it is (RFC 6750)."""

    def __init__(self, app: ASGIApp, keys: KeyRing) -> None:
        self._app = app
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind, _, secret = Headers(scope=scope).get("authorization", "").partition(" ")
        try:
            operator = self._keys.holder(Authority.OPERATOR, secret.strip()) if kind.lower() == "bearer" else None
        except FolderError as error:
            await problem(Misconfigured(str(error)))(scope, receive, send)
            return
        scope[OPERATOR] = operator
        door = self._app if operator else response(refusals.LOGIN_REQUIRED.answer())
        await door(scope, receive, send)


DOORS: dict[Authority, type[ShopOnly] | type[OperatorOnly]] = {
    Authority.SHOP: ShopOnly,
    Authority.OPERATOR: OperatorOnly,
}
"""What stands before the routes of those who have keys."""


def _foreign(path: str, headers: Headers) -> str | None:
    hosts = headers.getlist("host")
    if len(hosts) != 1 or not _HOST.fullmatch(hosts[0]) or not _is_local(f"//{hosts[0]}"):
        return "This server answers to localhost and loopback addresses only."
    origin = headers.get("origin")
    if origin is None:
        follows_a_link = headers.get("sec-fetch-mode") == "navigate" and not path.startswith("/operations/")
        is_foreign = headers.get("sec-fetch-site") == "cross-site" and not follows_a_link
    else:
        is_foreign = not _is_local(origin)
    return "Pages of other sites may not call this server." if is_foreign else None


@lru_cache(maxsize=256)
def _is_local(url: str) -> bool:
    return is_this_machine(_hostname(url))


def _hostname(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        return None if "@" in parts.netloc else parts.hostname
    except ValueError:
        return None
