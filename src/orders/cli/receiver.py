"""A server on 127.0.0.1 that receives webhooks and verifies them."""

import json
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from orders.cli.exits import Stop
from orders.order import signature
from orders.order.clock import utc_now

LONGEST_BODY = 1_000_000
"""Bytes. An event usually has some hundred."""
MOST_REMEMBERED = 100_000
"""Ids of events that were seen. If there are more, the oldest are forgotten."""
_SECONDS_TO_SEND = 15

Event = Mapping[str, Any]


class Receiver(ThreadingHTTPServer):
    """Shows each event once, whatever the number of its deliveries. `complain` gets what was refused, and why."""

    daemon_threads = True

    def __init__(self, port: int, secret: str, show: Callable[[Event], None], complain: Callable[[str], None]) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self._secret = secret
        self._show = show
        self._complain = complain
        self._seen = OrderedDict[str, None]()
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def take(self, headers: Mapping[str, str], body: bytes) -> None:
        """Show the event, unless it was shown before. Names of headers are lower case.

        Raises:
            NotVerified: the secret did not sign it, or it is too old.
        """
        signature.verify(self._secret, headers, body, utc_now())
        event, event_id = _event(body), headers["webhook-id"]
        with self._lock:
            if event_id in self._seen:
                self._complain(f"{event_id} was delivered again.")
                return
            self._show(event)
            self._seen[event_id] = None
            if len(self._seen) > MOST_REMEMBERED:
                self._seen.popitem(last=False)

    def refuse(self, reason: str) -> None:
        with self._lock:
            self._complain(f"refused a request: {reason}.")

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that has gone away needs no report."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: Receiver
    protocol_version = "HTTP/1.1"
    timeout = _SECONDS_TO_SEND

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdecimal()) or int(length) > LONGEST_BODY:
            self.close_connection = True
            self._refuse(413 if length else 411, "its Content-Length is missing or too large")
            return
        body = self.rfile.read(int(length))
        try:
            self.server.take({name.lower(): value for name, value in self.headers.items()}, body)
        except (signature.NotVerified, Stop) as error:
            self._refuse(400, str(error))
        else:
            self._answer(204)

    def _refuse(self, status: int, reason: str) -> None:
        self.server.refuse(reason)
        self._answer(status, f"{reason}\n".encode())

    def _answer(self, status: int, text: bytes = b"") -> None:
        self.send_response(status)
        if text:
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as its base has it
        """Nothing: each event has its line."""


def _event(body: bytes) -> Event:
    """The event in a body that was verified.

    Raises:
        NotVerified: it is not a JSON object.
    """
    try:
        event = json.loads(body)
    except ValueError:
        event = None
    if not isinstance(event, dict):
        raise signature.NotVerified("the body is not an event")
    return event
