"""Attacks a server on this machine, and prints how much memory each attack costs and how long other callers wait.

Each attack is one process that sends requests no honest client sends, for at most 20 seconds, to a fresh `orders serve`
on loopback. Meanwhile one honest client gets an order again and again, on a new connection each time. The table shows
the server's peak memory above its memory at rest (resident, MiB), the honest client's longest wait (ms), how many of
its calls had no answer or a wrong one, and the attacker's answer: the most frequent first status.

Linux only: memory is read from /proc.
"""

import argparse
import collections
import http.client
import multiprocessing
import resource
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import processes
import servers
from report import row, tell

MIB = 1024 * 1024
LONGEST_ATTACK = 20
"""Seconds."""
USUAL_FILE_LIMIT = 1024
BETWEEN_CALLS = 0.01

Attack = Callable[[int], str]
"""Attacks the server on this port from one process, and returns its answer."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Bytes above rest, seconds, calls, and the attacker's answer."""

    memory: int
    longest_wait: float
    unanswered: int
    answer: str


def many_headers(port: int) -> str:
    """20 MB of empty headers in one request."""
    return _sent(port, [b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n"] + [b"a:\r\n" * 65_536] * 80)


def one_long_header(port: int) -> str:
    return _sent(port, [b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\na: "] + [b"a" * 262_144] * 80)


def long_url(port: int) -> str:
    return _sent(port, [b"GET /"] + [b"a" * 262_144] * 80)


def long_trailers(port: int) -> str:
    return _sent(port, [_post(b"Transfer-Encoding: chunked"), b"2\r\n{}\r\n0\r\n"] + [b"a:\r\n" * 65_536] * 80)


def long_chunk_extension(port: int) -> str:
    return _sent(port, [_post(b"Transfer-Encoding: chunked"), b"2;a="] + [b"a" * 262_144] * 80)


def tiny_chunks(port: int) -> str:
    return _sent(port, [_post(b"Transfer-Encoding: chunked")] + [b"1\r\n \r\n" * 43_690] * 80)


def pipelined(port: int) -> str:
    return _sent(port, [b"GET /orders/x HTTP/1.1\r\nHost: localhost\r\n\r\n" * 6_000] * 20)


def bodies_to_the_intake(port: int) -> str:
    """40 bodies of 10 MB, more than an order may have."""
    return _bodies(port, _post(b"Content-Length: 10000000"))


def bodies_to_a_route_without_a_key(port: int) -> str:
    return _bodies(port, b"GET /receipt/x/y HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000\r\n\r\n")


def half_open(port: int) -> str:
    """As many connections as the usual file limit, each with a request that never ends."""
    return _held(port, b"GET /orders/x HTTP/1.1\r\nHost: localhost\r\nx: ")


def silent(port: int) -> str:
    """As many connections that never say anything."""
    return _held(port, b"")


def slow_readers(port: int) -> str:
    """A hundred connections that request much and read nothing."""
    return _held(port, b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 40, connections=100)


ATTACKS: dict[str, tuple[Attack, tuple[str, ...]]] = {
    "20 MB of empty headers": (many_headers, ()),
    "one header of 20 MB": (one_long_header, ()),
    "a URL of 20 MB": (long_url, ()),
    "20 MB of trailers": (long_trailers, ()),
    "a chunk extension of 20 MB": (long_chunk_extension, ()),
    "20 MB of chunks of one byte": (tiny_chunks, ()),
    "120,000 pipelined requests": (pipelined, ()),
    "40 bodies of 10 MB, no key": (bodies_to_the_intake, ("--ask-for-keys",)),
    "40 such bodies, where no key is needed": (bodies_to_a_route_without_a_key, ("--ask-for-keys",)),
    "1,100 requests that never end": (half_open, ()),
    "1,100 connections that say nothing": (silent, ()),
    "100 readers that do not read": (slow_readers, ()),
}
"""Each with the server's options."""


def main() -> None:
    options = _options()
    _may_open(4096)
    print(row("Attack", "+MiB", "wait ms", "failed", "answer", figures_of_widest=4))
    for name in [options.only] if options.only else ATTACKS:
        tell(name)
        seen = _outcome(*ATTACKS[name])
        figures = f"{seen.memory / MIB:,.0f}", f"{seen.longest_wait * 1000:,.0f}", str(seen.unanswered), seen.answer
        print(row(name, *figures), flush=True)


def _outcome(attack: Attack, options: tuple[str, ...]) -> Outcome:
    with _at_the_usual_limit(), servers.orders_serve(*options) as server:
        _wait_of_one_call(server.port)
        rest = processes.peak(server.pid)
        answers: multiprocessing.Queue[str] = multiprocessing.Queue()
        attacker = multiprocessing.Process(target=_attack, args=(attack, server.port, answers))
        attacker.start()
        waits = _waits(server.port, attacker)
        return Outcome(
            processes.peak(server.pid) - rest,
            max(wait for wait, _ in waits),
            sum(not answered for _, answered in waits),
            answers.get(timeout=5) if not answers.empty() else "-",
        )


def _attack(attack: Attack, port: int, answers: "multiprocessing.Queue[str]") -> None:
    answers.put(attack(port))


def _waits(port: int, attacker: multiprocessing.Process) -> list[tuple[float, bool]]:
    """The duration of each honest call during the attack, and whether the answer was right."""
    waits, deadline = [], time.monotonic() + LONGEST_ATTACK
    while attacker.is_alive() and time.monotonic() < deadline:
        waits.append(_wait_of_one_call(port))
        time.sleep(BETWEEN_CALLS)
    attacker.kill()
    attacker.join()
    return waits


def _wait_of_one_call(port: int) -> tuple[float, bool]:
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", "/orders/x")
        status = connection.getresponse().status
    except OSError:
        status = 0
    finally:
        connection.close()
    return time.monotonic() - began, status in {403, 404}


def _post(header: bytes) -> bytes:
    return b"POST /orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + header + b"\r\n\r\n"


def _sent(port: int, pieces: list[bytes]) -> str:
    """The server's answer to these bytes, sent over one connection until it answers or closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=LONGEST_ATTACK) as connection:
        with suppress(OSError):
            for piece in pieces:
                connection.sendall(piece)
        return _first_status(connection)


def _bodies(port: int, head: bytes) -> str:
    """Forty bodies at once. The last bytes of each come late, so that the server has all bodies at the same time."""
    with _connections(port, 40) as all_of_them:
        for connection in all_of_them:
            connection.settimeout(1)
            with suppress(OSError):
                connection.sendall(head)
                connection.sendall(bytes(9_999_000))
        time.sleep(1)
        return _most(all_of_them)


def _held(port: int, begun: bytes, connections: int = 1_100) -> str:
    with _connections(port, connections) as all_of_them:
        for connection in all_of_them:
            with suppress(OSError):
                connection.sendall(begun)
        time.sleep(LONGEST_ATTACK - 5)
        return _most(all_of_them)


@contextmanager
def _connections(port: int, number: int) -> Iterator[list[socket.socket]]:
    opened = []
    for _ in range(number):
        with suppress(OSError):
            opened.append(socket.create_connection(("127.0.0.1", port), timeout=1))
    yield opened
    for connection in opened:
        connection.close()


def _most(connections: list[socket.socket]) -> str:
    for connection in connections:
        connection.settimeout(0.01)
    return collections.Counter(map(_first_status, connections)).most_common(1)[0][0]


def _first_status(connection: socket.socket) -> str:
    try:
        answer = connection.recv(64)
    except TimeoutError:
        return "nothing"
    except OSError:
        return "reset"
    return answer.split()[1].decode() if answer else "closed"


@contextmanager
def _at_the_usual_limit() -> Iterator[None]:
    """Processes that start within the block may have as many open files as most systems allow."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (USUAL_FILE_LIMIT, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def _may_open(files: int) -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(files, hard), hard))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Attack `orders serve` on this machine.")
    parser.add_argument("--only", choices=ATTACKS, help="run one attack only")
    if not Path("/proc/self/status").exists():
        parser.error("bench needs Linux: it reads memory from /proc.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
