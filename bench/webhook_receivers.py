"""Receivers of webhooks, in a process of their own, for `webhooks.py`: good, slow, misbehaving, and one that is dead.

It prints the port of each as JSON. For each line that it reads it prints a line of JSON: after `open`, the dead one
listens. After `counts`, how many different events each one got. After `seen`, a `Seen` for each.
"""

import contextlib
import json
import sys
from dataclasses import asdict, dataclass
from statistics import quantiles

from tests.support.receivers import Kind, Receiver, closed_port, receiving

NAMES = ("good", "slow", "misbehaving", "dead")


@dataclass(frozen=True, slots=True)
class Seen:
    """`p50` and `p99` are seconds from an event's time until it arrived for the first time."""

    events: int
    repeated: int
    p50: float
    p99: float


def seen(receiver: Receiver) -> Seen:
    first: dict[str, float] = {}
    for each in list(receiver.got):
        first.setdefault(each.event_id, each.seconds)
    cuts = quantiles(first.values(), n=100) if len(first) > 1 else [0.0] * 99
    return Seen(len(first), len(receiver.got) - len(first), cuts[49], cuts[98])


def main() -> None:
    receivers = dict(zip(NAMES, (Receiver(), Receiver(Kind.SLOW), Receiver(Kind.MISBEHAVING)), strict=False))
    dead = receivers["dead"] = Receiver(port=closed_port())
    with contextlib.ExitStack() as open_ones:
        open_ones.enter_context(receiving(*(each for each in receivers.values() if each is not dead)))
        _tell({name: each.port for name, each in receivers.items()})
        for line in sys.stdin:
            if line == "open\n":
                open_ones.enter_context(receiving(dead))
            if line == "seen\n":
                _tell({name: asdict(seen(each)) for name, each in receivers.items()})
            else:
                _tell({name: len({got.event_id for got in list(each.got)}) for name, each in receivers.items()})


def _tell(what: object) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main()
