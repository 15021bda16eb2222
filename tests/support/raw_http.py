"""HTTP as bytes on a socket, for callers that no client library would imitate."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

PATIENCE = 60
"""Seconds after which a test gives up."""
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


class Answer(NamedTuple):
    """What a server said before it closed the connection, or until the answer was complete."""

    status: int
    head: str
    body: bytes


class Caller:
    """One connection."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._read = b""

    def send(self, *pieces: bytes) -> "Caller":
        """Send each piece in a segment of its own, as far as the server lets it."""
        for piece in pieces:
            try:
                self.connection.sendall(piece)
            except (BrokenPipeError, ConnectionResetError):
                break
        return self

    def answer(self) -> Answer | None:
        """The next answer; none if the server closes the connection without one."""
        while b"\r\n\r\n" not in self._read:
            if not self._more():
                return None
        head, _, self._read = self._read.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        size = int(length[1]) if length else 0
        while len(self._read) < size and self._more():
            pass
        body, self._read = self._read[:size], self._read[size:]
        return Answer(int(head.split()[1]), head.decode(), body)

    def answers(self) -> list[int]:
        """The statuses of all answers until the server closes the connection."""
        statuses = []
        while answer := self.answer():
            statuses.append(answer.status)
        return statuses

    def is_closed(self) -> bool:
        """Wait until the server closes the connection; nothing may come before that."""
        return not self._read and not self._more()

    def _more(self) -> bool:
        try:
            read = self.connection.recv(65_536)
        except ConnectionResetError:
            read = b""
        self._read += read
        return bool(read)


@contextmanager
def calling(address: str) -> Iterator[Caller]:
    """A new connection to the server at this URL."""
    where = urlsplit(address)
    assert where.hostname
    assert where.port
    with socket.create_connection((where.hostname, where.port), timeout=PATIENCE) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield Caller(connection)


def request(method: str = "GET", path: str = "/", *headers: str, body: bytes = b"") -> bytes:
    """A request with the header Host, and no other but those given."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body
