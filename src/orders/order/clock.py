"""Instants: aware, UTC, in whole milliseconds, which is what every store here can keep exactly."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def to_iso(instant: datetime) -> str:
    """`2026-11-23T09:30:00.125Z` (RFC 3339): always as long, so that text sorts as time does."""
    utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return utc.isoformat(timespec="milliseconds")[:-6] + "Z"


def from_iso(text: str) -> datetime:
    """The instant that `to_iso` wrote.

    Raises:
        ValueError: it is no instant.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant without its time zone")
    return instant
