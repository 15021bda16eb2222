"""Sends the calls of AWS's clients over HTTP with the standard library alone.

Botocore's own session takes two or three times as much processor time for this, with urllib3 below it: a fifth of that
of ProcessOrder. What is sent, signed, retried and read stays botocore's.
"""

import http.client
import os
import select
import socket
import ssl
import weakref
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from io import BytesIO
from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import getproxies

from botocore import exceptions as sdk
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.httpsession import create_urllib3_context, where


class Connection(http.client.HTTPConnection):
    """Sends the head and the body of a request together. Each piece would be a record of TLS and a system call."""

    def request_whole(self, request: AWSPreparedRequest, target: str) -> None:
        self._pieces: list[bytes] = []
        self.request(request.method, target, cast("Any", request.body), cast("Any", request.headers))
        self.sock.sendall(b"".join(self._pieces))

    def send(self, data: Any) -> None:
        """Called by `request` for each piece: the head, and parts of the body."""
        self._pieces.append(data)


class SecureConnection(Connection, http.client.HTTPSConnection):
    """The same over TLS."""


def replace_session(client: Any) -> None:
    """Let this client of botocore send with a `Session`, unless the environment names a proxy."""
    if getproxies().keys().isdisjoint({"all", "http", "https"}):
        client._endpoint.http_session = Session(client.meta.config)  # botocore has no other way


class Session:
    """What botocore needs of a session, for any number of threads. A connection that was used is used again.

    Each answer is read to its end at once: none is larger than a receipt.
    """

    def __init__(self, config: Config) -> None:
        timeouts: Any = config
        self._connect_timeout, self._read_timeout = timeouts.connect_timeout, timeouts.read_timeout
        self._idle: dict[tuple[str, str], deque[Connection]] = {}
        weakref.finalize(self, _close, self._idle)

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """As botocore's session.

        Raises:
            HTTPClientError: botocore's error for what went wrong. It decides whether the call is sent again.
        """
        url = urlsplit(request.url)
        idle = self._idle.setdefault((url.scheme, url.netloc), deque())
        connection = _usable(idle) or self._opened(url.scheme, url.netloc, request.url)
        try:
            answer, body = _exchanged(connection, request, f"{url.path or '/'}{f'?{url.query}' if url.query else ''}")
        except BaseException:
            connection.close()
            raise
        if not answer.will_close:
            idle.append(connection)
        made: Any = AWSResponse(request.url, answer.status, cast("Any", answer.headers), BytesIO(body))
        made._content = body  # otherwise it reads urllib3's streams
        return cast("AWSResponse", made)

    def close(self) -> None:
        """Drop the connections that nobody uses; the next call opens one."""
        _close(self._idle)

    def _opened(self, scheme: str, host: str, url: str) -> Connection:
        try:
            connection = _connection(scheme, host, self._connect_timeout)
            connection.connect()
        except TimeoutError as error:
            raise sdk.ConnectTimeoutError(endpoint_url=url, error=error) from error
        except ssl.SSLError as error:
            raise sdk.SSLError(endpoint_url=url, error=error) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise sdk.EndpointConnectionError(endpoint_url=url, error=error) from error
        connection.sock.settimeout(self._read_timeout)
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return connection


def _close(connections: Mapping[tuple[str, str], deque[Connection]]) -> None:
    for idle in list(connections.values()):
        with suppress(IndexError):
            while True:
                idle.pop().close()


def _connection(scheme: str, host: str, seconds: float) -> Connection:
    if scheme == "http":
        return Connection(host, timeout=seconds)
    authorities = os.environ.get("AWS_CA_BUNDLE") or where()
    return SecureConnection(host, timeout=seconds, context=_tls(authorities))


def _exchanged(
    connection: Connection, request: AWSPreparedRequest, target: str
) -> tuple[http.client.HTTPResponse, bytes]:
    url = request.url
    try:
        connection.request_whole(request, target)
        answer = connection.getresponse()
        return answer, answer.read()
    except TimeoutError as error:
        raise sdk.ReadTimeoutError(endpoint_url=url, error=error) from error
    except (http.client.HTTPException, OSError) as error:
        raise sdk.ConnectionClosedError(endpoint_url=url, error=error, request=request) from error


def _usable(idle: deque[Connection]) -> Connection | None:
    """The connection that was used last, if the other side has not closed it."""
    with suppress(IndexError):
        while True:
            connection = idle.pop()
            if not _has_news(connection.sock):
                return connection
            connection.close()
    return None


def _has_news(idle: socket.socket) -> bool:
    """Whether something came that nobody asked for: the end of the connection."""
    news = select.poll()
    news.register(idle, select.POLLIN)
    return bool(news.poll(0))


@cache
def _tls(authorities: str) -> ssl.SSLContext:
    """Botocore's settings: TLS 1.2 or newer, and the authorities in this file.

    It leaves the comparison of the host's name with the certificate to urllib3.
    """
    tls: ssl.SSLContext = create_urllib3_context()
    tls.check_hostname = True
    tls.load_verify_locations(authorities)
    return tls
