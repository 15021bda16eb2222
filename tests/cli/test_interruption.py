"""A server that can't answer for a while: orders are sent again."""

import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from tests.support.command import Orders

ACCEPTED = b'{"orderId":"1","status":"RECEIVED","receiptUrl":"http://localhost/r"}'


class Flaky(BaseHTTPRequestHandler):
    """Says 503 to the first sending of each order, breaks the connection at the second, accepts the third."""

    protocol_version = "HTTP/1.1"
    seen: ClassVar[Counter[str]] = Counter()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        key = self.headers["Idempotency-Key"]
        self.seen[key] += 1
        if self.seen[key] == 2:
            self.close_connection = True
            return
        ready = self.seen[key] > 2
        self.send_response(202 if ready else 503)
        self.send_header("Retry-After", "0")
        self.send_header("Content-Length", str(len(ACCEPTED)))
        self.end_headers()
        self.wfile.write(ACCEPTED)

    def log_request(self, *_: object) -> None:
        pass


@pytest.fixture
def flaky() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Flaky) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_what_was_not_answered_is_sent_again_with_the_same_key(orders: Orders, flaky: str) -> None:
    done = orders("submit", "-", "--json", stdin='{"customerName":"Ann"}\n' * 3, ORDERS_URL=flaky)

    assert (done.code, done.json()["accepted"]) == (0, 3)
    assert sorted(Flaky.seen.values()) == [3, 3, 3]


def test_what_is_no_orders_server_is_said_to_be_none(orders: Orders, flaky: str) -> None:
    done = orders("status", "12345", ORDERS_URL=flaky)

    assert done.code == 4
    assert "not an orders server" in done.stderr
