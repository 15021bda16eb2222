"""Refuses requests without a valid key, on the routes that need one."""

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from orders.api.authority import Authority
from orders.api.http import Problem, refusals
from orders.local.folder.folder import FolderError
from orders.local.server.access import KEY
from orders.local.server.event import OPERATOR
from orders.local.server.gateway import problem, response
from orders.local.server.keys import KeyRing
from orders.local.server.refusals import TOO_MANY_WRONG_KEYS
from orders.local.server.refused_keys import RefusedKeys, caller_address
from orders.order.errors import Misconfigured


def _shop_key(headers: Headers) -> str:
    return headers.get("x-api-key", "")


def _bearer(headers: Headers) -> str:
    """RFC 6750."""
    kind, _, secret = headers.get("authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


_GUARDS: dict[Authority, tuple[Callable[[Headers], str], Problem]] = {
    Authority.SHOP: (_shop_key, refusals.FORBIDDEN),
    Authority.OPERATOR: (_bearer, refusals.LOGIN_REQUIRED),
}


class KeyGuard:
    """Refuses a request without a valid key, and adds the key's id and holder to the scope of others."""

    def __init__(self, app: ASGIApp, authority: Authority, keys: KeyRing, refused: RefusedKeys) -> None:
        self._app = app
        self._authority = authority
        self._secret_in, self._refusal = _GUARDS[authority]
        self._keys = keys
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        secret = self._secret_in(Headers(scope=scope))
        try:
            key = self._keys.find(self._authority, secret)
        except FolderError as error:
            await problem(Misconfigured(str(error)))(scope, receive, send)
            return
        if key is None:
            await self._refuse(scope, secret)(scope, receive, send)
            return
        scope[KEY] = key.id
        if self._authority is Authority.OPERATOR:
            scope[OPERATOR] = key.name
        await self._app(scope, receive, send)

    def _refuse(self, scope: Scope, secret: str) -> Response:
        """Count only wrong keys: a caller without a key is not guessing."""
        seconds = self._refused.add(caller_address(scope)) if secret else 0
        if not seconds:
            return response(self._refusal.answer())
        answer = response(TOO_MANY_WRONG_KEYS.answer())
        answer.headers["Retry-After"] = str(seconds)
        return answer


def guarded(app: ASGIApp, authority: Authority, keys: KeyRing, refused: RefusedKeys) -> ASGIApp:
    """The application, behind a guard if callers with this authority have keys."""
    return KeyGuard(app, authority, keys, refused) if authority in _GUARDS else app
