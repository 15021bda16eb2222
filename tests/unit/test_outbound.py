"""Nothing is sent to an address inside. The servers are real ones on loopback."""

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.support.tls import certificate_for_loopback

from orders.order.errors import BadRequest
from orders.order.webhook import Answer
from orders.outbound.attempt import retry_after
from orders.outbound.http_sender import HttpSender
from orders.outbound.rules import Rules
from orders.ports.events import WebRequest

INSIDE = (
    "https://127.0.0.1/", "https://2130706433/", "https://0177.0.0.1/", "https://0x7f.1/", "https://0x7f000001/",
    "https://127.1/", "https://10.0.0.1/", "https://169.254.169.254/", "https://168.63.129.16/", "https://[::1]/",
    "https://[::]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:8.8.8.8]/", "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/", "https://[64:ff9b:1::1]/", "https://[2002:7f00:1::]/", "https://[2001:0:1::1]/",
    "https://[fe80::1%25eth0]/", "https://[fe80::1]/", "https://[fc00::1]/", "https://[ff02::1]/",
    "https://localhost/", "https://a.localhost/", "https://LOCALHOST/", "https://shop/", "https://localhost./",
    "https://hooks.example./", "https://224.0.0.1/", "https://255.255.255.255/", "https://100.100.100.200/",
    "http://hooks.example/", "https://hooks.example:22/", "https://hooks.example:80/", "https://hooks.example:70000/",
    "https://u:p@hooks.example/", "https://hooks.example#@127.0.0.1/", "https://hooks.example\\@127.0.0.1/",
    "https://\uff11\uff12\uff17.0.0.1/",
    "https://hooks.example。/", "https://hooks.example/\r\nx: y", "https://hooks.example/ x",
    "https://", "https:///x", "ftp://hooks.example/", "file:///etc/passwd", "//hooks.example/", "",
    "https://api.casaluna.example/", "https://hooks.example/" + "x" * 2048, "https://-a.example/",
)  # fmt: skip


@contextmanager
def serving(
    answer: Callable[[socket.socket], object], tls: ssl.SSLContext | None = None
) -> Iterator[tuple[int, list[int]]]:
    """A server that does this with each connection: its port, and the connections that it got."""
    got: list[int] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                one, _ = listening.accept()
            except OSError:
                return
            got.append(1)
            threading.Thread(target=converse, args=(one,), daemon=True).start()

    def converse(one: socket.socket) -> None:
        try:
            with tls.wrap_socket(one, server_side=True) if tls else one as open_:
                answer(open_)
        except OSError:
            pass

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listening.getsockname()[1], got
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def sends(*parts: bytes) -> Callable[[socket.socket], object]:
    def answer(one: socket.socket) -> None:
        one.recv(65_536)
        for part in parts:
            one.sendall(part)

    return answer


def post(url: str, rules: Rules, seconds: float = 5, context: ssl.SSLContext | None = None) -> Answer:
    sender = HttpSender(rules, context or ssl.create_default_context(), seconds)
    with closing(sender):
        return sender.post_all([WebRequest(url, {"webhook-id": "evt_1"}, b"{}")])[0]


@pytest.mark.parametrize("url", INSIDE)
def test_an_address_inside_is_refused(url: str):
    rules = Rules(own_host="api.casaluna.example")
    with pytest.raises(BadRequest):
        HttpSender(rules).refuse(url)

    assert post(url, rules).status is None


def test_the_address_of_this_api_is_refused_though_it_is_public():
    """It may be that of a balancer in front, which no interface of this machine has."""
    with pytest.raises(BadRequest, match="this API itself"):
        HttpSender(Rules(own_host="8.8.8.8")).refuse("https://8.8.8.8:8443/")


@pytest.mark.parametrize("url", ["https://hooks.example", "https://hooks.example:8443/a?b=c", "HTTPS://8.8.8.8/"])
def test_a_public_address_is_not_refused(url: str):
    HttpSender(Rules()).refuse(url)


@pytest.mark.parametrize("inside", ["127.0.0.1", "::1", "10.1.2.3", "::ffff:127.0.0.1"])
def test_a_name_that_leads_inside_is_not_connected_to(inside: str, monkeypatch: pytest.MonkeyPatch):
    asked: list[object] = []
    with serving(sends(b"HTTP/1.1 200 OK\r\n\r\n")) as (port, got):

        def resolve(host: str, *_: object, **__: object) -> list[object]:
            asked.append(host)
            family = socket.AF_INET6 if ":" in inside else socket.AF_INET
            public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", port))
            return [public, (family, socket.SOCK_STREAM, 6, "", (inside, port))]

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        answer = post(f"https://hooks.example:{port}/", Rules())

    assert answer.error == "the host name resolves to an address that is not public"
    assert asked == ["hooks.example"]
    assert not got


