"""One caller's connection: uvicorn's HTTP/1.1, with limits on what a caller may send and how long it may take.

uvicorn reads whatever a caller sends and waits for it as long as the caller likes. This class counts bytes, header
fields and seconds, and answers or cuts off a caller that exceeds the `Limits`. The server calls `look` once a second.
"""

import asyncio
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from orders.api.http import Problem
from orders.api.http.refusals import TOO_MANY_REQUESTS
from orders.local.minutely import Minutely
from orders.local.server import refusals
from orders.local.server.gateway import response
from orders.local.server.limits import Limits
from orders.local.server.polite import PoliteTransport

PIECE = 32 * 1024
"""Bytes for the parser at a time. The limits are checked between two pieces."""
_NOT_HTTP = "This server speaks HTTP/1.1. A proxy in front of it can speak TLS and HTTP/2."
_ODD_CHUNKS = "The chunks of the body are too small, or have extensions. Send larger chunks, or a Content-Length."
_NOT_TO_BE_READ_AGAIN = {b"upgrade", b"http2-settings", b"connection"}


class _Refused(Exception):
    """Stops the parser inside one of its callbacks."""

    def __init__(self, problem: Problem, detail: str | None = None) -> None:
        self.problem = problem
        self.detail = detail


class Connection(HttpToolsProtocol):
    """At any time the connection waits for the caller's headers or body, or the caller waits for an answer."""

    transport: PoliteTransport

    def __init__(self, limits: Limits, refused: Minutely, **given: Any) -> None:
        super().__init__(**given)
        self._limits = limits
        self._refused = refused
        self._in_hand: list[RequestResponseCycle] = []
        self._silent = True
        self._in_head = self._in_body = self._refusing = False
        self._steps = self._wire = self._content = self._size = self._fields = self._ahead = 0
        self._waiting_since: float | None = self.loop.time()
        self._unread_since: float | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(PoliteTransport(transport, self._limits, self.loop, self._is_being_sent))
        if len(self.connections) > self._limits.connections:
            self._refuse(_Refused(refusals.TOO_MANY_CONNECTIONS))
        if len(self.connections) > self._limits.connections + self._limits.connections // 8:
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        for cycle in self._in_hand:  # uvicorn tells only the last one
            cycle.disconnected = True
            cycle.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        if self._silent:
            self._silent, self._waiting_since = False, None
        for start in range(0, len(data), PIECE):
            if self._refusing or self.transport.is_closing():
                return  # read and dropped: unread bytes would cost the caller the answer
            self._take(data[start : start + PIECE] if len(data) > PIECE else data)

    def _take(self, piece: bytes) -> None:
        steps = self._steps
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade as stopped:
            self._read_again(piece[stopped.args[0] :])
        except httptools.HttpParserError as error:
            reason = error.__context__
            self._refuse(reason if isinstance(reason, _Refused) else _Refused(refusals.NOT_HTTP, _NOT_HTTP))
        else:
            self._count(len(piece), completed=self._steps != steps)

    def _count(self, size: int, *, completed: bool) -> None:
        """Bytes and seconds since headers or a body began; the pieces in which they begin and end are not counted."""
        self._wire = 0 if completed else self._wire + size
        if self._in_body and self._wire - self._content > self._limits.framing:
            self._refuse(_Refused(refusals.BODY_TOO_LARGE, _ODD_CHUNKS))
        elif not self._in_body and self._wire > self._limits.url + self._limits.headers:
            self._refuse(self._too_large())
        if not self._refusing and (completed or self._waiting_since is None):
            unfinished = self._in_body or self._in_head or not completed
            self._waiting_since = self.loop.time() if unfinished else None

    def _read_again(self, rest: bytes) -> None:
        """Parse a request that offers another protocol again, without the offer (RFC 9110, section 7.8).

        The parser would treat its body as the other protocol. Java's HTTP client makes this offer in each first
        request.
        """
        kept = [(name, value) for name, value in self.headers if name not in _NOT_TO_BE_READ_AGAIN]
        first = b"%s %s HTTP/%s\r\n" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())
        lines = b"".join(b"%s: %s\r\n" % header for header in kept)
        self.parser = httptools.HttpRequestParser(self)
        self._take(first + lines + b"\r\n" + rest)

    # What the parser calls

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._steps += 1
        self._in_head = True
        self._content = self._fields = 0
        if not self._in_hand:
            self._size = self._ahead = 0

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > self._limits.url:
            raise _Refused(refusals.URL_TOO_LONG, f"A URL may have at most {self._limits.url:,} bytes.")

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or after a body a trailer, which is counted and dropped (RFC 9110, section 6.5.1)."""
        self._size += len(name) + len(value) + 4
        self._fields += 1
        if self._size > self._limits.headers or self._fields > self._limits.header_fields:
            raise self._too_large()
        if not self._in_body:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._steps += 1
        if len(self._in_hand) > self._limits.pipelined:
            raise _Refused(TOO_MANY_REQUESTS)
        if self.parser.get_method() == b"CONNECT":
            raise _Refused(refusals.NOT_HTTP, "This server is no proxy: it opens no tunnels.")
        if not self.url.startswith(b"/"):
            self._refuse_another_host()
        if not self.parser.should_upgrade():
            super().on_headers_complete()
            if len(self.connections) > self._limits.connections // 2:
                self.cycle.keep_alive = False  # in a crowd, free the place for others
            self._in_hand.append(self.cycle)
            self._in_body = True
        self._in_head = False

    def on_body(self, body: bytes) -> None:
        self._content += len(body)
        if len(self._in_hand) > 1:  # uvicorn keeps it until the requests before it are answered
            self._ahead += len(body)
        if self._ahead > self._limits.headers:
            raise _Refused(TOO_MANY_REQUESTS)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._steps += 1
        self._in_body = False
        if not self.parser.should_upgrade():
            super().on_message_complete()

    # What uvicorn calls

    def on_response_complete(self) -> None:
        self._in_hand.pop(0)
        super().on_response_complete()
        if self._in_body and self.cycle.response_complete:
            self.transport.close()  # nobody will read the rest of this body

    def pause_writing(self) -> None:
        self._unread_since = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        self._unread_since = None
        super().resume_writing()

    def look(self, now: float, *, crowded: bool) -> None:
        """Cut off a caller that takes too long. If `crowded`, callers have less time."""
        crowd = self._limits.seconds_in_a_crowd if crowded else float("inf")
        if self.transport.is_closing():
            self.transport.look(now, crowd)
        elif self._unread_since is not None and now - self._unread_since > min(self._limits.seconds_to_read, crowd):
            self._refused.add("answer not read")
            self.transport.abort()
        elif self._waiting_since is not None and now - self._waiting_since > min(self._patience(), crowd):
            self._cut_off()

    def _cut_off(self) -> None:
        """A connection without any request is closed without an answer: browsers open some in advance."""
        if self._silent:
            self._refused.add("no request")
            self.transport.close()
        else:
            what = "body" if self._in_body else "headers"
            self._refuse(_Refused(refusals.TOO_SLOW, f"The {what} took too long to arrive. Send the request again."))

    def _patience(self) -> float:
        if self.flow.read_paused:
            return float("inf")  # the caller waits for us
        if self._silent:
            return self._limits.seconds_to_first_byte
        return self._limits.seconds_for_a_body if self._in_body else self._limits.seconds_for_headers

    def _too_large(self) -> _Refused:
        most, fields = self._limits.headers // 1024, self._limits.header_fields
        return _Refused(refusals.HEADERS_TOO_LARGE, f"A request may have {fields} headers, of {most} KiB in all.")

    def _refuse_another_host(self) -> None:
        """Refuse an absolute URL with another host than the header Host (RFC 9112, section 3.2.2)."""
        authority = self.url.partition(b"://")[2].partition(b"/")[0]
        hosts = [value for name, value in self.headers if name == b"host"]
        if self.url != b"*" and [authority.lower()] != [host.lower() for host in hosts]:
            raise _Refused(refusals.NOT_HTTP, "The URL and the header Host name different servers.")

    def _refuse(self, refused: _Refused) -> None:
        """Answer, unless that could be taken for the answer to an earlier request, and read nothing more."""
        self._refused.add(refused.problem.name)
        self._refusing, self._waiting_since = True, None
        unfinished = self._in_hand.pop() if self._in_body else None
        if self._in_hand:
            if unfinished:  # it waits in uvicorn's queue
                self.pipeline.popleft()
            self.cycle = self._in_hand[-1]
            self.cycle.keep_alive = False  # it closes the connection once it is answered
            return
        if unfinished:
            unfinished.disconnected = True
            unfinished.message_event.set()
        if not (unfinished and unfinished.response_started):
            self.transport.write(_raw(refused, self.server_state.default_headers))
        self.transport.close()

    def _is_being_sent(self) -> bool:
        """Whether the caller may still be sending bytes that nobody will use."""
        return self._in_body or self._refusing


def _raw(refused: _Refused, headers: list[tuple[bytes, bytes]]) -> bytes:
    answer = response(refused.problem.answer(refused.detail))
    fields = [*headers, *answer.raw_headers, (b"connection", b"close")]
    lines = b"".join(b"%s: %s\r\n" % field for field in fields)
    return b"".join([STATUS_LINE[answer.status_code], lines, b"\r\n", answer.body])
