"""Check the register of numbers against the documents and their files. Nothing is changed.

The system may be working meanwhile: what seems wrong is read again before it is reported.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from orders.order.clock import to_iso
from orders.order.document import parts_of, row_id
from orders.order.errors import Misconfigured, NewerVersion, UnknownOrder
from orders.order.order import Status
from orders.order.register import BEFORE_THE_FIRST, Entry, Head, text_of
from orders.ports import Outside
from orders.use_cases.audited import PART, OfOutside, Place, Row, Source

MOST_FINDINGS = 1000
"""That are kept: whoever reads them has to do something about the first ones. The others are counted."""

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
    """What an audit found: each series, and what is wrong, in sentences. `more` counts findings that were not kept."""

    series: Sequence[SeriesAudit]
    findings: Sequence[str]
    more: int = 0

    @property
    def is_clean(self) -> bool:
        return not self.findings


@dataclass(slots=True)
class _Findings:
    kept: list[str] = field(default_factory=list)
    more: int = 0

    def add(self, finding: str) -> None:
        if len(self.kept) < MOST_FINDINGS:
            self.kept.append(finding)
        else:
            self.more += 1


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
    findings, heads = _Findings(), source.series()
    tell = _Told(progress, sum(head.number for head in heads))
    series = [_of_series(head, source, findings, tell) for head in heads]
    _check_rows(source, {head.series for head in heads}, findings, progress)
    return Audit(series, findings.kept, findings.more)


class _Told:
    """Counts the numbers that were looked at."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._done, self._total = progress, 0, total

    def __call__(self, more: int) -> None:
        self._done += more
        self._progress(NUMBERS, self._done, self._total)


def _of_series(head: Head, source: Source, findings: _Findings, tell: Callable[[int], None]) -> SeriesAudit:
    """Check the series up to its head: later numbers were issued meanwhile."""
    chain, states = _Chain(head, findings), Counter[str]()
    for part in _parts(head, source):
        for entry in part:
            chain.follow(entry)
        states.update(_check_entries(part, source, findings))
        tell(len(part))
    chain.end()
    if _goes_on(head, source):
        findings.add(f"{_after(head)} is in the register, although the head of the series is {head.number}.")
    return SeriesAudit(head.series, head.number, states[_ISSUED], states[_VOID], states[_PENDING])


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


class _Chain:
    """Follows the entries of a series, number by number and hash by hash."""

    def __init__(self, head: Head, findings: _Findings) -> None:
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


_ISSUED, _VOID, _PENDING = "issued", "void", "pending"


def _check_entries(part: Sequence[Entry], source: Source, findings: _Findings) -> Iterator[str]:
    """Check each entry against its row, and the row's file. Returns the state of each number."""
    read, with_file = source.rows([_row_id(entry) for entry in part]), list[tuple[Entry, Row]]()
    for entry in part:
        row = _read(read, _row_id(entry))
        if any(_faults(entry, row)):
            entry, row = _as_they_are_now(entry, source)
        for fault in _faults(entry, row):
            findings.add(f"{entry.text}: {fault}")
        if isinstance(row, Row) and row.receipt and entry.void is None:
            with_file.append((entry, row))
        yield _state(entry, row)
    _check_files(with_file, source, findings)


def _check_files(documents: Sequence[tuple[Entry, Row]], source: Source, findings: _Findings) -> None:
    for (entry, row), digest in zip(documents, source.digests([row for _, row in documents]), strict=True):
        if digest is None:
            findings.add(f"{entry.text}: the file of {row.id} is missing or altered.")
        elif row.receipt and digest != row.receipt.sha256:
            findings.add(f"{entry.text}: the file of {row.id} was altered: it has another SHA-256.")


_MISSING = "is missing"


def _row_id(entry: Entry) -> str:
    return row_id(entry.order_id, entry.kind, entry.document_id)


def _read(read: Callable[[str], Row], its_id: str) -> Row | str:
    """The row, or why it can't be read."""
    try:
        return read(its_id)
    except UnknownOrder:
        return _MISSING
    except NewerVersion:
        return "can't be read: a newer version of this program wrote it"
    except Misconfigured:
        return "can't be read: it is damaged"


def _as_they_are_now(entry: Entry, source: Source) -> tuple[Entry, Row | str]:
    """The entry and its row, which may have moved after the entry was read. Then both have their last state."""
    its_id = _row_id(entry)
    row = _read(source.rows([its_id]), its_id)
    found = [each for each in source.entries(entry.series, entry.number, 1) if each.number == entry.number]
    return (found[0] if found and _row_id(found[0]) == its_id else entry), row


def _state(entry: Entry, row: Row | str) -> str:
    if entry.void is not None:
        return _VOID
    return _PENDING if isinstance(row, Row) and row.status is Status.RECEIVED else _ISSUED


