"""Check the register of numbers against the documents and their files. Nothing is changed.

The system may be working meanwhile: what seems wrong is read again before it is reported.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from orders.order.register import Entry, Head, text_of
from orders.ports import Outside
from orders.use_cases.audit_chain import Chain, Findings
from orders.use_cases.audit_entries import ISSUED, PENDING, VOID, check_entries
from orders.use_cases.audit_rows import check_rows
from orders.use_cases.audited import PART, OfOutside, Source

Progress = Callable[[str, int, int], None]
"""Told what is looked at, how many were, and how many there are; 0 where nobody knows."""
NUMBERS, DOCUMENTS = "numbers", "documents"


@dataclass(frozen=True, slots=True)
class SeriesAudit:
    """A series: its last number, how many documents it issued, how many numbers are void, and how many are pending.

    A number is pending while its document is being made.
    """

    series: str
    last: int
    issued: int
    void: int
    pending: int


@dataclass(frozen=True, slots=True)
class Audit:
    """Each series, and each finding as a sentence. `more` counts findings that were not kept."""

    series: Sequence[SeriesAudit]
    findings: Sequence[str]
    more: int = 0

    @property
    def is_clean(self) -> bool:
        return not self.findings


def _untold(what: str, done: int, total: int) -> None:
    pass


def audit(outside: Outside, progress: Progress = _untold) -> Audit:
    """Check every number, document and file that this table and bucket hold.

    Raises:
        Unavailable: a service did not answer.
    """
    return audit_source(OfOutside(outside), progress)


def audit_source(source: Source, progress: Progress = _untold) -> Audit:
    """As `audit`, wherever the register is.

    Raises:
        Unavailable: it did not answer.
    """
    findings, heads = Findings(), source.series()
    tell = _Told(progress, sum(head.number for head in heads))
    series = [_of_series(head, source, findings, tell) for head in heads]
    check_rows(source, {head.series for head in heads}, findings, lambda seen: progress(DOCUMENTS, seen, 0))
    return Audit(series, findings.kept, findings.more)


class _Told:
    """Counts the numbers that were looked at."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._done, self._total = progress, 0, total

    def __call__(self, more: int) -> None:
        self._done += more
        self._progress(NUMBERS, self._done, self._total)


def _of_series(head: Head, source: Source, findings: Findings, tell: Callable[[int], None]) -> SeriesAudit:
    """Check the series up to its head: later numbers were issued meanwhile."""
    chain, states = Chain(head, findings), Counter[str]()
    for part in _parts(head, source):
        for entry in part:
            chain.follow(entry)
        states.update(check_entries(part, source, findings))
        tell(len(part))
    chain.end()
    if _goes_on(head, source):
        findings.add(f"{_after(head)} is in the register, although the head of the series is {head.number}.")
    return SeriesAudit(head.series, head.number, states[ISSUED], states[VOID], states[PENDING])


def _parts(head: Head, source: Source) -> Iterator[Sequence[Entry]]:
    first = 1
    while first <= head.number:
        part = [each for each in source.entries(head.series, first, PART) if each.number <= head.number]
        if not part:
            return
        yield part
        first = max(each.number for each in part) + 1


def _goes_on(head: Head, source: Source) -> bool:
    """Whether there is an entry behind the head, which has not moved meanwhile."""
    if not source.entries(head.series, head.number + 1, 1):
        return False
    return any((each.series, each.number) == (head.series, head.number) for each in source.series())


def _after(head: Head) -> str:
    return text_of(head.series, head.number + 1)
