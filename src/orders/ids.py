"""Ids for orders that come without one (RFC 9562), and the customers' receipt tokens."""

import base64
import hashlib
import uuid
from datetime import datetime


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
