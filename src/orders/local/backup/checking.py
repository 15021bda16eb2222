"""Checks a backup: every file against its SHA-256, the database, every order, and that each receipt is there."""

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from orders.local.backup import contents, parallel
from orders.local.backup.errors import Altered
from orders.local.backup.manifest import Entry, InOrder
from orders.local.backup.source import Source
from orders.local.folder import inspection
from orders.local.folder.inspection import Fault, Part, Progress

_STEP = 100
_OTHER = "Use another backup, or remove the file: the next backup copies it again."
_MADE_AGAIN = "They were lost before. A restored server makes them again if it can."
_OTHER_DATABASE = "Files and database are not from the same backup. Use another one."
_RECEIPTS = "bucket/receipts/"


def check(source: Source, progress: Progress) -> Iterator[Part]:
    """Every part of the backup.

    Raises:
        BackupError: it can't be read, or its list of files is damaged.
    """
    altered = Fault("missing or altered", _OTHER)
    verify = partial(_verify, source)
    for number, (name, is_whole) in enumerate(parallel.each(verify, source.entries(), source.workers)):
        if number % _STEP == 0:
            progress("files", number, source.manifest.files)
        if not is_whole:
            altered.add(name)
    yield Part("files", f"{source.manifest.files:,}", [altered] if altered.count else [])
    with tempfile.TemporaryDirectory() as scratch:
        database = source.database(Path(scratch))
        *parts, last = inspection.inspect_copy(database, progress)
        yield from (*parts, last)
        if not last.faults:
            yield _receipts(source, database)


def _verify(source: Source, entry: Entry) -> tuple[str, bool]:
    try:
        source.check(entry)
    except Altered:
        return entry.name, False
    return entry.name, True


def _receipts(source: Source, database: Path) -> Part:
    """The receipts that the orders record, compared with those that the backup has: both are sorted by name."""
    missing, unknown = Fault("missing", _MADE_AGAIN), Fault("of orders that the table does not know", _OTHER_DATABASE)
    there, recorded = InOrder(_receipts_in(source)), InOrder(contents.receipts(database))
    number = 0
    for number, entry in enumerate(contents.receipts(database), 1):  # noqa: B007
        if not there.has(entry):
            missing.add(entry.name)
    for entry in _receipts_in(source):
        if not recorded.has(entry):
            unknown.add(entry.name)
    return Part("receipts of orders", f"{number:,}", [fault for fault in (missing, unknown) if fault.count])


def _receipts_in(source: Source) -> Iterator[Entry]:
    return (entry for entry in source.entries() if entry.name.startswith(_RECEIPTS))
