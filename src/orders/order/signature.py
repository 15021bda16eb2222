"""Signatures of webhooks: the Standard Webhooks specification 1.0, symmetric.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

PREFIX = "whsec_"
SECRET_BYTES = 32
_LEAST_BYTES, _MOST_BYTES = 24, 64
TOLERANCE = timedelta(minutes=5)
"""A webhook that is older, or from the future, is refused: it may be one that somebody recorded."""


class NotVerified(Exception):
    """The webhook is not from who has the secret, or it is too old. The text says which."""


def new_secret(chance: bytes) -> str:
    """A secret, of `SECRET_BYTES` random bytes."""
    return PREFIX + base64.b64encode(chance).decode()


def headers(event_id: str, at: datetime, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """The three headers of a webhook, with a signature by each secret."""
    timestamp = str(int(at.timestamp()))
    signatures = (sign(event_id, timestamp, body, secret) for secret in secrets)
    return {"webhook-id": event_id, "webhook-timestamp": timestamp, "webhook-signature": " ".join(signatures)}


def sign(event_id: str, timestamp: str, body: bytes, secret: str) -> str:
    """`v1,` and the base64 of HMAC-SHA256 of id, timestamp and body, joined by dots.

    Raises:
        ValueError: it is no secret.
    """
    signed = b".".join([event_id.encode(), timestamp.encode(), body])
    digest = hmac.digest(_key(secret), signed, "sha256")
    return f"v1,{base64.b64encode(digest).decode()}"


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Accept a webhook that has one signature by this secret and is of these minutes. Names of headers are lower case.

    Raises:
        NotVerified: it has no such signature, or its time is too far from `now`.
        ValueError: it is no secret.
    """
    event_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "").split(" ")
    if not event_id or not timestamp.isascii() or not timestamp.isdecimal():
        raise NotVerified("a header is missing: webhook-id, webhook-timestamp or webhook-signature")
    expected = sign(event_id, timestamp, body, secret).encode()
    if not any(hmac.compare_digest(expected, each.encode()) for each in given):
        raise NotVerified("no signature is by this secret")
    if abs(now - _instant(timestamp)) > TOLERANCE:
        raise NotVerified("the webhook is not of these minutes")


def _instant(timestamp: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(timestamp), UTC)
    except (ValueError, OverflowError, OSError):
        raise NotVerified("webhook-timestamp is no time") from None


@lru_cache(maxsize=64)
def _key(secret: str) -> bytes:
    """An endpoint's secret signs thousands of events."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("a secret is whsec_ and base64") from None
    if not _LEAST_BYTES <= len(key) <= _MOST_BYTES:
        raise ValueError(f"a secret has {_LEAST_BYTES} to {_MOST_BYTES} bytes")
    return key
