"""What API Gateway does around a handler: HTTP request to REST proxy event, the handler's answer to HTTP."""

import asyncio
import base64
import random
import time
import uuid
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from orders import http
from orders.errors import BodyTooLarge, OrdersError
from orders.http import NEXT_CURSOR
from orders.local import side_by_side
from orders.local.runtime import Function
from orders.local.template import Route

MAX_PAYLOAD_BYTES = 10 * 1024 * 1024
"""API Gateway's own limit; an order's is far below it."""


ORDERS_A_PART = 200
"""Of a document that is sent in parts: what all others wait for."""
OPERATOR = "orders.operator"
"""Where a request's scope has the name of the operator who has logged in."""
SECONDS_FOR_A_BODY = 10
_TOO_SLOW = http.Problem(408, "too-slow", "Too slow", "The body took too long to arrive. Send it again.")


class Gateway:
    """One route, as an ASGI application: its function is called on the event loop's thread."""

    def __init__(self, route: Route, function: Function) -> None:
        self._route = route
        self._function = function

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(SECONDS_FOR_A_BODY):
                body = await _body(scope, receive)
        except BodyTooLarge as error:
            await problem(error)(scope, receive, send)
            return
        except TimeoutError:
            await response(_TOO_SLOW.answer())(scope, receive, send)
            return
        except ClientDisconnect:
            return
        event = _event(scope, self._route, body)
        answer = await side_by_side.run(self._function.invoke, event)
        if NEXT_CURSOR in answer["headers"]:
            await self._stream(event, answer, receive, send)
        else:
            await send(_start(answer))
            await send({"type": "http.response.body", "body": answer["body"].encode()})

    async def _stream(self, event: dict[str, Any], part: dict[str, Any], receive: Receive, send: Send) -> None:
        """A document that AWS answers in parts, in one: here an answer may be as long as it likes.

        Where a part can't be had, the answer breaks off, and its reader can tell: the last chunk is missing. Nothing is
        looked up for a reader who has left.
        """
        left = asyncio.ensure_future(receive())  # once the body is read, the next message is that nobody listens
        headers = {name: value for name, value in part["headers"].items() if name != NEXT_CURSOR}
        await send(_start(part | {"headers": headers}, with_length=False))
        await send({"type": "http.response.body", "body": part["body"].encode(), "more_body": True})
        while cursor := part["headers"].get(NEXT_CURSOR):
            await asyncio.sleep(0)  # or nobody else would be answered before the end
            if left.done():
                return
            part = await side_by_side.run(self._function.invoke, _with_cursor(event, cursor))
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


async def _body(scope: Scope, receive: Receive) -> bytes:
    """The whole body, or nothing: half an order is none."""
    if int(Headers(scope=scope).get("content-length", "0")) > MAX_PAYLOAD_BYTES:
        raise BodyTooLarge("The body is larger than any order may be.")
    chunks, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        more = message.get("more_body", False)
        if size > MAX_PAYLOAD_BYTES:
            raise BodyTooLarge("The body is larger than any order may be.")
    return b"".join(chunks)


def _event(scope: Scope, route: Route, body: bytes) -> dict[str, Any]:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    headers.setdefault("x-forwarded-proto", scope["scheme"])
    text, is_base64 = _text(body)
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return {
        "resource": route.path,
        "path": scope["path"],
        "httpMethod": route.method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _gathered(query) or None,
        "pathParameters": scope["path_params"] or None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": route.path,
            "httpMethod": route.method,
            "path": scope["path"],
            "protocol": f"HTTP/{scope['http_version']}",
            "stage": "local",
            "requestId": _request_id(),
            "requestTimeEpoch": int(time.time() * 1000),
            "identity": {"sourceIp": scope["client"][0] if scope["client"] else None},
            "domainName": headers.get("host"),
            "authorizer": {"claims": {"cognito:username": scope[OPERATOR]}} if OPERATOR in scope else None,
        },
        "body": text,
        "isBase64Encoded": is_base64,
    }


def _with_cursor(event: dict[str, Any], cursor: str) -> dict[str, Any]:
    query = (event["queryStringParameters"] or {}) | {"cursor": cursor, "limit": str(ORDERS_A_PART)}
    values = {name: [value] for name, value in query.items()}
    return event | {"queryStringParameters": query, "multiValueQueryStringParameters": values}


def _request_id() -> str:
    """A UUID that nothing secret hangs on: without the system call that real chance costs."""
    return str(uuid.UUID(int=random.getrandbits(128), version=4))


def _text(body: bytes) -> tuple[str | None, bool]:
    """The body as an event carries it: bytes that are no UTF-8 travel in base64."""
    if not body:
        return None, False
    try:
        return body.decode(), False
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), True


def _gathered(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    gathered: dict[str, list[str]] = {}
    for name, value in pairs:
        gathered.setdefault(name, []).append(value)
    return gathered


def _start(answer: dict[str, Any], *, with_length: bool = True) -> Message:
    headers = answer["headers"]
    if with_length:
        headers |= {"content-length": str(len(answer["body"].encode()))}
    return {
        "type": "http.response.start",
        "status": answer["statusCode"],
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()],
    }
