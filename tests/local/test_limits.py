"""What one caller may send, how long it may take, and how many there may be; over real sockets."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
from tests.local.small_server import Served, serving_small
from tests.support.raw_http import Answer, calling, request

from orders.local.minutely import MOST_COUNTED, MOST_NAMED, OTHERS, Minutely
from orders.local.server.limits import MOST_CONNECTIONS, Limits, connections_within

KIB = 1024


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving_small() as served:
        yield served


def told(served: Served, *pieces: bytes) -> Answer | None:
    with calling(served.address) as caller:
        return caller.send(*pieces).answer()


def status(served: Served, *pieces: bytes) -> int | None:
    answer = told(served, *pieces)
    return answer.status if answer else None


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


POST = request("POST", "/", "Transfer-Encoding: chunked")
FILLED = f"x: {'x' * (32 * KIB - len('Hostlocalhostx') - 8)}"
"""With the header Host, 32 KiB."""


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (["a:"] * 99, 200),
        (["a:"] * 100, 431),
        ([FILLED], 200),
        ([f"{FILLED}x"], 431),
        ([f"{'n' * 40_000}: x"], 431),
        ([f"a: {'a' * 40_000}"] * 20, 431),
        ([f"a:{' ' * 200_000}"], 431),
    ],
)
@pytest.mark.parametrize("size", [10**9, 1000])
def test_a_request_has_100_headers_and_32_kib_of_them(served: Served, headers: list[str], expected: int, size: int):
    assert status(served, *cut(request("GET", "/", *headers), size)) == expected


@pytest.mark.parametrize("begun", [b"a: " + b"a" * 80_000, b"a" * 80_000, b"a:\r\n" * 101, b"\r\n" * 40_000])
def test_headers_that_never_end_are_refused_as_soon_as_they_are_too_large(served: Served, begun: bytes):
    first = b"" if begun.startswith(b"\r\n") else b"GET / HTTP/1.1\r\nHost: localhost\r\n"

    assert status(served, first + begun) == 431
    assert status(served, *cut(first + begun, 5_000)) == 431


@pytest.mark.parametrize(("length", "expected"), [(8 * KIB, 200), (8 * KIB + 1, 414), (300 * KIB, 414)])
def test_a_url_has_8_kib(served: Served, length: int, expected: int):
    url = f"/{'u' * (length - 1)}"

    assert status(served, request("GET", url)) == expected
    assert status(served, f"GET {url}".encode()) == expected if expected == 414 else True


def test_trailers_are_dropped_and_bounded_like_headers(served: Served):
    served.app.seen.clear()
    assert status(served, POST + b"2\r\n{}\r\n0\r\nx-api-key: smuggled\r\n\r\n") == 200
    assert b"x-api-key" not in dict(served.app.seen[0]["headers"])

    assert status(served, POST + b"2\r\n{}\r\n0\r\n" + b"a:\r\n" * 100) == 431
    assert status(served, POST + b"2\r\n{}\r\n0\r\na: " + b"a" * 80_000) in {413, 431}


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        (b"1\r\n \r\n" * 5_000 + b"0\r\n\r\n", 200),
        (b"1\r\n \r\n" * 40_000 + b"0\r\n\r\n", 413),
        (b"2;a=b\r\n{}\r\n0\r\n\r\n", 200),
        (b"2;a=" + b"a" * 100_000, 413),
        (b"0" * 100_000, 413),
        (b"XX\r\n", 400),
    ],
)
def test_what_surrounds_the_chunks_of_a_body_is_bounded(served: Served, chunks: bytes, expected: int):
    assert status(served, POST + chunks) == expected
    assert status(served, POST, *cut(chunks, 10_000)) == expected


def test_half_a_body_that_was_refused_is_not_taken_for_the_whole(served: Served):
    served.app.cut_off.clear()
    assert status(served, POST + b"2\r\n{}\r\n", b"XX\r\n") == 400

    assert served.app.cut_off.wait(10)


def test_of_many_requests_in_one_piece_some_are_answered_in_order_and_no_more_are_read(served: Served):
    with calling(served.address) as caller:
        seen = caller.send(request() * 2_000).answers()

    assert seen == [200] * (Limits().pipelined + 1)


@pytest.mark.parametrize(
    ("more", "answered"),
    [
        (request("GET", "/", f"a: {'a' * 20_000}") * 3, [200, 200]),
        (request() + request("POST", "/", "Content-Length: 100000") + bytes(100_000), [200, 200]),
        (request() + (request("POST", "/", "Content-Length: 30000") + bytes(30_000)) * 5, [200, 200, 200]),
        (request() + request("POST", "/", "Connection: close", "Content-Length: 2") + b"{}", [200, 200, 200]),
    ],
)
def test_requests_that_wait_for_their_turn_are_small_and_those_before_them_are_answered(
    more: bytes, answered: list[int]
):
    with serving_small() as served, calling(served.address) as caller:
        caller.send(request("GET", "/later") + more)
        assert served.app.waiting.wait(10)
        served.app.go_on()

        assert caller.answers() == answered


def test_a_bad_request_is_never_answered_in_the_place_of_the_one_before_it():
    with serving_small() as served, calling(served.address) as caller:
        caller.send(request("GET", "/later") + b"BAD\r\n\r\n")
        assert served.app.waiting.wait(10)
        served.app.go_on()

        assert caller.answers() == [200]


def test_a_caller_who_is_slow_is_cut_off():
    quick = Limits(seconds_to_first_byte=0.1, seconds_for_headers=0.1, seconds_for_a_body=0.1)
    with serving_small(quick) as served, ExitStack() as connections:
        silent, head, blank, body, chunk, second = (
            connections.enter_context(calling(served.address)) for _ in range(6)
        )
        head.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        blank.send(b"\r\n")
        body.send(request("POST", "/", "Content-Length: 9") + b"half")
        chunk.send(POST + b"9\r\nhalf")
        second.send(request() + b"GET / HT")

        assert [each.answers() for each in (head, blank, body, chunk)] == [[408]] * 4
        assert silent.answers() == []
        assert second.answers() == [200, 408]
        assert served.app.cut_off.wait(10)


def test_a_caller_who_trickles_is_cut_off():
    with serving_small(Limits(seconds_for_headers=0.5)) as served, calling(served.address) as caller:
        caller.send(b"GET / HTTP/1.1\r\n")
        caller.connection.settimeout(0.05)
        seen = list[int]()
        while not seen:
            with suppress(TimeoutError):
                seen = caller.send(b"a: b\r\n").answers()

    assert seen == [408]


def test_in_a_crowd_a_connection_is_closed_once_it_is_answered():
    with serving_small(Limits(connections=4)) as served, ExitStack() as connections:
        first, *_others = [connections.enter_context(calling(served.address)) for _ in range(3)]
        assert first.send(request()).answers() == [200]
    with serving_small(Limits(connections=4)) as served, calling(served.address) as first, calling(served.address):
        assert [bool(first.send(request()).answer()) for _ in range(2)] == [True, True]


def test_in_a_crowd_everybody_has_to_be_quick():
    crowd = Limits(connections=4, seconds_in_a_crowd=0.1)
    with serving_small(crowd) as served, ExitStack() as connections:
        callers = [connections.enter_context(calling(served.address)) for _ in range(3)]

        callers[1].send(b"GET ")
        assert [caller.answers() for caller in callers] == [[], [408], []]


def test_beyond_the_most_connections_a_caller_is_told_so_and_others_are_served():
    with serving_small(Limits(connections=3)) as served, ExitStack() as connections:
        callers = [connections.enter_context(calling(served.address)) for _ in range(3)]
        for caller in callers:
            caller.send(b"GET ")
        with calling(served.address) as one_too_many:
            answer = one_too_many.send(request()).answer()

        assert answer
        assert answer.status == 503
        assert "retry-after: 2" in answer.head.lower()
        assert b"too-many-connections" in answer.body
        assert callers[0].send(request().removeprefix(b"GET ")).answers() == [200]


@pytest.mark.parametrize(("files", "connections"), [(64, 32), (1_024, 768), (20_000, MOST_CONNECTIONS)])
def test_connections_leave_files_for_everything_else(files: int, connections: int):
    assert connections_within(files) == connections


def test_the_limit_of_files_is_raised_as_far_as_it_may_and_helps():
    code = """
