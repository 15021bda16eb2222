"""Order ids, ids for orders that are posted without one (RFC 9562), and customers' receipt tokens."""

import base64
import hashlib
import re
import uuid
from datetime import datetime

_ORDER_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def is_order_id(text: str) -> bool:
    """Whether `text` can be an order's id: 1-64 of `A-Z a-z 0-9 . _ -`.

    `.` and `..` are not ids: a URL can't contain them (RFC 3986, section 5.2.4).
    """
    return _ORDER_ID.fullmatch(text) is not None and text not in {".", ".."}


def is_row_id(text: str) -> bool:
    """Whether `text` can be the id of a row: an order's id, or that of a document that follows one.

    As in `12345/refunds/r-1` and `12345/corrections/c-1`; see `orders.order.document.row_id`.
    """
    order_id, *rest = text.split("/")
    if not is_order_id(order_id):
        return False
    return not rest or (len(rest) == 2 and rest[0] in {"refunds", "corrections"} and is_order_id(rest[1]))


def time_ordered(now: datetime, chance: bytes) -> str:
    """A UUID of version 7: its order is the order of time. `chance` is 10 random bytes."""
    milliseconds = int(now.timestamp() * 1000)
    return str(_uuid(milliseconds.to_bytes(6, "big") + chance, version=7))


def derived(idempotency_key: str) -> str:
    """A UUID of version 8 that is the same whenever the key is the same."""
    return str(_uuid(hashlib.sha256(b"orders/idempotency-key/" + idempotency_key.encode()).digest()[:16], version=8))


def receipt_token(chance: bytes) -> str:
    """22 characters that are safe in a URL, from 16 random bytes."""
    return base64.urlsafe_b64encode(chance).rstrip(b"=").decode()


def _uuid(sixteen: bytes, version: int) -> uuid.UUID:
    """The bytes with RFC 9562's version and variant bits set; `uuid.UUID` itself knows no version above 5 yet."""
    number = int.from_bytes(sixteen, "big")
    number = number & ~(0xF << 76) | version << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=number)
