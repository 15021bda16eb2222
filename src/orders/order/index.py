"""What tables derive from an order, to list, find and count it. Each table only spells these keys in its own form.

Each key is computed by itself: a move changes the last one only, and must not need to read the order's body. A search
finds orders only: the documents that follow them have no keys.
"""

from orders.order import counts, search
from orders.order.clock import to_iso
from orders.order.document import is_of_an_order
from orders.order.order import Order


def place(order: Order) -> str:
    """The order's place in lists: as texts, places sort by the time of receipt, then by id."""
    return f"{to_iso(order.received_at)} {order.order_id}"


def name_key(order: Order) -> str | None:
    """The customer's name as it is compared. Empty if the name is nothing but accents."""
    return search.name_key(order.content["customerName"]) if is_of_an_order(order.order_id) else None


def email_key(order: Order) -> str | None:
    """The digest of the customer's e-mail address, if there is one."""
    email = order.content.get("customerEmail") if is_of_an_order(order.order_id) else None
    return search.email_key(email) if email else None


def number_key(order: Order) -> str | None:
    """The digest of the order's number, if it has one. Several orders may have the same number."""
    number = order.content.get("orderNumber") if is_of_an_order(order.order_id) else None
    return search.number_key(number) if number else None


def took(order: Order) -> int | None:
    """Milliseconds from acceptance to completion, rounded, of a completed order."""
    return counts.milliseconds_taken(order) if order.completed_at else None