import resource
from orders.local.server.limits import raise_file_limit
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 1024))
print(raise_file_limit(), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["768", "1024"]


def test_a_reader_who_does_not_read_is_cut_off():
    with serving_small(Limits(seconds_to_read=0.1)) as served, calling(served.address) as caller:
        caller.send(request("GET", "/endless"))

        assert served.app.left.wait(10)


def test_all_requests_in_hand_are_told_that_their_caller_has_left():
    with serving_small() as served:
        with calling(served.address) as caller:
            caller.send(request("GET", "/endless") + request())
            assert caller.connection.recv(1)

        assert served.app.left.wait(10)


@pytest.mark.parametrize("more", [(), ("Connection: close",), ("Expect: 100-continue",)])
def test_an_answer_that_comes_before_the_body_arrives_and_the_rest_is_not_awaited(
    served: Served, more: tuple[str, ...]
):
    served.app.bodies.clear()
    with calling(served.address) as caller:
        caller.send(request("POST", "/early", "Content-Length: 10000000", *more), *[bytes(500_000)] * 20)
        answer = caller.answer()

        assert answer
        assert answer.body == b"early"
        assert caller.is_closed()
    assert served.app.bodies == []


@pytest.mark.parametrize("apart", [True, False])
def test_an_offer_of_another_protocol_is_ignored_with_the_body_in_its_place(served: Served, apart: bool):
    """Java's HTTP client makes this offer by default."""
    offer = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAA")
    plain = request("POST", "/", *offer, "Content-Length: 2")
    chunked = request("POST", "/", *offer, "Transfer-Encoding: chunked")
    with calling(served.address) as caller:
        for head, body in ((plain, b"{}"), (chunked, b"2\r\n{}\r\n0\r\n\r\n")):
            caller.send(*((head, body) if apart else (head + body,)))
            answer = caller.answer()
            assert answer
            assert (answer.status, answer.body) == (200, b"2")
        caller.send((plain + b"{}") * 3)
        assert [caller.answer() for _ in range(3)] == [answer] * 3


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("GET http://localhost/ HTTP/1.1", 200),
        ("GET http://LOCALHOST/ HTTP/1.1", 200),
        ("GET http://other.example/ HTTP/1.1", 400),
        ("GET http://user@localhost/ HTTP/1.1", 400),
        ("GET http:///x HTTP/1.1", 400),
        ("CONNECT localhost:80 HTTP/1.1", 400),
        ("CONNECT localhost HTTP/1.1", 400),
        ("CONNECT /orders HTTP/1.1", 400),
        ("CONNECT * HTTP/1.1", 400),
        ("CONNECT http://localhost/ HTTP/1.1", 400),
        ("PRI * HTTP/2.0", 400),
    ],
)
def test_a_url_that_names_a_host_names_the_one_in_the_header(served: Served, line: str, expected: int):
    assert status(served, f"{line}\r\nHost: localhost\r\n\r\n".encode()) == expected


