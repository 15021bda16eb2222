"""The checker of numbers: sees every entry of the register and every row, and holds them against each other (rule 11).

It computes hashes, years and printed numbers by itself.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from tests.simulation.scheduler import PREVIOUS, current_process

from orders.order.order import Order, Status
from orders.order.register import Entry, Issue
from orders.shop.shop import Shop

BEFORE_THE_FIRST = "0" * 64
_FOLDERS = {"credit-note": "refunds", "corrected-receipt": "corrections"}


class RegisterChecker:
    """`broken` is told which rule was broken, for which row, and how. `shop` is the shop as its file describes it."""

    def __init__(
        self,
        rows: Mapping[str, Order],
        objects: Mapping[str, bytes],
        broken: Callable[[int, str, str], None],
        shop: Callable[[], Shop],
    ) -> None:
        self._rows, self._objects, self._broken, self._shop = rows, objects, broken, shop
        self.entries = defaultdict[str, list[Entry]](list)
        """The entries of each series, in their order."""
        self.given = defaultdict[str, list[tuple[str, int]]](list)
        """The series and number of those that each row ever had, in their order."""

    def entry_written(self, entry: Entry) -> None:
        series = self.entries[entry.series]
        if 0 < entry.number <= len(series):
            self._changed(series[entry.number - 1], entry)
            series[entry.number - 1] = entry
            return
        if entry.number != len(series) + 1:
            self._broken(11, row_of(entry), f"number {entry.number} of {entry.series} follows {len(series)}")
        if entry.previous != (hash_of(series[-1]) if series else BEFORE_THE_FIRST):
            self._broken(11, row_of(entry), f"the chain of {entry.series} breaks before {entry.number}")
        if entry.series != self._expected(entry.kind, entry.issued_at):
            self._broken(11, row_of(entry), f"a {entry.kind} of {entry.issued_at} has a number of {entry.series}")
        if entry.sha256 or entry.void:
            self._broken(11, row_of(entry), f"number {entry.number} of {entry.series} has a file, or is void, already")
        series.append(entry)
        self.given[row_of(entry)].append((entry.series, entry.number))

    def _changed(self, before: Entry, after: Entry) -> None:
        """Only ever once: the file, or why there is none."""
        if hash_of(before) != hash_of(after):
            self._broken(11, row_of(before), f"number {before.number} of {before.series} was given again, or altered")
        before_it = before.sha256, before.void
        if before_it != (None, None) and before_it != (after.sha256, after.void):
            self._broken(11, row_of(before), f"what is said of {before.number} of {before.series} changed")

    def row_written(self, before: Order | None, after: Order) -> None:
        """After the entries of the same write."""
        had = before.issue if before else None
        if after.issue and after.issue != had:
            if had:
                self._broken(11, after.order_id, f"a second number, while {had.text} is not void")
            self._issued(after)
        if had and after.issue is None:
            self._voided(had.series, had.number, after)
        if after.issue and after.status in {Status.FAILED, Status.CANCELLED}:
            self._broken(11, after.order_id, f"{after.status} with a number")
        if after.status is Status.COMPLETED and (before is None or before.status is not Status.COMPLETED):
            self._completed(after)

    def _issued(self, row: Order) -> None:
        entry = self._entry_of(row)
        if entry is None or row_of(entry) != row.order_id:
            self._broken(11, row.order_id, "a number that the register does not have for it")
        elif entry.void:
            self._broken(11, row.order_id, "a number that is void")
        elif entry.fingerprint != fingerprint_of(row) or row.issue is None or entry.issued_at != row.issue.at:
            self._broken(11, row.order_id, "the register says something else than the row")

    def _voided(self, series: str, number: int, row: Order) -> None:
        if not self.entries[series][number - 1].void:
            self._broken(11, row.order_id, f"{row.status} without its number, which is not void")

    def _completed(self, row: Order) -> None:
        entry = self._entry_of(row)
        if entry and row.receipt and entry.sha256 != row.receipt.sha256:
            self._broken(11, row.order_id, "the register does not have the SHA-256 of the file")
        kind = json.loads(row.document_text)["kind"] if row.document_text else "receipt"
        is_numbered = current_process().version != PREVIOUS and self._pattern(kind) is not None
        if is_numbered is not (entry is not None):
            self._broken(11, row.order_id, f"COMPLETED {'without' if is_numbered else 'with'} a number")

    def _entry_of(self, row: Order) -> Entry | None:
        if row.issue is None:
            return None
        series = self.entries[row.issue.series]
        return series[row.issue.number - 1] if 0 < row.issue.number <= len(series) else None

    def _expected(self, kind: str, at: datetime) -> str | None:
        pattern, year = self._pattern(kind), at.astimezone(ZoneInfo(self._shop().time_zone)).year
        return pattern.replace("{year}", f"{year}") if pattern else None

    def _pattern(self, kind: str) -> str | None:
        return self._shop().numbers.get("credit_note" if kind == "credit-note" else "receipt")

    def void_keys(self, row: Order) -> set[str]:
        """Of the files that print a number of this row that is void."""
        ever = (self.entries[series][number - 1] for series, number in self.given.get(row.order_id, ()))
        void = (Issue(entry.series, entry.number, entry.issued_at) for entry in ever if entry.void)
        return {replace(row, issue=issue).receipt_key for issue in void}

    def ended(self) -> None:
        """What is true in the end: each number has its one document, or the reason why not."""
        for entry in self.all():
            row = self._rows.get(row_of(entry))
            has_it = row is not None and row.issue is not None and self._entry_of(row) is entry
            if has_it is bool(entry.void):
                what = "is void, and its row has it" if entry.void else "has no document, and no reason why not"
                self._broken(11, row_of(entry), f"number {entry.number} of {entry.series} {what}")
            if row and has_it and row.status is Status.COMPLETED:
                self._check_file(entry, row)
        for row in self._rows.values():
            if row.issue and self._entry_of(row) is None:
                self._broken(11, row.order_id, "a number that the register does not have")

    def all(self) -> Iterator[Entry]:
        for series in self.entries.values():
            yield from series

    def _check_file(self, entry: Entry, row: Order) -> None:
        files = [self._objects[key] for key in self._objects if row.receipt and key == row.receipt.key]
        if [hashlib.sha256(file).hexdigest() for file in files] != [entry.sha256]:
            self._broken(11, row.order_id, "the file does not have the SHA-256 in the register")

    def shown(self, entries: list[Mapping[str, object]]) -> None:
        """The register, as an operator sees it. What comes later may not be there yet."""
        for shown in entries:
            series, number = self.entries[str(shown["series"])], shown["number"]
            known = series[number - 1] if isinstance(number, int) and 0 < number <= len(series) else None
            if known is None or shown["hash"] != hash_of(known) or shown["text"] != text_of(known):
                self._broken(11, "-", f"shown in the register and not there: {shown['text']}")


def row_of(entry: Entry) -> str:
    """The id of the row that has the entry's number."""
    folder = _FOLDERS.get(entry.kind)
    return f"{entry.order_id}/{folder}/{entry.document_id}" if folder else entry.order_id


def hash_of(entry: Entry) -> str:
    """SHA-256 of the canonical JSON of what does not change."""
    hashed = {
        "series": entry.series,
        "number": entry.number,
        "kind": entry.kind.value,
        "orderId": entry.order_id,
        "documentId": entry.document_id,
        "issuedAt": f"{entry.issued_at:%Y-%m-%dT%H:%M:%S}.{entry.issued_at.microsecond // 1000:03}Z",
        "fingerprint": entry.fingerprint,
        "previous": entry.previous,
    }
    text = json.dumps(hashed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprint_of(row: Order) -> str:
    text = row.body if row.document_text is None else f"{row.body}\n{row.document_text}"
    return hashlib.sha256(text.encode()).hexdigest()


def text_of(entry: Entry) -> str:
    """The number as it is printed."""
    before, length, after = re.fullmatch(r"(.*)\{number(?::0(\d+))?\}(.*)", entry.series).groups()  # type: ignore[union-attr]
    return f"{before}{str(entry.number).zfill(int(length or 0))}{after}"
