"""Read a part of the register of numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from orders.order.register import Entry, Head, Place
from orders.ports import Outside


@dataclass(frozen=True, slots=True)
class Part:
    """All series, some entries of one of them, and the place of the next entry if there are more."""

    series: Sequence[Head]
    entries: Sequence[Entry]
    following: Place | None


def part(series: str | None, first: int, limit: int, outside: Outside) -> Part:
    """At most `limit` entries of a series from the number `first` on.

    Without the name of a series, it is the one that issued the latest number. A series that does not exist is empty.

    Raises:
        Unavailable: the table did not answer.
    """
    heads = outside.table.series()
    name = _latest(heads, outside) if series is None else series
    last = next((head.number for head in heads if head.series == name), 0)
    entries = outside.table.entries(name, first, limit) if name is not None and first <= last else []
    seen = entries[-1].number if entries else last
    return Part(heads, entries, Place(name, seen + 1) if name is not None and seen < last else None)


def _latest(heads: Sequence[Head], outside: Outside) -> str | None:
    """The series whose last entry was issued last."""
    if len(heads) < 2:
        return heads[0].series if heads else None
    newest = [entry for head in heads for entry in outside.table.entries(head.series, head.number, 1)]
    return max(newest, key=lambda entry: (entry.issued_at, entry.series)).series
