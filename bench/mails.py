"""Measures the processor time of an e-mail with a receipt, on this machine.

    python bench/mails.py

- composed: the orders of examples/receipts.jsonl, in many languages, with a receipt of 20 KB.
- whole: an order is read, its e-mail composed, claimed in the table, kept in the outbox, and recorded.

A first round, which loads languages and templates, is left out.
"""

import argparse
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from statistics import median
from typing import TypeVar

from packages import ROOT
from report import positive, row, tell
from servers import temporary_folder

from orders.mail import compose
from orders.order import validation
from orders.order.clock import utc_now
from orders.order.order import Order
from orders.order.posted import PostedOrder
from orders.ports import Outside
from orders.use_cases import process, receive, send

T = TypeVar("T")
EXAMPLES = ROOT / "examples" / "receipts.jsonl"
PDF = bytes(range(256)) * 80


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=positive, default=5, help="figures are medians of this many rounds (5)")
    options = parser.parse_args()
    with temporary_folder() as folder:
        os.environ["ORDERS_DATA"] = str(folder / "data")
        from orders.edition import connect  # reads the environment when it is called

        rounds = options.rounds + 1
        print(
            "\n".join(
                [
                    row("An e-mail, processor time", "ms", figures_of_widest=1),
                    measured("composed", [written] * rounds),
                    measured("whole, to the outbox", [partial(sent, connect(), number) for number in range(rounds)]),
                ]
            ),
            flush=True,
        )


def measured(name: str, rounds: Sequence[Callable[[], float]]) -> str:
    tell(name)
    return row(name, f"{median([each() for each in rounds][1:]):.2f}", figures_of_widest=1)


def orders() -> Sequence[PostedOrder]:
    documents = (json.loads(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines())
    return [validation.parse(document | {"customerEmail": "zoe@example.com"}) for document in documents]


def written() -> float:
    rows = [Order.received(posted, "token", utc_now(), "https://shop.example/") for posted in orders()]
    return milliseconds(rows, lambda order: compose(order, PDF, utc_now()))


def sent(outside: Outside, number: int) -> float:
    """Each round has orders of its own: an order is mailed once."""
    for posted in orders():
        receive.accept(replace(posted, order_id=f"{number}-{posted.order_id}"), outside, "http://127.0.0.1:8000/")
    ids = [f"{number}-{posted.order_id}" for posted in orders()]
    for order_id in ids:
        process.make_receipt(order_id, outside)
    return milliseconds(ids, lambda order_id: send.send_receipt(order_id, outside))


def milliseconds(things: Sequence[T], do: Callable[[T], object]) -> float:
    """Of processor time, for each of them."""
    began = time.process_time()
    for thing in things:
        do(thing)
    return (time.process_time() - began) / len(things) * 1000


if __name__ == "__main__":
    main()
