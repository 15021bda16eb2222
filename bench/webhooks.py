"""Measures webhooks of one machine under load: what four endpoints get, and what they cost orders.

    PYTHONPATH=. python bench/webhooks.py [--rate 1000] [--seconds 60] [--rounds 1]

Orders come at a fixed rate. In turns, a server has no webhook endpoint, and four of them: a good one, a slow one (ten
seconds for each event), one that says 200 and resets the connection, and one that is dead. After the load, the dead one
returns, an operator enables it again, and the round waits until it and the good one have every event.

The client, the receivers and the server share the processors. Linux only: memory and processes are read from /proc.
"""

import argparse
import json
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import processes
from paced_orders import Paced
from packages import ROOT
from report import positive, row, tell
from servers import Server, orders_serve
from webhook_receivers import NAMES, Seen

from orders.local.server.webhook_process import NAME

HERE = Path(__file__).parent
MIB = 1024 * 1024
SECONDS_TO_CATCH_UP = 1_200
SECONDS_BETWEEN_SAMPLES = 2.0
_EVENTS = "SELECT count(*) FROM events"
_COMPLETED = "SELECT count(*) FROM events WHERE type = 'order.completed'"


@dataclass
class Round:
    """`completed` is how many orders had their receipt when the load was over. Memory is in bytes, times in seconds.

    `sender` is the memory of the process that delivers, `sender_work` its processor time for one event and endpoint.
    """

    load: Paced
    completed: int
    events: int = 0
    seen: Mapping[str, Seen] = field(default_factory=dict)
    memory: list[int] = field(default_factory=list)
    sender: list[int] = field(default_factory=list)
    sender_work: float = 0
    caught_up: float = 0
    returned: float = 0


def main() -> None:
    options = _options()
    without: list[Round] = []
    with_them: list[Round] = []
    for turn in range(options.rounds):
        tell(f"round {turn + 1} of {options.rounds}, without webhooks")
        without.append(_without(options.rate, options.seconds))
        tell(f"round {turn + 1} of {options.rounds}, with four endpoints")
        with_them.append(_with(options.rate, options.seconds))
    print("\n".join([*_orders(without, with_them, options.rate), "", *_webhooks(with_them)]), flush=True)


def _without(rate: int, seconds: int) -> Round:
    with orders_serve() as server, _sampled(server) as (memory, sender):
        return Round(*_loaded(server, rate, seconds), memory=memory, sender=sender)


def _with(rate: int, seconds: int) -> Round:
    with _receivers() as receivers, orders_serve() as server, _sampled(server) as (memory, sender):
        ids = {name: _added(server, port) for name, port in receivers.ports.items()}
        _until(lambda: bool(_sender(server)), "no process delivers webhooks")
        found = Round(*_loaded(server, rate, seconds), memory=memory, sender=sender)
        over = time.monotonic()
        found.events = _until(lambda: _settled(server, found.load.posted), "orders are not completed")
        _until(lambda: receivers.ask("counts")["good"] >= found.events, "the good endpoint lacks events")
        found.caught_up = time.monotonic() - over
        pids = _sender(server)
        found.sender_work = sum(map(processes.processor_seconds, pids))
        receivers.ask("open")
        returned = time.monotonic()
        _call(server, "PATCH", f"/operations/webhooks/{ids['dead']}", {"status": "ENABLED"})
        _until(lambda: receivers.ask("counts")["dead"] >= found.events, "the dead endpoint lacks events")
        found.returned = time.monotonic() - returned
        found.seen = {name: Seen(**each) for name, each in receivers.ask("seen").items()}
        delivered = sum(found.seen[name].events for name in ("good", "misbehaving"))
        found.sender_work /= delivered
    return found


