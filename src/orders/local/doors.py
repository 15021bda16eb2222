"""What stands before the routes of callers who have keys."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from orders.authority import Authority
from orders.errors import Misconfigured
from orders.http import refusals
from orders.local.event import OPERATOR
from orders.local.folder import FolderError
from orders.local.gateway import problem, response
from orders.local.keys import KeyRing


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
