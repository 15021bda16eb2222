"""Posts orders at a fixed rate, whether or not the server keeps up: a process of its own, for `webhooks.py`.

    python bench/paced_orders.py PORT ORDERS_A_SECOND SECONDS PREFIX

Prints one line of JSON: a `Paced`. A latency counts from the moment at which the order was due, so it has the time for
which an order waited for a free connection.
"""

import asyncio
import json
import re
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass
from statistics import quantiles

CONNECTIONS = 32
TICK = 0.002
SECONDS_TO_ANSWER = 60
_POST = (
    b"POST /orders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    b'{"orderId":"%s","customerName":"Alice"}'
)
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Paced:
    """`seconds` is until the last answer. Latencies are in milliseconds."""

    posted: int
    refused: int
    seconds: float
    p50: float
    p99: float


class _Connection(asyncio.Protocol):
    """One request at a time."""

    def __init__(self, load: "_Load") -> None:
        self._load = load
        self._due = 0.0
        self._answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._load.free.append(self)

    def post(self, order_id: bytes, due: float) -> None:
        self._due = due
        self._transport.write(_POST % (len(order_id) + 37, order_id))

    def data_received(self, data: bytes) -> None:
        self._answer += data
        head, _, body = self._answer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if length and len(body) >= int(length[1]):
            self._load.answered(self._due, was_taken=head.startswith(b"HTTP/1.1 202"))
            self._load.free.append(self)
            self._answer = b""


class _Load:
    def __init__(self) -> None:
        self.free = deque[_Connection]()
        self.latencies: list[float] = []
        self.refused = 0

    def answered(self, due: float, *, was_taken: bool) -> None:
        self.latencies.append(time.monotonic() - due)
        self.refused += not was_taken


async def _run(port: int, rate: float, seconds: float, prefix: str) -> Paced:
    load, loop = _Load(), asyncio.get_running_loop()
    for _ in range(CONNECTIONS):
        await loop.create_connection(lambda: _Connection(load), "127.0.0.1", port)
    began, posted, total = time.monotonic(), 0, int(rate * seconds)
    while len(load.latencies) < total and time.monotonic() < began + seconds + SECONDS_TO_ANSWER:
        due = min(int((time.monotonic() - began) * rate), total)
        while posted < due and load.free:
            load.free.popleft().post(b"%s-%d" % (prefix.encode(), posted), began + posted / rate)
            posted += 1
        await asyncio.sleep(TICK)
    cuts = quantiles(load.latencies, n=100)
    answered = len(load.latencies)
    return Paced(answered - load.refused, load.refused, time.monotonic() - began, cuts[49] * 1000, cuts[98] * 1000)


if __name__ == "__main__":
    _port, _rate, _seconds, _prefix = sys.argv[1:]
    print(json.dumps(asdict(asyncio.run(_run(int(_port), float(_rate), float(_seconds), _prefix)))))
