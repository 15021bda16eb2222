"""What an order's document is: a receipt, or an invoice that is still to be paid."""

from enum import StrEnum

from orders.order.posted import PostedOrder
from orders.shop.shop import Shop


class Kind(StrEnum):
    """The value is the word for it in `languages/`."""

    RECEIPT = "receipt"
    INVOICE = "invoice"


def kind_of(posted: PostedOrder, shop: Shop) -> Kind:
    """A receipt if the order is paid in full, an invoice if it is not; what the shop says if it names no payments."""
    if not posted.payments:
        return Kind(shop.title)
    totals = posted.totals
    return Kind.INVOICE if totals and totals.due > 0 else Kind.RECEIPT
