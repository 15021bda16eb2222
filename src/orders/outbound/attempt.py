"""One attempt to send one request, and what is known of its answer when the attempt or its time is over."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial

from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from orders.order.clock import utc_now
from orders.order.webhook import LONGEST_ANSWER, LONGEST_RETRY_AFTER, SECONDS_TO_ANSWER, Answer
from orders.outbound.connections import BoundedResponse, Checked, NotAllowed, TooLong, Unresolved
from orders.outbound.idle import Idle
from orders.outbound.rules import Target
from orders.ports.events import WebRequest

Connect = Callable[[Target], Checked]
_FAULTS = (OSError, http.client.HTTPException, HTTPError, ValueError)
"""The standard library raises `ValueError` for some answers that are not HTTP."""
_CLOSED = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
_LATE = f"no answer within {SECONDS_TO_ANSWER} seconds"


class Attempt:
    """One thread calls `run`. Another one may call `give_up` and `answer` at any time.

    `seconds` is the time for the attempt, from the beginning of `run`.
    """

    def __init__(self, request: WebRequest, target: Target, idle: Idle, connect: Connect, seconds: float) -> None:
        self._request, self._target, self._idle, self._connect = request, target, idle, connect
        self._seconds = seconds
        self._lock = threading.Lock()
        self.started_at: float | None = None
        self._ended_at: float | None = None
        self._is_late = False
        self._socket: socket.socket | None = None
        self._received = 0
        self._response: BaseHTTPResponse | None = None
        self._body = bytearray()
        self._error: str | None = None

    def run(self) -> None:
        self.started_at = time.monotonic()
        connection = self._idle.take(self._target.place)
        try:
            if connection is None or not self._exchange(connection):
                self._exchange(self._connect(self._target), is_last=True)
        finally:
            self._end()

    def seconds_left(self) -> float:
        return self._seconds - (time.monotonic() - (self.started_at or 0)) if self.started_at else self._seconds

    def give_up(self) -> None:
        """End the attempt now: its connection is shut down, so its thread soon stops, too."""
        with self._lock:
            self._is_late = True
            if self._ended_at is None and self._socket is not None:
                with suppress(OSError):
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
        self._end()

    def answer(self) -> Answer:
        seconds = round((self._ended_at or time.monotonic()) - (self.started_at or time.monotonic()), 3)
        response = self._response
        if response is None:
            return Answer(None, error=self._error or _LATE, seconds=seconds)
        body = bytes(self._body[:LONGEST_ANSWER]).decode(errors="replace")
        after = retry_after(response.headers.get("retry-after"), utc_now())
        error = "redirects are not followed" if 300 <= response.status < 400 else None
        return Answer(response.status, body, error, seconds, after)

    def _exchange(self, connection: Checked, *, is_last: bool = False) -> bool:
        """Send and receive. False if the server had closed this kept connection: then a new one is tried."""
        connection.seconds_left = self.seconds_left
        try:
            response = self._sent(connection)
            with self._lock:  # what comes after it was given up is cut off, and may look whole
                self._response = None if self._is_late else response
            whole = self._read(response)
        except _FAULTS as error:
            connection.close()
            if not is_last and isinstance(error, _CLOSED) and not self._received and not self._is_late:
                return False
            self._error = _LATE if self._is_late else _words(error)
            return True
        with self._lock:
            keeps = whole and response.status >= 200 and connection.sock is not None and not self._is_late
            self._socket = None
        if keeps:
            self._idle.keep(self._target.place, connection)
        else:
            connection.close()
        return True

    def _sent(self, connection: Checked) -> BaseHTTPResponse:
        """Send the request. The answer's headers are read, its body is not."""
        if connection.sock is None:
            connection.connect()
        with self._lock:
            self._socket = connection.sock
        connection.timeout = self.seconds_left()
        if self._is_late or connection.timeout <= 0:
            raise TimeoutError
        connection.response_class = partial(BoundedResponse, self._count)  # type: ignore[assignment]
        connection.request(
            "POST",
            self._target.target,
            self._request.body,
            self._headers(),
            preload_content=False,
            decode_content=False,
        )
        with suppress(BrokenPipeError):  # it may have answered before it had read everything
            connection.flush()
        return connection.getresponse()

    def _headers(self) -> dict[str, str]:
        return {"user-agent": "orders-webhooks", "accept-encoding": "identity", **self._request.headers}

    def _read(self, response: BaseHTTPResponse) -> bool:
        """Read the first bytes of the body. True if that was all of it, so that the connection can be used again."""
        try:
            while len(self._body) <= LONGEST_ANSWER:
                part = response.read1(LONGEST_ANSWER + 1 - len(self._body))
                if not part:
                    return True
                self._body += part
        except _FAULTS:
            pass
        response.close()
        return False

    def _count(self, size: int) -> None:
        self._received += size

    def _end(self) -> None:
        with self._lock:
            self._ended_at = self._ended_at or time.monotonic()


def retry_after(text: str | None, now: datetime) -> timedelta | None:
    """The pause that a `Retry-After` demands, at most 24 hours: seconds or a date (RFC 9110, section 10.2.3).

    A date without a zone is in UTC, as one in the form of asctime is.

    None if it is missing or is neither.
    """
    text = (text or "").strip()
    if text.isascii() and text.isdecimal():
        return min(timedelta(seconds=int(text.lstrip("0")[:9] or "0")), LONGEST_RETRY_AFTER)
    try:
        asked = parsedate_to_datetime(text)
        pause = (asked if asked.tzinfo else asked.replace(tzinfo=UTC)) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(pause, timedelta(0)), LONGEST_RETRY_AFTER)


_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (NotAllowed, "the host name resolves to an address that is not public"),
    (Unresolved, "the host name can't be resolved"),
    (ssl.SSLError, "TLS failed: no encrypted connection with TLS 1.2 or newer"),
    (TimeoutError, _LATE),
    (ConnectionRefusedError, "the connection was refused"),
    (ConnectionError, "the connection was closed before an answer"),
    (TooLong, "the headers of the answer are too long"),
    (OSError, "no connection"),
)


def _words(error: Exception) -> str:
    """The error for the operator. It does not show the address to which a name resolves inside our network."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not valid: {error.verify_message}"
    return next((words for kind, words in _WORDS if isinstance(error, kind)), "the answer is not HTTP")
