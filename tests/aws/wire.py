"""Faults between the SDK and AWS, one HTTP request at a time, below the SDK's own retries."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, cast

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError
from urllib3 import HTTPResponse

Send = Callable[[AWSPreparedRequest], AWSResponse]


class Died(BaseException):
    """The process is gone: nothing of it catches this, as nothing catches `kill -9`."""


@dataclass(frozen=True)
class Fault:
    """What happens to a request; where `lasting`, to every attempt of its call."""

    happens: Callable[[Send, AWSPreparedRequest], AWSResponse]
    lasting: bool = False

    def __str__(self) -> str:
        return self.happens.__name__.replace("_", " ") + (" on every attempt" if self.lasting else "")


@dataclass
class Wire:
    """Carries requests, counts them, and lets these faults happen to those with these numbers."""

    faults: Mapping[int, Fault] = field(default_factory=dict)
    carried: list[str] = field(default_factory=list)
    injected: int = 0
    _faulty_calls: dict[str, Fault] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def carry(self, send: Send, request: AWSPreparedRequest) -> AWSResponse:
        fault = self._fault(request)
        return fault.happens(send, request) if fault else send(request)

    def _fault(self, request: AWSPreparedRequest) -> Fault | None:
        call = str(request.headers["amz-sdk-invocation-id"])  # the same for all attempts
        with self._lock:
            self.carried.append(name_of(request))
            fault = self.faults.get(len(self.carried) - 1) or self._faulty_calls.get(call)
            if fault and fault.lasting:
                self._faulty_calls[call] = fault
            self.injected += fault is not None
        return fault


def name_of(request: AWSPreparedRequest) -> str:
    """As in `DynamoDB GetItem`, `S3 PUT`."""
    target = request.headers.get("X-Amz-Target")
    if target is None:
        return f"S3 {request.method}"
    service, operation = (target.decode() if isinstance(target, bytes) else str(target)).split(".")
    return f"{service.split('_')[0].removeprefix('Amazon')} {operation}"


def refused(send: Send, request: AWSPreparedRequest) -> AWSResponse:
    raise EndpointConnectionError(endpoint_url=request.url)


def reply_lost(send: Send, request: AWSPreparedRequest) -> AWSResponse:
    send(request)
    raise ReadTimeoutError(endpoint_url=request.url)


def server_in_trouble(send: Send, request: AWSPreparedRequest) -> AWSResponse:
    return _refusal(request, 500, "InternalServerError")


def throttled(send: Send, request: AWSPreparedRequest) -> AWSResponse:
    service = name_of(request).split()[0]
    if service == "S3":
        return _refusal(request, 503, "SlowDown")
    code = {"DynamoDB": "ProvisionedThroughputExceededException", "SQS": "RequestThrottled"}[service]
    return _refusal(request, 400, code)


def reply_cut(send: Send, request: AWSPreparedRequest) -> AWSResponse:
    """The SDK takes the half that comes for the whole: it lets nobody enforce the Content-Length."""
    return _another_body(send(request), request, lambda whole: whole[: len(whole) // 2])


def reply_garbled(send: Send, request: AWSPreparedRequest) -> AWSResponse:
    return _another_body(send(request), request, lambda whole: b"\xff" * len(whole))


def read_in_part(send: Send, request: AWSPreparedRequest) -> AWSResponse:
    """BatchGetItem of a throttled table: the first item, and the keys of all others. Other requests are answered."""
    reply = send(request)
    if name_of(request) != "DynamoDB BatchGetItem":
        return reply
    whole = json.loads(reply.content)
    ((table, found),) = whole["Responses"].items()
    left = [{"orderId": item["orderId"]} for item in found[1:]]
    unread = {table: {"Keys": left, "ConsistentRead": True}} if left else {}
    part = {"Responses": {table: found[:1]}, "UnprocessedKeys": unread}
    return _answer(request, 200, json.dumps(part).encode())


def death_before(send: Send, request: AWSPreparedRequest) -> AWSResponse:
    raise Died


def death_after(send: Send, request: AWSPreparedRequest) -> AWSResponse:
    send(request)
    raise Died


def _another_body(reply: AWSResponse, request: AWSPreparedRequest, change: Callable[[bytes], bytes]) -> AWSResponse:
    if not reply.content:
        raise ConnectionClosedError(endpoint_url=request.url)  # nothing but its head could be cut
    return _answer(request, reply.status_code, change(reply.content), dict(reply.headers))


def _refusal(request: AWSPreparedRequest, status: int, code: str) -> AWSResponse:
    xml, text = f"<Error><Code>{code}</Code></Error>", f'{{"__type": "com.amazonaws#{code}"}}'
    return _answer(request, status, (xml if name_of(request).startswith("S3") else text).encode())


def _answer(
    request: AWSPreparedRequest, status: int, body: bytes, headers: Mapping[str, str] | None = None
) -> AWSResponse:
    raw = HTTPResponse(body=BytesIO(body), headers=headers, preload_content=False, enforce_content_length=False)
    return AWSResponse(request.url, status, cast("Any", raw.headers), raw)
