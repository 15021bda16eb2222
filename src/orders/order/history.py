"""An order's history: what happened, when and by whom. It has a limit, and the entries that say least go first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

LONGEST_HISTORY = 50
SHOP, CANARY = "shop", "canary"
"""Who posted an order: a shop, or the function that tries the whole system with orders of its own."""
PARTS_OF_THE_SYSTEM = frozenset({SHOP, CANARY, "process", "fail", "mail"})
"""The names in histories that are not an operator's."""
ATTEMPT_FAILED = "attempt failed"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    at: datetime
    what: str
    by: str


History = tuple[HistoryEntry, ...]


def with_entry(history: History, entry: HistoryEntry) -> History:
    """The history with one more entry, and without others as far as it is too long."""
    history = (*history, entry)
    while len(history) > LONGEST_HISTORY:
        history = _without_one(history)
    return history


def without_last(history: History, kind: str, by_turns: Collection[str] = ()) -> History:
    """The history without its last entry if that is of this kind: of attempts in a row, only the last one is kept.

    If the kind is one of `by_turns`, entries of the others may stand behind it.
    """
    others = by_turns if kind in by_turns else ()
    for position in reversed(range(len(history))):
        found = kind_of(history[position].what)
        if found == kind:
            return history[:position] + history[position + 1 :]
        if found not in others:
            break
    return history


def kind_of(what: str) -> str:
    """What happened, without why."""
    return what.partition(":")[0]


def _without_one(history: History) -> History:
    """The first entry and the newest stay. Of those between, the oldest one with the lowest weight goes."""
    least = min(range(1, len(history) - 1), key=lambda position: _weight(history[position]))
    return history[:least] + history[least + 1 :]


def _weight(entry: HistoryEntry) -> int:
    """E-mails and failed attempts may be many. Other acts of the system are rare. People ask what operators did."""
    if entry.by not in PARTS_OF_THE_SYSTEM:
        return 2
    return 0 if entry.by == "mail" or kind_of(entry.what) == ATTEMPT_FAILED else 1
