"""The documents of an order: its receipt, and the credit notes and corrected receipts that follow it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orders.order.document import Kind, Reference, row_id
from orders.order.errors import Misconfigured, UnknownOrder
from orders.order.order import Order, Status
from orders.ports import Outside
from orders.shop.title import date_of


@dataclass(frozen=True, slots=True)
class Documents:
    """An order, and the rows of the documents that follow it, the oldest first."""

    order: Order
    following: Sequence[Order] = ()

    @property
    def receipt(self) -> Order:
        """The row of the receipt that is valid now: the last one that was issued."""
        corrected = [each for each in self.following if _kind(each) is Kind.CORRECTED_RECEIPT]
        return next((each for each in reversed(corrected) if each.status is Status.COMPLETED), self.order)

    @property
    def waits_for_correction(self) -> bool:
        """Whether a corrected receipt is still being made."""
        return any(each.status is Status.RECEIVED for each in self.following if _kind(each) is Kind.CORRECTED_RECEIPT)

    def replaced_by(self, row_id: str) -> Order | None:
        """The corrected receipt that names this one as the one it replaces, if it is issued. Credit notes have none."""
        corrected = (each for each in self.following if _kind(each) is Kind.CORRECTED_RECEIPT)
        return next((each for each in corrected if _is_replaced(row_id, each)), None)


def of(order: Order, outside: Outside) -> Documents:
    """The documents of an order. They are read together, and only if there are any.

    Raises:
        Unavailable: the table did not answer.
        Misconfigured: a row is missing.
    """
    ids = [row_id(order.order_id, each.kind, each.id) for each in order.settlement.documents]
    if not ids:
        return Documents(order)
    read = outside.table.read_many(ids)
    try:
        return Documents(order, [read(each) for each in ids])
    except UnknownOrder:
        raise Misconfigured(f"order {order.order_id} has a document whose row is missing: see `orders audit`") from None


def reference(row: Order) -> Reference:
    """How another document names this one: by its number and the date of issue, or else by the order's and its date."""
    if row.issue:
        return Reference(row.order_id, row.issue.text, row.issue.at)
    name = row.posted.order_number or row.order_id.partition("/")[0]
    return Reference(row.order_id, name, row.received_at if row.document else date_of(row)[1])


def ordered_at(order: Order) -> datetime | None:
    """When the order was received, for its documents to print; None if its body says when the customer bought."""
    return None if order.posted.placed_at else order.received_at


def _is_replaced(row_id: str, by: Order) -> bool:
    names_it = by.document is not None and by.document.refers_to.row_id == row_id
    return names_it and by.status is Status.COMPLETED


def _kind(row: Order) -> Kind:
    if row.document is None:
        raise UnknownOrder
    return row.document.kind
