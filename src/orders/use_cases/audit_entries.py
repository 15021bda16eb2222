"""Check entries of the register against their rows and files, for an audit."""

from collections.abc import Callable, Iterator, Sequence

from orders.order.clock import to_iso
from orders.order.errors import Misconfigured, NewerVersion, UnknownOrder
from orders.order.order import Status
from orders.order.register import Entry, Place, text_of
from orders.use_cases.audit_chain import Findings
from orders.use_cases.audited import Row, Source

ISSUED, VOID, PENDING = "issued", "void", "pending"


def check_entries(part: Sequence[Entry], source: Source, findings: Findings) -> Iterator[str]:
    """Check each entry against its row, and the row's file. Returns the state of each number."""
    read, with_file = source.rows([entry.row_id for entry in part]), list[tuple[Entry, Row]]()
    for entry in part:
        row = read_row(read, entry.row_id)
        if any(_faults(entry, row)):
            entry, row = _as_they_are_now(entry, source)
        for fault in _faults(entry, row):
            findings.add(f"{entry.text}: {fault}")
        if isinstance(row, Row) and row.receipt and entry.void is None:
            with_file.append((entry, row))
        yield _state(entry, row)
    _check_files(with_file, source, findings)


def _check_files(documents: Sequence[tuple[Entry, Row]], source: Source, findings: Findings) -> None:
    for (entry, row), digest in zip(documents, source.digests([row for _, row in documents]), strict=True):
        if digest is None:
            findings.add(f"{entry.text}: the file of {row.id} is missing or altered.")
        elif row.receipt and digest != row.receipt.sha256:
            findings.add(f"{entry.text}: the file of {row.id} was altered: it has another SHA-256.")


MISSING = "is missing"


def read_row(read: Callable[[str], Row], its_id: str) -> Row | str:
    """The row, or why it can't be read."""
    try:
        return read(its_id)
    except UnknownOrder:
        return MISSING
    except NewerVersion:
        return "can't be read: a newer version of this program wrote it"
    except Misconfigured:
        return "can't be read: it is damaged"


def _as_they_are_now(entry: Entry, source: Source) -> tuple[Entry, Row | str]:
    """The entry and its row, which may have moved after the entry was read. Then both have their last state."""
    its_id = entry.row_id
    row = read_row(source.rows([its_id]), its_id)
    found = [each for each in source.entries(entry.series, entry.number, 1) if each.number == entry.number]
    return (found[0] if found and found[0].row_id == its_id else entry), row


def _state(entry: Entry, row: Row | str) -> str:
    if entry.void is not None:
        return VOID
    return PENDING if isinstance(row, Row) and row.status is Status.RECEIVED else ISSUED


def _faults(entry: Entry, row: Row | str) -> Iterator[str]:
    """The faults of an entry and its row, except for those of the file."""
    place = Place(entry.series, entry.number)
    if entry.void is not None:
        yield from _faults_of_void(entry, row, place)
    elif isinstance(row, str):
        yield f"the row of {entry.row_id} {row}."
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
        yield f"the row of {entry.row_id} {row}."
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
