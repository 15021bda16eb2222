"""The files of a data folder that belong into a backup, in the order of their names.

Receipts are those of the orders in the copied database. A server that was restored with the receipt of an order that
it does not know would refuse to start; and later orders have theirs in the next backup.
"""

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orders.local.backup import names
from orders.local.backup.manifest import Entry
from orders.local.files import UNFINISHED_FOLDER
from orders.local.folder.folder import DataFolder
from orders.local.sqlite.connections import reading

_COMPLETED = "FROM orders WHERE status = 'COMPLETED' AND json_valid(receipt)"
_RECEIPTS = f"SELECT json_extract(receipt, '$.key') AS key, json_extract(receipt, '$.sha256') {_COMPLETED} ORDER BY key"
_COUNTS = f"SELECT (SELECT count(*) FROM orders WHERE instr(orderId, '/') = 0), (SELECT count(*) {_COMPLETED})"


@dataclass(frozen=True, slots=True)
class Found:
    """A file for a backup. `sha256` is known where an order records it, and `None` where the file says itself."""

    name: str
    source: Path
    sha256: str | None = None


def of(folder: DataFolder, staging: Path) -> Iterator[Found]:
    """Every file. The copied database is in `staging`, and files that change are copied there."""
    for log in sorted(path for path in folder.path.iterdir() if names.is_of_audit_log(path.name)):
        copy = staging / log.name
        with contextlib.suppress(FileNotFoundError):  # logrotate has just renamed it
            shutil.copyfile(log, copy)
        if copy.exists():
            yield Found(log.name, copy)
    for entry in receipts(staging / names.DATABASE):
        yield Found(entry.name, folder.path / entry.name, entry.sha256)
    yield from _below(folder.objects / "unknown", folder)
    yield Found(names.DATABASE, staging / names.DATABASE)
    yield from _below(folder.outbox, folder)


def receipts(database: Path) -> Iterator[Entry]:
    """The receipts that the completed orders in a copied database record."""
    with reading(database) as connection:
        for key, sha256 in connection.execute(_RECEIPTS):
            if names.is_of_file(name := f"bucket/{key}"):
                yield Entry(name, str(sha256))


def counts(database: Path) -> tuple[int, int]:
    """How many orders a copied database has, and how many receipts they and the documents that follow them record."""
    with reading(database) as connection:
        orders, completed = connection.execute(_COUNTS).fetchone()
    return int(orders), int(completed)


def _below(top: Path, folder: DataFolder) -> Iterator[Found]:
    """A mail moves within the outbox when it is sent: it may be gone when it is looked at."""
    paths = (path for path in top.rglob("*") if UNFINISHED_FOLDER not in path.parts and path.is_file())
    for name in sorted(path.relative_to(folder.path).as_posix() for path in paths):
        if names.is_of_file(name):
            yield Found(name, folder.path / name)
