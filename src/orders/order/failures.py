"""Why orders failed, by a few kinds that can be counted. The reason itself is a text, which may name anything."""

from enum import StrEnum


class Failure(StrEnum):
    OVERDUE = "overdue"
    """It could not be completed in many attempts over a day, because of an outage."""
    TOO_SLOW = "too_slow"
    """Its receipt takes too long to draw."""
    CRASHED = "crashed"
    """Drawing its receipt ended the program that draws, or met a fault in it."""
    NOT_DRAWABLE = "not_drawable"
    """Its receipt can't be typeset."""
    OTHER = "other"


_BEGINNINGS = {
    "not completed within a day": Failure.OVERDUE,
    "the receipt takes": Failure.TOO_SLOW,
    "the program that draws receipts crashed": Failure.CRASHED,
    "drawing the receipt failed": Failure.CRASHED,
    "the receipt can't be typeset": Failure.NOT_DRAWABLE,
    "the typesetter gave up on this receipt": Failure.NOT_DRAWABLE,
    "the typesetter made no PDF": Failure.NOT_DRAWABLE,
}


def failure_of(reason: str | None) -> Failure:
    """The kind of a failed order's `last_error`."""
    text = reason or ""
    return next((kind for beginning, kind in _BEGINNINGS.items() if text.startswith(beginning)), Failure.OTHER)
