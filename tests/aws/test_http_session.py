"""The session that sends the calls of AWS's clients."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.httpsession import URLLib3Session
from tests.support.tls import certificate_for_loopback

from orders.aws import clients
from orders.aws.dynamodb.table import DynamoTable
from orders.aws.http_session import Session
from orders.order.errors import Misconfigured, Unavailable, UnknownOrder

NOTHING = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@contextmanager
def served(answers: list[bytes], tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """The port of a server that gives each of these answers on a connection of its own, and then closes it."""
    with socket.create_server(("", 0)) as server:

        def serve() -> None:
            for answer in answers:
                try:
                    connection, _ = server.accept()
                    with tls.wrap_socket(connection, server_side=True) if tls else connection as connection:
                        received = b""
                        while not received.endswith(b"}"):  # the end of every call to a table
                            received += connection.recv(65536)
                        connection.sendall(answer)
                except OSError:
                    pass

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    public, key = certificate_for_loopback(tmp_path_factory.mktemp("tls"))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(public, key)
    return public, tls


def read_over_tls(aims_at: Callable[[str], None], tls: ssl.SSLContext, host: str) -> None:
    with served([NOTHING] * 3, tls) as port:
        aims_at(f"https://{host}:{port}")
        DynamoTable("orders").read("12345")


def test_a_server_with_a_trusted_certificate_for_its_name_is_called(aims_at, certificate, monkeypatch):
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate[0]))

    with pytest.raises(UnknownOrder):
        read_over_tls(aims_at, certificate[1], "127.0.0.1")


def test_a_server_with_a_trusted_certificate_for_another_name_is_not_called(aims_at, certificate, monkeypatch):
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate[0]))

    with pytest.raises(Misconfigured, match="certificate is not trusted"):
        read_over_tls(aims_at, certificate[1], "127.0.0.2")


def test_a_server_with_an_unknown_certificate_is_not_called(aims_at, certificate, monkeypatch):
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)

    with pytest.raises(Misconfigured, match="certificate is not trusted"):
        read_over_tls(aims_at, certificate[1], "127.0.0.1")


def test_a_connection_that_the_other_side_closed_meanwhile_is_not_used_again(aims_at):
    """A call on it would fail, and use up the one attempt that is left."""
    with served([NOTHING] * 3) as port:
        aims_at(f"http://127.0.0.1:{port}")
        table = DynamoTable("orders")
        for _ in range(3):
            with pytest.raises(UnknownOrder):
                table.read("12345")


def test_an_answer_that_breaks_off_means_call_again(aims_at):
    with served([NOTHING.replace(b"Length: 2", b"Length: 20")] * 2) as port:
        aims_at(f"http://127.0.0.1:{port}")

        with pytest.raises(Unavailable):
            DynamoTable("orders").read("12345")


def test_where_the_environment_names_a_proxy_calls_take_it(aims_at, monkeypatch):
    aims_at("https://127.0.0.1:1")
    assert isinstance(session_of(clients.dynamodb()), Session)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    assert isinstance(session_of(clients.dynamodb()), URLLib3Session)


def session_of(client: Any) -> object:
    return client._endpoint.http_session
