"""A stub of Lambda's Runtime API on loopback, for one function process.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. A function that was started for a snapshot calls
`/runtime/restore/next` before its first event. Every answer has a Content-Type, because Lambda's client for Python
fails without one. TCP_NODELAY is set, because an invocation would take 45 ms longer without it.
"""

import selectors
import socket
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Self

from wire import Request, Requests, answer

VERSION = "/2018-06-01/runtime"
NEXT = f"{VERSION}/invocation/next"
RESTORE = f"{VERSION}/restore/next"
SECONDS_TO_CALL = 60
SECONDS_OF_AN_INVOCATION = 30


class FunctionFailed(Exception):
    """The function did not start, did not answer in time, or gave an unexpected answer."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the function, and when its last byte arrived (`time.perf_counter`)."""

    request: Request
    connection: socket.socket
    at: float


class RuntimeApi:
    """Waits for the function's calls. The caller decides when and how to answer each of them."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._calls: deque[Call] = deque()
        self._invocations = 0

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for key in list(self._selector.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
        self._selector.close()

    def called(self, path: str, runs: Callable[[], bool]) -> Call:
        """The function's next call, which must be of a path that ends so.

        Raises:
            FunctionFailed: it was another call, or none within a minute, or the function no longer runs.
        """
        deadline = time.monotonic() + SECONDS_TO_CALL
        while not self._calls:
            if not runs() or time.monotonic() > deadline:
                raise FunctionFailed(f"the function did not call {path}")
            for key, _ in self._selector.select(timeout=1):
                key.data()
        call = self._calls.popleft()
        if not call.request.path.endswith(path):
            raise FunctionFailed(f"{call.request.path} came instead of {path}: {call.request.body.decode()}")
        return call

    def send_event(self, waiting: Call, event: bytes) -> float:
        """Answer a call for the next event, and return when the event was sent."""
        self._invocations += 1
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": f"00000000-0000-4000-8000-{self._invocations:012}",
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + SECONDS_OF_AN_INVOCATION) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:123456789012:function:bench",
            "Lambda-Runtime-Trace-Id": f"Root=1-5759e988-{self._invocations:024x};Parent=53995c3f42cd8ad8;Sampled=0",
        }
        return _send(waiting, HTTPStatus.OK, headers, event)

    def accept_answer(self, answered: Call) -> None:
        _send(answered, HTTPStatus.ACCEPTED, {"Content-Type": "application/json"}, b'{"status":"OK"}')

    def restore(self, waiting: Call) -> float:
        """Restore the function from its snapshot, and return when the answer was sent."""
        return _send(waiting, HTTPStatus.OK, {"Content-Type": "application/json"}, b"")

    def _accept(self) -> None:
        connection, _ = self._listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        requests = Requests(connection.sendall)
        self._selector.register(connection, selectors.EVENT_READ, lambda: self._receive(connection, requests))

    def _receive(self, connection: socket.socket, requests: Requests) -> None:
        received = _received(connection)
        at = time.perf_counter()
        if received:
            self._calls += [Call(request, connection, at) for request in requests.fed(received)]
        else:
            self._selector.unregister(connection)
            connection.close()


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(1 << 20)
    except ConnectionResetError:
        return b""


def _send(call: Call, status: HTTPStatus, headers: dict[str, str], body: bytes) -> float:
    whole = answer(status, headers, body)
    at = time.perf_counter()
    call.connection.sendall(whole)
    return at
