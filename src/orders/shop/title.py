"""The title of a document, such as receipt, or invoice if it is still to be paid, and its date."""

from datetime import datetime
from enum import StrEnum

from orders.order import document
from orders.order.clock import from_iso
from orders.order.order import Order
from orders.order.posted import PostedOrder
from orders.shop.shop import Shop


class Kind(StrEnum):
    """The value is the word for it in `languages/`."""

    RECEIPT = "receipt"
    INVOICE = "invoice"


def kind_of(posted: PostedOrder, shop: Shop) -> Kind:
    """A receipt if the order is paid in full, an invoice if it is not. Without payments, the shop's `title`."""
    if not posted.payments:
        return Kind(shop.title)
    totals = posted.totals
    return Kind.INVOICE if totals and totals.due > 0 else Kind.RECEIPT


def word_of(order: Order, shop: Shop) -> str:
    """The word in `languages/` for the document: that of its kind, `credit_note`, or as in `corrected_receipt`."""
    if is_credit_note(order):
        return document.Kind.CREDIT_NOTE.replace("-", "_")
    kind = kind_of(order.posted, shop)
    return f"corrected_{kind}" if order.document else kind.value


def is_credit_note(order: Order) -> bool:
    return order.document is not None and order.document.kind is document.Kind.CREDIT_NOTE


def number_label_of(order: Order, shop: Shop) -> str:
    """The word before the document's own number."""
    return f"{'credit_note' if is_credit_note(order) else kind_of(order.posted, shop)}_number"


def number_of(order: Order) -> str:
    """The number that the shop gave the order, or else the order's id."""
    return order.posted.order_number or order_id_of(order)


def order_id_of(order: Order) -> str:
    """Of a document that follows a receipt, that of its order."""
    return order.document.order_id if order.document else order.order_id


def date_of(order: Order) -> tuple[str, datetime]:
    """When the customer bought, or else when the order was received; and before it, the word for that date."""
    if placed_at := order.posted.placed_at:
        return "placed", from_iso(placed_at)
    ordered_at = order.document.ordered_at if order.document else None
    return "received", ordered_at or order.received_at


def issued_at(order: Order) -> datetime | None:
    """When the document was issued. Without a number, a document that follows a receipt has the time of acceptance.

    `None` for a receipt without a number, which has only the order's date.
    """
    if order.issue:
        return order.issue.at
    return order.received_at if order.document else None
