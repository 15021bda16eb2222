"""The receipts in a data folder: `receipts/DAY/ORDERID-FINGERPRINT.pdf`, as `Order.receipt_key` names them.

The documents that follow receipts are among them.
"""

import heapq
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from orders.order.document import row_of_key

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NAME = re.compile(r"[A-Za-z0-9._~-]{1,200}-([0-9a-f]{16})\.pdf")


@dataclass(frozen=True, slots=True)
class ReceiptFile:
    """`day` is when its order was received (UTC), `fingerprint` the first 16 digits of the fingerprint of its row.

    `order_id` is that of the row, as in `12345` and `12345/refunds/r-1`.
    """

    path: Path
    day: str
    order_id: str
    fingerprint: str

    @property
    def key(self) -> str:
        """Its key in the bucket."""
        return f"receipts/{self.day}/{self.path.name}"


def all_in(receipts: Path) -> Iterator[ReceiptFile]:
    """Every receipt, the newest days first. Files that have no receipt's name are left out."""
    for day in _days(receipts):
        yield from _of_day(day)


def newest_in(receipts: Path, most: int) -> list[ReceiptFile]:
    """At most so many: those of the newest days, and of a day those that were written last."""
    found: list[ReceiptFile] = []
    for day in _days(receipts):
        newest = heapq.nlargest(most - len(found), _entries(day), key=_written_at)
        found += filter(None, (_receipt(day, entry.name) for entry in newest))
        if len(found) == most:
            break
    return found


def in_parts(receipts: Path, size: int) -> Iterator[Sequence[ReceiptFile]]:
    """Every receipt, so many at a time."""
    files = all_in(receipts)
    while part := list(islice(files, size)):
        yield part


def move(file: ReceiptFile, folder: Path) -> None:
    """Move it into another folder of the bucket, below its day.

    Raises:
        OSError: it can't be moved.
    """
    (folder / file.day).mkdir(parents=True, exist_ok=True)
    os.replace(file.path, folder / file.day / file.path.name)


def _days(receipts: Path) -> list[Path]:
    if not receipts.is_dir():
        return []
    return sorted((day for day in receipts.iterdir() if _DAY.fullmatch(day.name)), reverse=True)


def _of_day(day: Path) -> Iterator[ReceiptFile]:
    return filter(None, (_receipt(day, entry.name) for entry in _entries(day)))


def _entries(day: Path) -> Iterator[os.DirEntry[str]]:
    if not day.is_dir():
        return
    with os.scandir(day) as entries:
        yield from (entry for entry in entries if _NAME.fullmatch(entry.name))


def _receipt(day: Path, name: str) -> ReceiptFile | None:
    match = _NAME.fullmatch(name)
    return ReceiptFile(day / name, day.name, row_of_key(name), match[1]) if match else None


def _written_at(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