def test_the_name_is_resolved_once_for_each_connection_and_its_certificate_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    certificate, key = certificate_for_loopback(tmp_path)
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context(cafile=str(certificate))
    server.load_cert_chain(certificate, key)
    asked: list[str] = []
    with serving(sends(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), server) as (port, got):

        def resolve(host: str, *_: object, **__: object) -> list[object]:
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        rules = Rules(with_loopback=True, hosts=frozenset({"hooks.example"}))
        right = post(f"https://localhost:{port}/", rules, context=client)
        wrong = post(f"https://hooks.example:{port}/", rules, context=client)
        unknown = post(f"https://localhost:{port}/", rules)

    assert (right.status, right.body) == (200, "ok")
    assert wrong.status is None
    assert "certificate is not valid" in str(wrong.error)
    assert "certificate is not valid" in str(unknown.error)
    assert asked == ["localhost", "hooks.example", "localhost"]
    assert len(got) == 3


def test_a_redirect_is_not_followed():
    with (
        serving(sends(b"HTTP/1.1 200 OK\r\n\r\n")) as (inside, got),
        serving(sends(b"HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:%d/\r\n\r\n" % inside)) as (port, _),
    ):
        answer = post(f"http://127.0.0.1:{port}/", Rules(with_loopback=True))

    assert (answer.status, answer.was_taken, got) == (307, False, [])


def drips(head: bytes) -> Callable[[socket.socket], object]:
    def answer(one: socket.socket) -> None:
        one.recv(65_536)
        one.sendall(head)
        while True:
            one.sendall(b"x")
            time.sleep(0.05)

    return answer


def test_a_server_that_drips_bytes_is_left_in_time():
    with serving(drips(b"HTTP/1.1 200 OK\r\nX: ")) as (port, _):
        began = time.monotonic()
        answer = post(f"http://127.0.0.1:{port}/", Rules(with_loopback=True), seconds=0.5)

    assert time.monotonic() - began < 3
    assert answer.status is None
    assert "no answer" in str(answer.error)


def breaks_off(one: socket.socket) -> None:
    """The connection is reset in the middle of the body."""
    one.recv(65_536)
    one.sendall(b"HTTP/1.1 202 OK\r\nContent-Length: 99\r\n\r\nhalf")
    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize("answers", [breaks_off, drips(b"HTTP/1.1 202 OK\r\nContent-Length: 99\r\n\r\n")])
def test_a_2xx_is_taken_though_its_body_breaks_off_or_drips(answers: Callable[[socket.socket], object]):
    with serving(answers) as (port, _):
        answer = post(f"http://127.0.0.1:{port}/", Rules(with_loopback=True), seconds=0.5)

    assert (answer.status, answer.was_taken) == (202, True)


def test_only_the_first_bytes_of_an_answer_are_read():
    with serving(sends(b"HTTP/1.1 500 No\r\n\r\n", b"x" * 5_000_000)) as (port, _):
        answer = post(f"http://127.0.0.1:{port}/", Rules(with_loopback=True))
    with serving(sends(*[b"HTTP/1.1 200 OK\r\n", *[b"X: " + b"y" * 60_000 + b"\r\n"] * 20])) as (port, _):
        endless = post(f"http://127.0.0.1:{port}/", Rules(with_loopback=True))

    assert (answer.status, answer.body) == (500, "x" * 1000)
    assert endless.error == "the headers of the answer are too long"


def test_a_kept_connection_that_the_server_closed_is_replaced_silently():
    def once(one: socket.socket) -> None:
        one.recv(65_536)
        one.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        one.recv(65_536)  # the next request gets no answer

    with serving(once) as (port, got):
        sender = HttpSender(Rules(with_loopback=True), ssl.create_default_context(), 5)
        request = WebRequest(f"http://127.0.0.1:{port}/", {}, b"{}")
        with closing(sender):
            answers = [sender.post_all([request])[0].status for _ in range(3)]

    assert answers == [200, 200, 200]
    assert len(got) == 3


def hints_and_refuses(one: socket.socket) -> None:
    """To each request comes another refusal, a while after an answer that is not the final one."""
    number = 0
    while one.recv(65_536):
        one.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n")
        time.sleep(0.05)
        one.sendall(b"HTTP/1.1 50%d No\r\nContent-Length: 0\r\n\r\n" % number)
        number += 1


def test_an_answer_before_the_final_one_is_skipped_so_that_no_request_gets_the_answer_of_another():
    with serving(hints_and_refuses) as (port, got):
        sender = HttpSender(Rules(with_loopback=True), ssl.create_default_context(), 5)
        request = WebRequest(f"http://127.0.0.1:{port}/", {}, b"{}")
        with closing(sender):
            answers = [sender.post_all([request])[0].status for _ in range(3)]

    assert answers == [500, 501, 502]
    assert len(got) == 1


def test_a_connection_that_became_another_protocol_is_not_used_again():
    with serving(sends(b"HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n")) as (port, got):
        sender = HttpSender(Rules(with_loopback=True), ssl.create_default_context(), 5)
        request = WebRequest(f"http://127.0.0.1:{port}/", {}, b"{}")
        with closing(sender):
            answers = [sender.post_all([request])[0] for _ in range(2)]

    assert [(answer.status, answer.was_taken) for answer in answers] == [(101, False)] * 2
    assert len(got) == 2


def test_retry_after_is_seconds_or_a_date():
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert retry_after("120", now) == timedelta(minutes=2)
    assert retry_after("Mon, 23 Nov 2026 09:10:00 GMT", now) == timedelta(minutes=10)
    assert retry_after("9" * 50, now) == timedelta(hours=24)
    assert retry_after("soon", now) is None
    assert retry_after(None, now) is None
