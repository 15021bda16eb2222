"""API Gateway's REST proxy event, made from an HTTP request.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

import base64
import random
import re
import time
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import Scope

from orders.api.http.audit import CONTINUES
from orders.api.http.query import MOST_EXPORTED
from orders.local.lambda_.template import Route

_LIMIT = re.compile("[1-9][0-9]{0,8}", re.ASCII)
OPERATOR = "orders.operator"
"""The name, in a request's scope, of the operator who has logged in."""
REQUEST_ID = "orders.request"
"""The name, in a request's scope, of the id that the server gives it."""


def of_request(scope: Scope, route: Route, body: bytes) -> dict[str, Any]:
    lines = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    headers = dict(lines)
    headers.setdefault("x-forwarded-proto", scope["scheme"])
    text, is_base64 = _text(body)
    scope[REQUEST_ID] = request_id = _request_id()
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True) if scope["query_string"] else []
    return {
        "resource": route.path,
        "path": scope["path"],
        "httpMethod": scope["method"],
        "headers": headers,
        "multiValueHeaders": _gathered(lines),
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _gathered(query) or None,
        "pathParameters": scope["path_params"] or None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": route.path,
            "httpMethod": scope["method"],
            "path": scope["path"],
            "protocol": f"HTTP/{scope['http_version']}",
            "stage": "local",
            "requestId": request_id,
            "extendedRequestId": request_id,
            "requestTimeEpoch": int(time.time() * 1000),
            "identity": {"sourceIp": scope["client"][0] if scope["client"] else None},
            "domainName": headers.get("host"),
            "authorizer": {"claims": {"cognito:username": scope[OPERATOR]}} if OPERATOR in scope else None,
        },
        "body": text,
        "isBase64Encoded": is_base64,
    }


def of_first_part(event: dict[str, Any], orders: int) -> dict[str, Any]:
    """The event for the first orders of a document of which all parts are sent, so many or as few as the caller named.

    A limit that the function refuses stays as it is.
    """
    limits = (event["multiValueQueryStringParameters"] or {}).get("limit", [str(orders)])
    if len(limits) > 1 or not _LIMIT.fullmatch(limits[0]) or int(limits[0]) > MOST_EXPORTED:
        return event
    return _with_query(event, {"limit": str(min(orders, int(limits[0])))})


def of_next_part(event: dict[str, Any], cursor: str, orders: int) -> dict[str, Any]:
    """The event for the part of the same document that begins at this cursor."""
    context = event["requestContext"] | {CONTINUES: True}
    return _with_query(event, {"cursor": cursor, "limit": str(orders)}) | {"requestContext": context}


def _with_query(event: dict[str, Any], more: dict[str, str]) -> dict[str, Any]:
    query = (event["queryStringParameters"] or {}) | more
    values = (event["multiValueQueryStringParameters"] or {}) | {name: [value] for name, value in more.items()}
    return event | {"queryStringParameters": query, "multiValueQueryStringParameters": values}


def _request_id() -> str:
    """A UUID of version 4 that need not be secret, so it does without the system call for real chance."""
    digits = f"{random.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def _text(body: bytes) -> tuple[str | None, bool]:
    """The body for an event: text, or base64 if it is not UTF-8."""
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
