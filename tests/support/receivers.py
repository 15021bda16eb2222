"""Servers on loopback that get webhooks: one that takes them, one that is slow, one that says 200 and breaks off."""

import asyncio
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from orders.order import signature
from orders.order.clock import from_iso, utc_now

SLOW_SECONDS = 10.0
_TAKEN = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
_BROKEN = b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\nok, and"
_REFUSED = b"HTTP/1.1 %d Said\r\nContent-Length: 4\r\n\r\nsaid"
_RESET = struct.pack("ii", 1, 0)
"""For SO_LINGER: closing a socket then sends a reset."""


class Kind(StrEnum):
    GOOD = "good"
    SLOW = "slow"
    MISBEHAVING = "misbehaving"
    """It answers 200, and resets the connection before the body is whole."""


@dataclass(frozen=True, slots=True)
class Got:
    """A webhook that arrived: after how many seconds, counted from the time of its event."""

    event_id: str
    type: str
    seconds: float
    body: bytes


@dataclass
class Receiver:
    """It keeps what it got, in the order of arrival. `status` is what it answers instead of 200.

    If it has a `secret`, it takes only what was signed by it; `unsigned` counts the others.
    """

    kind: Kind = Kind.GOOD
    port: int = 0
    got: list[Got] = field(default_factory=list)
    secret: str | None = None
    status: int = 200
    unsigned: int = 0
    slow_seconds: float = SLOW_SECONDS
    changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def ids(self) -> list[str]:
        return [each.event_id for each in self.got]

    def wait(self, until: Callable[[], bool], seconds: float = 60) -> None:
        with self.changed:
            assert self.changed.wait_for(until, seconds), (self.kind, len(self.got))

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """Keep a webhook, and say what to answer."""
        event_id = headers.get("webhook-id", "")
        if self.secret:
            try:
                signature.verify(self.secret, headers, body, utc_now())
            except signature.NotVerified:
                self.unsigned += 1
                return 401
        document = json.loads(body)
        late = time.time() - from_iso(document["timestamp"]).timestamp()
        with self.changed:
            self.got.append(Got(event_id, document["type"], late, body))
            self.changed.notify_all()
        return self.status


class _Connection(asyncio.Protocol):
    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._data = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def abort(self) -> None:
        if self._transport:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            lines = self._data[:end].decode("latin-1").split("\r\n")[1:]
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            size = int(headers.get("content-length", "0"))
            if len(self._data) < end + 4 + size:
                return
            body, self._data = self._data[end + 4 : end + 4 + size], self._data[end + 4 + size :]
            self._answer(self._receiver.take(headers, body))

    def _answer(self, status: int) -> None:
        assert self._transport
        if status != 200:
            self._transport.write(_REFUSED % status)
        elif self._receiver.kind is Kind.MISBEHAVING:
            self._transport.write(_BROKEN)
            self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self._transport.close()
        elif self._receiver.kind is Kind.SLOW:
            asyncio.get_running_loop().call_later(self._receiver.slow_seconds, self._transport.write, _TAKEN)
        else:
            self._transport.write(_TAKEN)


@contextmanager
def receiving(*receivers: Receiver) -> Iterator[None]:
    """Have them listen, in a thread of their own, each at its port or at any free one, until the block ends.

    Then nobody listens there, and no connection is left.
    """
    over, ready = threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(receivers, ready, over)))
    thread.start()
    try:
        assert ready.wait(20)
        yield
    finally:
        over.set()
        thread.join()


async def _serve(receivers: Sequence[Receiver], ready: threading.Event, over: threading.Event) -> None:
    loop = asyncio.get_running_loop()
    connections: list[_Connection] = []
    servers: list[asyncio.Server] = []

    def connection(receiver: Receiver) -> _Connection:
        connections.append(_Connection(receiver))
        return connections[-1]

    for receiver in receivers:
        servers.append(await loop.create_server(partial(connection, receiver), "127.0.0.1", receiver.port))
        receiver.port = servers[-1].sockets[0].getsockname()[1]
    ready.set()
    await loop.run_in_executor(None, over.wait)
    for server in servers:
        server.close()
    for each in connections:
        each.abort()


def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
