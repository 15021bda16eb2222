"""The HTTP server with an application that does little, in a thread of this process."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.types import Message, Receive, Scope, Send

from orders.local.server.http_server import http_server
from orders.local.server.limits import Limits


@dataclass
class Small:
    """Answers with the size of the body; `/early` before it has read any, `/later` once `go_on` is called.

    `/endless` sends for as long as somebody reads, and then sets `left`.
    """

    seen: list[Scope] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    cut_off: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)
    waiting: threading.Event = field(default_factory=threading.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            self._loop, self._gate = asyncio.get_running_loop(), asyncio.Event()
            return
        self.seen.append(scope)
        if scope["path"] == "/later":
            self.waiting.set()
            await self._gate.wait()
        if scope["path"] == "/endless":
            await self._endless(receive, send)
        elif scope["path"] == "/early" or (body := await self._body(receive)) is not None:
            size = "early" if scope["path"] == "/early" else str(len(body or b""))
            await self._answer(send, size.encode())

    def go_on(self) -> None:
        self._loop.call_soon_threadsafe(self._gate.set)

    async def _body(self, receive: Receive) -> bytes | None:
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.cut_off.set()
                return None
            body += message["body"]
            more = message["more_body"]
        self.bodies.append(body)
        return body

    async def _answer(self, send: Send, text: bytes) -> None:
        await send(start(len(text)))
        await send({"type": "http.response.body", "body": text})

    async def _endless(self, receive: Receive, send: Send) -> None:
        await receive()
        left = asyncio.ensure_future(receive())
        await send(start(10**12))
        while not left.done():
            await send({"type": "http.response.body", "body": bytes(65_536), "more_body": True})
            await asyncio.sleep(0)
        self.left.set()


def start(length: int) -> Message:
    headers = [(b"content-length", str(length).encode())]
    return {"type": "http.response.start", "status": 200, "headers": headers}


@dataclass
class Served:
    address: str
    app: Small
    server: uvicorn.Server


@contextmanager
def serving_small(limits: Limits | None = None) -> Iterator[Served]:
    listener = socket.create_server(("127.0.0.1", 0), backlog=200)
    app = Small()
    server = http_server(app, limits or Limits())
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield Served(f"http://127.0.0.1:{listener.getsockname()[1]}", app, server)
    finally:
        server.should_exit = True
        thread.join()
