"""Measures whether the time of an answer reveals to an attacker which orders exist.

The attacker knows an order id and no token. It requests the id and an id that certainly does not exist, in turns, over
one connection, and compares the times. It does so for many ids, of which half exist. It learns from half of the ids how
best to compare, and the other half shows how often it is right. Guessing is right in 50 %.
"""

import argparse
import json
import random
import socket
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from statistics import fmean, median
from urllib.parse import quote

import servers
import urllib3
from report import positive

Times = Sequence[int]
"""Of answers, in nanoseconds."""

COMPARISONS: dict[str, Callable[[Times], float]] = {
    "median": median,
    "first decile": lambda times: sorted(times)[len(times) // 10],
    "first quartile": lambda times: sorted(times)[len(times) // 4],
    "mean of the faster half": lambda times: fmean(sorted(times)[: len(times) // 2]),
    "minimum": min,
}
QUESTIONS = {
    "a wrong token": "/receipt/{}/" + "x" * 22,
    "a wrong file": "/receipt/{}/verification?sha256=" + "0" * 64,
}


@dataclass(frozen=True, slots=True)
class Trial:
    """Whether the order exists, and by how much its request took longer than that of none, by each comparison."""

    exists: bool
    longer: dict[str, float]


def main() -> None:
    options = _options()
    with servers.orders_serve() as server:
        ids = _fill(server.address, options.orders)
        for question, path in QUESTIONS.items():
            for seed in range(options.seeds):
                chance = random.Random(seed)
                trials = [_trial(server.port, path, chance, ids, options.requests) for _ in range(options.trials)]
                print(f"{question}, seed {seed}: {_judged(trials)}", flush=True)


def _fill(address: str, orders: int) -> list[str]:
    """The ids of orders that are completed, each with its receipt."""
    pool, ids = urllib3.PoolManager(), [str(uuid.uuid4()) for _ in range(orders)]
    for number, order_id in enumerate(ids):
        items = [{"name": f"Article {n}", "quantity": 1, "unitPrice": "1.00"} for n in range(number % 20)]
        order = {"orderId": order_id, "customerName": f"Customer {number}", "currency": "EUR", "items": items}
        pool.request("POST", f"{address}/orders", body=json.dumps(order), headers={"content-type": "application/json"})
    while pool.request("GET", f"{address}/operations/summary").json()["orders"]["COMPLETED"] < orders:
        time.sleep(0.2)
    return ids


def _trial(port: int, path: str, chance: random.Random, ids: Sequence[str], requests: int) -> Trial:
    exists = chance.random() < 0.5
    target = chance.choice(ids) if exists else _nobodys(chance)
    asked, others = list[int](), list[int]()
    with closing(socket.create_connection(("127.0.0.1", port))) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(requests):
            pair = [(target, asked), (_nobodys(chance), others)]
            for order_id, times in pair if chance.random() < 0.5 else reversed(pair):
                times.append(_ask(connection, path.format(quote(order_id))))
    return Trial(exists, {name: compare(asked) - compare(others) for name, compare in COMPARISONS.items()})


def _nobodys(chance: random.Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def _ask(connection: socket.socket, path: str) -> int:
    """The time until the whole answer arrived."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    begin = time.perf_counter_ns()
    connection.sendall(request)
    answer = connection.recv(65536)
    while len(answer) < _length(answer):
        answer += connection.recv(65536)
    return time.perf_counter_ns() - begin


def _length(answer: bytes) -> int:
    head, found, _ = answer.partition(b"\r\n\r\n")
    if not found:
        return len(answer) + 1
    (line,) = (line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return len(head) + 4 + int(line.partition(b":")[2])


def _judged(trials: Sequence[Trial]) -> str:
    learn, judge = trials[: len(trials) // 2], trials[len(trials) // 2 :]
    best = max(_rules(learn), key=lambda rule: _accuracy(learn, *rule))
    name = best[0]
    exist = [trial.longer[name] for trial in trials if trial.exists]
    none = [trial.longer[name] for trial in trials if not trial.exists]
    return (
        f"{_accuracy(judge, *best):.0%} right by the {name}"
        f" (an order that exists takes {(median(exist) - median(none)) / 1000:+.1f} µs more)"
    )


def _rules(trials: Sequence[Trial]) -> Iterator[tuple[str, float, bool]]:
    """A comparison, a bound, and whether orders that take longer than the bound exist."""
    for name in COMPARISONS:
        for trial in trials:
            yield from ((name, trial.longer[name], slower) for slower in (True, False))


def _accuracy(trials: Sequence[Trial], name: str, bound: float, slower: bool) -> float:
    return fmean((trial.longer[name] >= bound) is (trial.exists is slower) for trial in trials)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=positive, default=500, help="orders in the server's database (500)")
    parser.add_argument("--trials", type=positive, default=100, help="ids that the attacker tries (100)")
    parser.add_argument("--requests", type=positive, default=300, help="requests for each id (300)")
    parser.add_argument("--seeds", type=positive, default=3, help="how often to repeat everything (3)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
