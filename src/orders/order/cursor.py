"""Where a page of the newest orders begins: an order's place in the list, and the opaque cursor that stands for it."""

import base64
import binascii
import re

from orders.order.clock import to_iso
from orders.order.errors import BadRequest
from orders.order.order import Order

_PLACE = re.compile(r"([0-9T:.-]{23}Z) ([A-Za-z0-9._-]{1,64})")


def place(order: Order) -> str:
    """An order's place: as texts, places sort by the time of receipt, then by id."""
    return f"{to_iso(order.received_at)} {order.order_id}"


def at(place: str) -> str:
    """The cursor of a place."""
    return base64.urlsafe_b64encode(place.encode()).decode()


def place_of(cursor: str) -> str:
    """The place that a cursor stands for.

    Raises:
        BadRequest: it is none that was given out.
    """
    try:
        text = base64.urlsafe_b64decode(cursor).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    if not _PLACE.fullmatch(text):
        raise BadRequest("The cursor is none that this list gave out.")
    return text