def test_refusals_are_logged_once_a_minute(caplog: pytest.LogCaptureFixture):
    with serving_small() as served:
        for _ in range(5):
            assert status(served, b"BAD\r\n\r\n") == 400

    lines = [record.getMessage() for record in caplog.records if "Refused" in record.getMessage()]
    assert lines == ["Refused connections and requests: 1x not-http"]


def test_the_first_event_is_logged_at_once_and_those_of_a_minute_together(caplog: pytest.LogCaptureFixture):
    now = [1000.0]
    counted = Minutely(logging.getLogger("orders.test"), "Seen", lambda: now[0])
    counted.add("a")
    for each in ("b", "c", "b"):
        counted.add(each)
    now[0] += 59
    counted.look()
    now[0] += 1
    counted.look()
    counted.look()

    assert [record.getMessage() for record in caplog.records] == ["Seen: 1x a", "Seen: 2x b, 1x c"]


def test_of_too_many_different_events_most_are_counted_together(caplog: pytest.LogCaptureFixture):
    now = [1000.0]
    counted = Minutely(logging.getLogger("orders.test"), "Seen", lambda: now[0])
    for number in range(3 * MOST_COUNTED):
        counted.add(str(number))
    now[0] += 60
    counted.look()

    line = caplog.records[-1].getMessage()
    assert f"x {OTHERS}" in line
    assert line.count("x ") == MOST_NAMED
    assert line.endswith("more")