def _faults(entry: Entry, row: Row | str) -> Iterator[str]:
    """What is wrong with an entry and its row, but for the file."""
    place = Place(entry.series, entry.number)
    if entry.void is not None:
        yield from _faults_of_void(entry, row, place)
    elif isinstance(row, str):
        yield f"the row of {_row_id(entry)} {row}."
    elif row.place != place:
        has = f"the number {text_of(*row.place)}" if row.place else "no number"
        yield f"the row of {row.id} has {has}, and is {row.status}."
    else:
        yield from _differences(entry, row)


def _faults_of_void(entry: Entry, row: Row | str, place: Place) -> Iterator[str]:
    if not entry.void:
        yield "it is void without a reason."
    if entry.sha256:
        yield "it is void, and the register has a file for it."
    if isinstance(row, str):
        yield f"the row of {_row_id(entry)} {row}."
    elif row.place == place:
        yield f"it is void, and yet the row of {row.id} has it."
    elif entry.void and row.events is not None and entry.void not in row.events:
        yield f"it is void for a reason that the history of {row.id} does not have."


def _differences(entry: Entry, row: Row) -> Iterator[str]:
    if row.fingerprint not in {None, entry.fingerprint}:
        yield f"what {row.id} prints was altered after the number was issued: the fingerprints differ."
    if row.issued_at and to_iso(row.issued_at) != to_iso(entry.issued_at):
        yield f"{row.id} has another date of issue than the register."
    if row.status not in {Status.RECEIVED, Status.COMPLETED}:
        yield f"{row.id} is {row.status}, and its number is not void."
    if entry.sha256 != (row.receipt.sha256 if row.receipt else None):
        yield f"the row of {row.id} and the register have different SHA-256 for its file."


def _check_rows(source: Source, known: set[str], findings: _Findings, progress: Progress) -> None:
    """Check that the register has an entry for each row with a number, and that orders and their documents agree."""
    seen, headless = 0, set[str]()
    for part in source.all_rows():
        astray = (*_unnamed(part.following, source), *_named_in_vain(part.named, source))
        for finding in (*_without_entry(part.numbered, source), *_unreadable(part.unreadable), *astray):
            findings.add(finding)
        if new := {row.place.series for row in part.numbered if row.place} - known - headless:
            known |= {head.series for head in source.series()}
            headless |= new - known
            for series in sorted(new - known):
                findings.add(f"Documents have numbers of the series {series}, and the register has no such series.")
        seen += part.seen
        progress(DOCUMENTS, seen, 0)


def _unreadable(ids: Iterable[str]) -> Iterator[str]:
    return (f"The row of {each} can't be read, so that nobody knows whether it has a number." for each in ids)


def _unnamed(following: Sequence[str], source: Source) -> Iterator[str]:
    """Documents of which the rows of their orders know nothing, so that what they credit could be credited again."""
    for part in _in_parts(following):
        order_of = {each: parts_of(each)[0] for each in part}
        read = source.rows(list(dict.fromkeys(order_of.values())))
        for its_id, order_id in order_of.items():
            row = _read(read, order_id)
            if row == _MISSING:
                yield f"{its_id} is a document of {order_id}, whose row is missing."
            elif isinstance(row, Row) and its_id not in row.names:
                yield f"{its_id} is a document of {order_id}, whose row does not know it."


def _in_parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[first : first + PART] for first in range(0, len(ids), PART))


def _named_in_vain(named: Sequence[str], source: Source) -> Iterator[str]:
    """Documents that the rows of their orders name, and that are not there."""
    for part in _in_parts(named):
        read = source.rows(part)
        for its_id in part:
            if _read(read, its_id) == _MISSING:
                yield f"The row of {parts_of(its_id)[0]} names the document {its_id}, whose row is missing."


def _without_entry(rows: Sequence[Row], source: Source) -> Iterator[str]:
    """What is wrong with the rows whose entries are missing, or belong to others."""
    found = _entries_of(rows, source)
    for row in rows:
        if row.place and _is_of_another(found.get(row.place), row):
            yield from _confirmed(row.id, source)


def _confirmed(its_id: str, source: Source) -> Iterator[str]:
    """The same for a row as it is now: a list may be some moments old."""
    row = _read(source.rows([its_id]), its_id)
    if not isinstance(row, Row) or row.place is None:
        return
    entry = _entries_of([row], source).get(row.place)
    if _is_of_another(entry, row):
        of = f"has it for {_row_id(entry)}" if entry else "does not have it"
        yield f"{text_of(*row.place)}: {row.id} has this number, and the register {of}."


def _is_of_another(entry: Entry | None, row: Row) -> bool:
    return entry is None or _row_id(entry) != row.id


def _entries_of(rows: Iterable[Row], source: Source) -> dict[Place, Entry]:
    """The entries that the register has for the numbers of these rows."""
    found, read_until = dict[Place, Entry](), Place("", 0)
    places = {row.place for row in rows if row.place}
    for place in sorted(places):
        if place.series == read_until.series and place.number <= read_until.number:
            continue
        part = source.entries(place.series, place.number, PART)
        read_until = Place(place.series, max((each.number for each in part), default=place.number))
        found |= {at: each for each in part if (at := Place(place.series, each.number)) in places}
    return found
