"""What an order's document is, a receipt or an invoice that is still to be paid, and when it is dated."""

from datetime import datetime
from enum import StrEnum

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


def date_of(order: Order) -> tuple[str, datetime]:
    """When the customer bought, or else when the order was received; and before it, the word for that date."""
    placed_at = order.posted.placed_at
    return ("placed", from_iso(placed_at)) if placed_at else ("received", order.received_at)
