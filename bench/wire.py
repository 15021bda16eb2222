"""HTTP/1.1 for the stubs: reads whole requests from a connection's bytes, and writes answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from httptools import HttpRequestParser

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Request:
    """The names of the headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Requests:
    """The bytes that have arrived on one connection. `send` is used for `100 Continue` only."""

    def __init__(self, send: Callable[[bytes], object]) -> None:
        self._send = send
        self._parser = HttpRequestParser(self)
        self._whole: list[Request] = []

    def fed(self, received: bytes) -> list[Request]:
        """The requests that these bytes complete."""
        self._parser.feed_data(received)
        whole, self._whole = self._whole, []
        return whole

    def on_message_begin(self) -> None:
        self._path = self._body = b""
        self._headers: dict[str, str] = {}

    def on_url(self, url: bytes) -> None:
        self._path += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode().lower()] = value.decode()

    def on_headers_complete(self) -> None:
        if self._headers.get("expect", "").lower() == "100-continue":
            self._send(CONTINUE)

    def on_body(self, part: bytes) -> None:
        self._body += part

    def on_message_complete(self) -> None:
        method, path = self._parser.get_method().decode(), self._path.decode()
        self._whole.append(Request(method, path, self._headers, self._body))


def answer(status: HTTPStatus, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """One answer, with its Content-Length."""
    lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body
