"""Connections to exactly the address that was checked, and answers that are read up to a limit."""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection

from orders.outbound.rules import Rules, Target

SECONDS_TO_CONNECT = 5
"""The time for one address, if the host has others to try."""
LONGEST_HEAD = 64 * 1024
"""The most bytes that are read of one answer, headers included."""


class NotAllowed(OSError):
    """The host's address is not public."""


class Unresolved(OSError):
    """The host's name has no address."""


class TooLong(http.client.HTTPException):
    """The answer's headers never end."""


class Counted(io.RawIOBase):
    """What a server sends: counted, and no more than `LONGEST_HEAD` bytes of it."""

    def __init__(self, source: io.RawIOBase, count: Callable[[int], None]) -> None:
        self._source, self._count, self._left = source, count, LONGEST_HEAD

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if not self._left:
            raise TooLong
        size = self._source.readinto(memoryview(buffer)[: self._left]) or 0
        self._left -= size
        self._count(size)
        return size

    def close(self) -> None:
        self._source.close()
        super().close()


class BoundedResponse(http.client.HTTPResponse):
    """An answer of which at most `LONGEST_HEAD` bytes are read. `count` gets the size of each read.

    Answers before the final one, such as `103 Early Hints`, are skipped (RFC 9110, section 15.2).
    """

    def __init__(self, count: Callable[[int], None], sock: socket.socket, method: str | None = None) -> None:
        super().__init__(sock, method=method)
        self.fp.close()
        self.fp = io.BufferedReader(Counted(sock.makefile("rb", buffering=0), count))

    def _read_status(self) -> tuple[str, int, str]:
        """The standard library skips 100 only, and takes any other for the final answer."""
        version, status, reason = super()._read_status()  # type: ignore[misc]
        is_interim = 100 <= status < 200 and status != HTTPStatus.SWITCHING_PROTOCOLS
        return version, HTTPStatus.CONTINUE if is_interim else status, reason


class Checked(HTTPConnection):
    """A connection that resolves its host once, and connects to what it has checked. It uses no proxy."""

    rules: Rules
    seconds_left: Callable[[], float]
    """Seconds until the attempt must be over; zero or less if it must be over now."""
    opened_at: float
    _unsent: bytes = b""

    def send(self, data: Any) -> None:
        """Collect the request: urllib3 gives its head and its body one after the other."""
        self._unsent += data

    def flush(self) -> None:
        """Send the request at once, which takes half the time of sending it in two."""
        request, self._unsent = self._unsent, b""
        super().send(request)

    def _new_conn(self) -> socket.socket:
        addresses = resolved(self.host, self.port, self.rules)
        error: OSError = TimeoutError()
        for family, address in addresses:
            left = self.seconds_left()
            if left <= 0:
                raise TimeoutError
            try:
                connected = _connected(
                    family, address, left if address is addresses[-1][1] else min(left, SECONDS_TO_CONNECT)
                )
                connected.settimeout(max(self.seconds_left(), 0.001))  # for TLS, whose handshake ends in this time
                return connected
            except OSError as failed:
                error = failed
        raise error


class CheckedTls(Checked, HTTPSConnection):
    """The same with TLS for the host's name, whatever its address is."""


def connection_to(target: Target, rules: Rules, context: ssl.SSLContext) -> Checked:
    """A connection that is yet to be opened."""
    connection: Checked
    if target.is_encrypted:
        connection = CheckedTls(target.host, target.port, ssl_context=context)
    else:
        connection = Checked(target.host, target.port)
    connection.rules, connection.opened_at = rules, time.monotonic()
    return connection


def tls_context() -> ssl.SSLContext:
    """TLS 1.2 or newer, and the certificates that this machine trusts."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def resolved(host: str, port: int, rules: Rules) -> list[tuple[socket.AddressFamily, tuple[Any, ...]]]:
    """The addresses of a host, from one lookup. If one of them is not allowed, none is used.

    Raises:
        Unresolved: the name can't be resolved.
        NotAllowed: one of them may not be connected to.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unresolved from error
    places: list[tuple[socket.AddressFamily, tuple[Any, ...]]] = [
        (family, address) for family, _, _, _, address in found
    ]
    for _, address in places:
        if not rules.allows(host, ip_address(address[0])):
            raise NotAllowed
    return places


def _connected(family: socket.AddressFamily, address: tuple[Any, ...], seconds: float) -> socket.socket:
    connected = socket.socket(family, socket.SOCK_STREAM)
    try:
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connected.settimeout(seconds)
        connected.connect(address)
    except BaseException:
        connected.close()
        raise
    return connected
