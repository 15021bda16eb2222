"""The opaque cursor that a list gives out for its next page: the place (`order/index.py`) of the last order shown."""

import base64
import binascii
import re

from orders.order.errors import BadRequest
from orders.order.ids import is_row_id

_PLACE = re.compile(r"[0-9T:.-]{23}Z (.+)")


def at(place: str) -> str:
    """The cursor of a place."""
    return base64.urlsafe_b64encode(place.encode()).decode()


def place_of(cursor: str) -> str:
    """The place in a cursor.

    Raises:
        BadRequest: it is not valid.
    """
    try:
        text = base64.urlsafe_b64decode(cursor).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    place = _PLACE.fullmatch(text)
    if not place or not is_row_id(place[1]):
        raise BadRequest("This cursor is not valid for this list.")
    return text
