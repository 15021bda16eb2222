"""Check rows against the register, and orders against their documents, for an audit."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from orders.order.document import parts_of
from orders.order.register import Entry, Place, text_of
from orders.use_cases.audit_chain import Findings
from orders.use_cases.audit_entries import MISSING, read_row
from orders.use_cases.audited import PART, Row, Source


def check_rows(source: Source, known: set[str], findings: Findings, tell: Callable[[int], None]) -> None:
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
        tell(seen)


def _unreadable(ids: Iterable[str]) -> Iterator[str]:
    return (f"The row of {each} can't be read, so that nobody knows whether it has a number." for each in ids)


def _unnamed(following: Sequence[str], source: Source) -> Iterator[str]:
    """Documents to which the rows of their orders do not refer: their amounts could be credited again."""
    for part in _in_parts(following):
        order_of = {each: parts_of(each)[0] for each in part}
        read = source.rows(list(dict.fromkeys(order_of.values())))
        for its_id, order_id in order_of.items():
            row = read_row(read, order_id)
            if row == MISSING:
                yield f"{its_id} is a document of {order_id}, whose row is missing."
            elif isinstance(row, Row) and its_id not in row.names:
                yield f"{its_id} is a document of {order_id}, whose row does not refer to it."


def _in_parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[first : first + PART] for first in range(0, len(ids), PART))


def _named_in_vain(named: Sequence[str], source: Source) -> Iterator[str]:
    """Documents to which the rows of their orders refer, and whose own rows are missing."""
    for part in _in_parts(named):
        read = source.rows(part)
        for its_id in part:
            if read_row(read, its_id) == MISSING:
                yield f"The row of {parts_of(its_id)[0]} refers to the document {its_id}, whose row is missing."


def _without_entry(rows: Sequence[Row], source: Source) -> Iterator[str]:
    """The faults of rows whose entries are missing, or belong to other documents."""
    found = _entries_of(rows, source)
    for row in rows:
        if row.place and _is_of_another(found.get(row.place), row):
            yield from _confirmed(row.id, source)


def _confirmed(its_id: str, source: Source) -> Iterator[str]:
    """The same for a row as it is now: a list may be some moments old."""
    row = read_row(source.rows([its_id]), its_id)
    if not isinstance(row, Row) or row.place is None:
        return
    entry = _entries_of([row], source).get(row.place)
    if _is_of_another(entry, row):
        of = f"has it for {entry.row_id}" if entry else "does not have it"
        yield f"{text_of(*row.place)}: {row.id} has this number, and the register {of}."


def _is_of_another(entry: Entry | None, row: Row) -> bool:
    return entry is None or entry.row_id != row.id


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
