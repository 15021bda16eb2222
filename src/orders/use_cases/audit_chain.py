"""Check the chain of a series in the register, for an audit, and collect what is wrong."""

from dataclasses import dataclass, field

from orders.order.register import BEFORE_THE_FIRST, Entry, Head, text_of

MOST_FINDINGS = 1000
"""That are kept: whoever reads them has to do something about the first ones. The others are counted."""


@dataclass(slots=True)
class Findings:
    kept: list[str] = field(default_factory=list)
    more: int = 0

    def add(self, finding: str) -> None:
        if len(self.kept) < MOST_FINDINGS:
            self.kept.append(finding)
        else:
            self.more += 1


class Chain:
    """Follows the entries of a series, number by number and hash by hash."""

    def __init__(self, head: Head, findings: Findings) -> None:
        self._head, self._findings = head, findings
        self._next = 1
        self._hash: str | None = BEFORE_THE_FIRST
        """Of the entry before; None if that is missing."""

    def follow(self, entry: Entry) -> None:
        if entry.number < self._next:
            self._findings.add(f"{entry.text} is in the register twice.")
            return
        if entry.number > self._next:
            self._miss(entry.number - 1)
        if entry.series != self._head.series:
            self._findings.add(f"{entry.text} is in the series {self._head.series}, and its entry names another one.")
        if self._hash not in {None, entry.previous}:
            self._findings.add(f"{entry.text}: the chain is broken. {self._which_was_altered(entry)}")
        self._next, self._hash = entry.number + 1, entry.hash

    def end(self) -> None:
        if self._next <= self._head.number:
            self._miss(self._head.number)
        elif self._hash != self._head.hash:
            last = text_of(self._head.series, self._head.number)
            self._findings.add(f"{last}: the chain is broken. This last entry, or the head of the series, was altered.")

    def _miss(self, last: int) -> None:
        first, self._hash = text_of(self._head.series, self._next), None
        if last == self._next:
            self._findings.add(f"{first} is missing: the series has a gap.")
        else:
            self._findings.add(f"{first} to {text_of(self._head.series, last)} are missing: the series has a gap.")
        self._next = last + 1

    def _which_was_altered(self, entry: Entry) -> str:
        if entry.number == 1:
            return "This first entry was altered."
        return f"This entry, or that of {text_of(entry.series, entry.number - 1)} before it, was altered."
