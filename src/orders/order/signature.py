"""Signs and verifies webhooks: symmetric signatures (HMAC-SHA256) of the Standard Webhooks specification 1.0.

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
"""A request whose timestamp is further from now is refused: somebody may have recorded it and sent it again."""


class NotVerified(Exception):
    """The request is not signed with this secret, or its time is too far from now. The text says which."""


def new_secret(chance: bytes) -> str:
    """A secret: `whsec_` and the base64 of `chance`, which is `SECRET_BYTES` random bytes."""
    return PREFIX + base64.b64encode(chance).decode()


def headers(event_id: str, at: datetime, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """The headers `webhook-id`, `webhook-timestamp` and `webhook-signature`, with one signature for each secret.

    `at` is the time of this attempt; the header has it in whole seconds since 1970.

    Raises:
        ValueError: a secret is not valid.
    """
    timestamp = str(int(at.timestamp()))
    signatures = (sign(event_id, timestamp, body, secret) for secret in secrets)
    return {"webhook-id": event_id, "webhook-timestamp": timestamp, "webhook-signature": " ".join(signatures)}


def sign(event_id: str, timestamp: str, body: bytes, secret: str) -> str:
    """`v1,` and the base64 of HMAC-SHA256 of id, timestamp and body, joined by dots.

    Raises:
        ValueError: the secret is not valid.
    """
    signed = b".".join([event_id.encode(), timestamp.encode(), body])
    digest = hmac.digest(_key(secret), signed, "sha256")
    return f"v1,{base64.b64encode(digest).decode()}"


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Check that this secret signed the request, at most `TOLERANCE` before or after `now`.

    `headers` has names in lower case. `body` is what arrived, byte for byte. One matching signature is enough.

    Raises:
        NotVerified: a header is missing, no signature matches, or the time is too far from `now`.
        ValueError: the secret is not valid.
    """
    event_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "").split(" ")
    if not event_id or not timestamp.isascii() or not timestamp.isdecimal():
        raise NotVerified("a header is missing: webhook-id, webhook-timestamp or webhook-signature")
    expected = sign(event_id, timestamp, body, secret).encode()
    if not any(hmac.compare_digest(expected, each.encode()) for each in given):
        raise NotVerified("no signature matches this secret")
    if abs(now - _instant(timestamp)) > TOLERANCE:
        raise NotVerified("webhook-timestamp differs from the time here by more than 5 minutes")


def _instant(timestamp: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(timestamp), UTC)
    except (ValueError, OverflowError, OSError):
        raise NotVerified("webhook-timestamp is not a time") from None


@lru_cache(maxsize=64)
def _key(secret: str) -> bytes:
    """The key in a secret. It is cached, since an endpoint's secret signs thousands of events."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("a secret must be whsec_ and base64") from None
    if not _LEAST_BYTES <= len(key) <= _MOST_BYTES:
        raise ValueError(f"a secret must have {_LEAST_BYTES} to {_MOST_BYTES} bytes")
    return key