def _loaded(server: Server, rate: int, seconds: int) -> tuple[Paced, int]:
    """What the client saw, and how many orders were completed when it had ended."""
    command = [sys.executable, str(HERE / "paced_orders.py"), str(server.port), str(rate), str(seconds), "o"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Paced(**json.loads(done.stdout)), _number(server, _COMPLETED)


def _settled(server: Server, orders: int) -> int:
    """How many events there are, once every order is completed."""
    return _number(server, _EVENTS) if _number(server, _COMPLETED) >= orders else 0


def _number(server: Server, query: str) -> int:
    with closing(sqlite3.connect(f"file:{server.database}?mode=ro", uri=True)) as connection:
        return int(connection.execute(query).fetchone()[0])


class _Receivers:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.ports: Mapping[str, int] = self._answer()

    def ask(self, what: str) -> Any:
        """The answer to `open`, `counts` or `seen`, as `webhook_receivers.py` says."""
        assert self._process.stdin
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout
        return json.loads(self._process.stdout.readline())


@contextmanager
def _receivers() -> Iterator[_Receivers]:
    command = [sys.executable, str(HERE / "webhook_receivers.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            yield _Receivers(process)
        finally:
            process.kill()


def _added(server: Server, port: int) -> str:
    """The id of a new endpoint."""
    return str(_call(server, "POST", "/operations/webhooks", {"url": f"http://127.0.0.1:{port}/hook"})["id"])


def _call(server: Server, method: str, path: str, body: object) -> dict[str, object]:
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(server.address + path, json.dumps(body).encode(), headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        found: dict[str, object] = json.loads(answer.read())
    return found


def _sender(server: Server) -> list[int]:
    """The process that delivers webhooks, if there is one."""
    return [each for each in processes.descendants(server.pid) if _name(each) == NAME]


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


@contextmanager
def _sampled(server: Server) -> Iterator[tuple[list[int], list[int]]]:
    """The memory of the server with all its processes, and of the one that delivers, every two seconds."""
    memory: list[int] = []
    sender: list[int] = []
    over = threading.Event()

    def sample() -> None:
        while not over.wait(SECONDS_BETWEEN_SAMPLES):
            memory.append(processes.memory(server.pid))
            sender.append(sum(map(processes.memory, _sender(server))))

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield memory, sender
    finally:
        over.set()
        thread.join()


def _until(what: Callable[[], int], otherwise: str) -> int:
    deadline = time.monotonic() + SECONDS_TO_CATCH_UP
    while not (found := what()):
        if time.monotonic() > deadline:
            raise SystemExit(f"bench: after {SECONDS_TO_CATCH_UP} s, {otherwise}")
        time.sleep(0.2)
    return found


def _orders(without: list[Round], with_them: list[Round], rate: int) -> Iterator[str]:
    yield row(f"Orders, {rate:,} a second are posted", "without", "with", "ratio", figures_of_widest=3)
    figures: dict[str, Callable[[Round], float]] = {
        "accepted a second": lambda each: each.load.posted / each.load.seconds,
        "refused": lambda each: each.load.refused,
        "accepted after, p50 ms": lambda each: each.load.p50,
        "accepted after, p99 ms": lambda each: each.load.p99,
        "completed a second during the load": lambda each: each.completed / each.load.seconds,
        "memory of all processes, most, MiB": lambda each: max(each.memory, default=0) / MIB,
    }
    for name, figure in figures.items():
        before, after = (median(map(figure, rounds)) for rounds in (without, with_them))
        ratio = f"{after / before:.2f}" if before else ""
        yield row(name, f"{before:,.0f}", f"{after:,.0f}", ratio, figures_of_widest=3)


def _webhooks(rounds: list[Round]) -> Iterator[str]:
    yield row("Endpoint", "events", "p50 s", "p99 s", "repeated")
    for name in NAMES:
        found = [each.seen[name] for each in rounds]
        events, repeated = (median(figures) for figures in ([s.events for s in found], [s.repeated for s in found]))
        times = (median(figures) for figures in ([s.p50 for s in found], [s.p99 for s in found]))
        yield row(name, f"{events:,.0f}", *(f"{each:.1f}" for each in times), f"{repeated:,.0f}")
    yield ""
    yield row("Events in the feed", f"{median(each.events for each in rounds):,.0f}", figures_of_widest=1)
    figures: dict[str, Callable[[Round], float]] = {
        "s after the load until the good endpoint has every event": lambda each: each.caught_up,
        "s after its return until the dead one has every event": lambda each: each.returned,
        "processor time for an event and endpoint, ms": lambda each: each.sender_work * 1000,
        "memory of the process that delivers: a tenth into it, MiB": lambda each: _at(each.sender, 0.1) / MIB,
        "in the middle": lambda each: _at(each.sender, 0.5) / MIB,
        "at the end": lambda each: _at(each.sender, 1) / MIB,
    }
    for name, figure in figures.items():
        yield row(name, f"{median(map(figure, rounds)):,.1f}", figures_of_widest=1)


def _at(samples: list[int], share: float) -> float:
    """The sample after this share of the time. Before the process began there is none."""
    found = [each for each in samples if each]
    return found[min(int(share * len(found)), len(found) - 1)] if found else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure webhooks of one machine under load.")
    parser.add_argument("--rate", type=positive, default=1_000, help="orders a second (1000)")
    parser.add_argument("--seconds", type=positive, default=60, help="of the load (60)")
    parser.add_argument("--rounds", type=positive, default=1, help="with and without webhooks; figures are medians (1)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
