"""Does what API Gateway does: makes an event of an HTTP request, and HTTP of the handler's answer."""

import asyncio
import time
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from orders.api import http
from orders.api.http import NEXT_CURSOR
from orders.local import greenlets
from orders.local.lambda_.runtime import Function
from orders.local.lambda_.template import Route
from orders.local.server import short_first
from orders.local.server.event import of_first_part, of_next_part, of_request
from orders.local.server.short_first import ShortFirst
from orders.order.errors import BodyTooLarge, OrdersError
from orders.order.posted import MAX_BODY_BYTES, TOO_LARGE

TAKES_A_BODY = ("/orders", "/refunds", "/corrections", "/webhooks", "/replay")
"""The ends of the routes that take a body. Those of PATCH do, too."""
HAS_PARTS = ".csv"
"""The end of the routes whose answers are as long as there are orders."""
_NO_BODY = "This address takes no body. Send the request without one."


class Gateway:
    """One route, as an ASGI application: its function is called on the event loop's thread.

    The routes of a server share `short_first`, and so give way to one another.
    """

    def __init__(self, route: Route, function: Function, short_first: ShortFirst) -> None:
        self._route = route
        self._function = function
        self._short_first = short_first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await _body(scope, receive, self._route)
        except BodyTooLarge as error:
            await problem(error)(scope, receive, send)
            return
        except ClientDisconnect:
            return
        event = of_request(scope, self._route, body)
        if self._route.path.endswith(HAS_PARTS):
            event = of_first_part(event, short_first.FIRST)
        answer = await self._answer(event)
        if NEXT_CURSOR in answer["headers"]:
            await self._stream(event, answer, receive, send)
        else:
            await send(_start(answer))
            await send({"type": "http.response.body", "body": answer["body"].encode()})

    async def _answer(self, event: dict[str, Any]) -> dict[str, Any]:
        self._short_first.begins()
        try:
            answer: dict[str, Any] = await greenlets.run(self._function.invoke, event)
            return answer
        finally:
            self._short_first.ends()

    async def _stream(self, event: dict[str, Any], part: dict[str, Any], receive: Receive, send: Send) -> None:
        """Send a document that AWS answers in parts as one answer: here an answer has no limit of length.

        If a part fails, the answer breaks off without its last chunk, so that the caller notices. Nothing more is read
        for a caller who has left. Between two parts, all short requests go first.
        """
        left = asyncio.ensure_future(receive())  # after the body, the next message says that the caller left
        headers = {name: value for name, value in part["headers"].items() if name != NEXT_CURSOR}
        await send(_start(part | {"headers": headers}, with_length=False))
        if event["httpMethod"] == "HEAD":
            left.cancel()
            await send({"type": "http.response.body"})
            return
        await send({"type": "http.response.body", "body": part["body"].encode(), "more_body": True})
        orders = short_first.FIRST
        while cursor := part["headers"].get(NEXT_CURSOR):
            await self._short_first.gap()
            if left.done():
                return
            began = time.thread_time()
            part = await greenlets.run(self._function.invoke, of_next_part(event, cursor, orders))
            orders = short_first.fitting(orders, time.thread_time() - began)
            if part["statusCode"] != 200:
                raise BrokenOff(part["statusCode"])
            await send({"type": "http.response.body", "body": part["body"].encode(), "more_body": True})
        left.cancel()
        await send({"type": "http.response.body"})


class BrokenOff(Exception):
    """A long answer can't be sent to its end."""


def response(answer: http.Answer) -> Response:
    event = http.to_event(answer)
    return Response(event["body"], event["statusCode"], event["headers"])


def problem(error: OrdersError) -> Response:
    return response(http.problem(error))


async def _body(scope: Scope, receive: Receive, route: Route) -> bytes:
    """The whole body. Of a body that is too large, hardly anything is read."""
    headers = dict(scope["headers"])
    length = int(headers.get(b"content-length", b"0").lstrip(b"0") or b"0")  # of too many digits, int makes an error
    if route.method not in {"POST", "PATCH"} and (length or b"transfer-encoding" in headers):
        raise BodyTooLarge(_NO_BODY)
    too_large = TOO_LARGE if route.method == "PATCH" or route.path.endswith(TAKES_A_BODY) else _NO_BODY
    if length > MAX_BODY_BYTES:
        raise BodyTooLarge(too_large)
    return await _read(receive, too_large)


async def _read(receive: Receive, too_large: str) -> bytes:
    chunks, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        more = message.get("more_body", False)
        if size > MAX_BODY_BYTES:
            raise BodyTooLarge(too_large)
    return b"".join(chunks)


def _start(answer: dict[str, Any], *, with_length: bool = True) -> Message:
    headers = answer["headers"]
    if with_length and answer["statusCode"] != 204:  # which has no body (RFC 9110, section 8.6)
        headers |= {"content-length": str(len(answer["body"].encode()))}
    return {
        "type": "http.response.start",
        "status": answer["statusCode"],
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()],
    }
