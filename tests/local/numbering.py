"""`python -m tests.local.numbering FOLDER`: completes the pending orders of a folder in batches, until none is left.

Other processes do the same meanwhile: they choose from the same few orders, so that most batches meet. Each seventh
order fails when it is first drawn, so that its number is void.
"""

import logging
import random
import sys
from pathlib import Path

from orders import receipt
from orders.local import batches
from orders.local.stack import stack_in
from orders.order.errors import ReceiptImpossible
from orders.order.order import Order, Status
from orders.ports import Outside, Selection
from orders.use_cases import process

SECONDS_FOR_A_BATCH = 60
BATCH, CHOICE = 10, 20


def main(folder: Path) -> None:
    receipt.draw = drawn
    logging.disable()
    outside = stack_in(folder).outside
    while waiting := outside.table.page(Selection(Status.RECEIVED), CHOICE, None).orders:
        complete(random.sample([order.order_id for order in waiting], min(BATCH, len(waiting))), outside)


def complete(order_ids: list[str], outside: Outside) -> None:
    make, finish = process.receipt_maker(order_ids, outside)
    for done in batches.run(make, order_ids, SECONDS_FOR_A_BATCH):
        done.result()
    finish()


def drawn(order: Order) -> bytes:
    """What is written matters here, and not how it looks."""
    if order.order_id.endswith("7") and not any(entry.what == "retried" for entry in order.history):
        raise ReceiptImpossible("no ink")
    return f"%PDF- {order.order_id} {order.issue and order.issue.text} %%EOF".encode()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
