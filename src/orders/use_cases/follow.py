"""Store a document that follows an order: its row is durable before the caller gets an answer."""

from collections.abc import Callable
from dataclasses import dataclass

from orders.order.document import MOST_DOCUMENTS, Kind, row_id
from orders.order.order import Order, Status
from orders.ports import Outside
from orders.use_cases import doorbell

Build = Callable[[Order], tuple[Order, Order]]
"""From the order as it is: the order with one more document, and the document's row. Raises an error to refuse it."""


class IdTaken(Exception):
    """Another document of this kind and order has the id."""


@dataclass(frozen=True, slots=True)
class Following:
    """The row of a document that follows an order, and whether it was stored before this call."""

    row: Order
    replayed: bool


def store(order: Order, kind: Kind, document_id: str, fingerprint: str, build: Build, outside: Outside) -> Following:
    """Store the document that `build` makes, unless it is stored already, and send a message for it.

    `fingerprint` is that of what was posted. The order's own row decides, by compare-and-set.

    Raises:
        IdTaken: the order has a document with this id that says something else.
        Unavailable: the table did not answer; call again with the same document.
    """
    while not (kept := order.settlement.find(kind, document_id)):
        after, document = build(order)
        order = outside.table.append(order, after, document)
        if order == after:
            doorbell.notify(document.order_id, outside.queue)
            return Following(document, replayed=False)
    if kept.fingerprint != fingerprint:
        raise IdTaken
    row = outside.table.read(row_id(order.order_id, kind, document_id))
    if row.status is Status.RECEIVED:
        doorbell.notify(row.order_id, outside.queue)
    return Following(row, replayed=True)


def has_too_many(order: Order) -> bool:
    return len(order.settlement.documents) >= MOST_DOCUMENTS
