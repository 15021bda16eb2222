"""The register of numbers: each series is 1…n without a gap, and each entry has the hash of the one before it.

A number is issued right before its document is drawn, in the write that moves the document's row. It is never used
again: if the document can't be made, its entry says why it is void.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from orders.order import canonical
from orders.order.clock import from_iso, to_iso
from orders.order.document import Kind, parts_of

if TYPE_CHECKING:
    from orders.order.order import Order

BEFORE_THE_FIRST = "0" * 64
"""The hash before the first entry of a series."""
NUMBER = re.compile(r"\{number(?::0([1-9]|1[0-2]))?\}")
"""The place of the number in a series, perhaps with its least length."""


def text_of(series: str, number: int) -> str:
    """`R2026-000017` for the series `R2026-{number:06}`."""
    return NUMBER.sub(lambda found: str(number).zfill(int(found[1] or 0)), series)


@dataclass(frozen=True, slots=True)
class Issue:
    """The number of a document, and when it was issued."""

    series: str
    number: int
    at: datetime

    @property
    def text(self) -> str:
        """The number as it is printed."""
        return text_of(self.series, self.number)


class Head(NamedTuple):
    """The last entry of a series: its number and its hash. The number 0 is that of a series without entries."""

    series: str
    number: int = 0
    hash: str = BEFORE_THE_FIRST


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the register.

    `document_id` is the id of the refund or correction, and of a receipt the order's. `fingerprint` is that of the row:
    the SHA-256 of all that is printed. `previous` is the hash of the entry before. What comes later is not part of the
    hash: `sha256` of the file once it is made, or why the number is `void`.
    """

    series: str
    number: int
    kind: Kind
    order_id: str
    document_id: str
    issued_at: datetime
    fingerprint: str
    previous: str
    sha256: str | None = None
    void: str | None = None

    @property
    def text(self) -> str:
        """The number as it is printed."""
        return text_of(self.series, self.number)

    def hashed(self) -> dict[str, Any]:
        """What the hash is of, as JSON has it."""
        return {
            "series": self.series,
            "number": self.number,
            "kind": self.kind.value,
            "orderId": self.order_id,
            "documentId": self.document_id,
            "issuedAt": to_iso(self.issued_at),
            "fingerprint": self.fingerprint,
            "previous": self.previous,
        }

    @property
    def hash(self) -> str:
        """SHA-256 in hexadecimal of the canonical JSON of `hashed`: sorted keys, no blanks, UTF-8."""
        return hashlib.sha256(canonical.written(self.hashed()).encode()).hexdigest()

    def to_document(self) -> dict[str, Any]:
        """Everything, as JSON has it."""
        return self.hashed() | {"sha256": self.sha256, "void": self.void}

    @classmethod
    def from_document(cls, found: dict[str, Any]) -> Self:
        return cls(
            series=found["series"],
            number=found["number"],
            kind=Kind(found["kind"]),
            order_id=found["orderId"],
            document_id=found["documentId"],
            issued_at=from_iso(found["issuedAt"]),
            fingerprint=found["fingerprint"],
            previous=found["previous"],
            sha256=found.get("sha256"),
            void=found.get("void"),
        )


def entries(head: Head, orders: Sequence["Order"], at: datetime) -> Iterator[Entry]:
    """The next entries of a series, one for each of these rows, in their order."""
    for order in orders:
        order_id, kind, document_id = parts_of(order.order_id)
        entry = Entry(head.series, head.number + 1, kind, order_id, document_id, at, order.fingerprint, head.hash)
        yield entry
        head = Head(head.series, entry.number, entry.hash)


@dataclass(frozen=True, slots=True)
class Change:
    """What a move of a row notes in the entry of its number: the SHA-256 of the file, or why the number is void.

    `fingerprint` is that of the row: no other row's entry has it.
    """

    series: str
    number: int
    fingerprint: str
    sha256: str | None = None
    void: str | None = None

    def made_in(self, entry: Entry) -> Entry:
        return replace(entry, sha256=self.sha256 or entry.sha256, void=self.void or entry.void)


def change(before: "Order", after: "Order") -> Change | None:
    """What this move of a row changes in the register. It shares the write of the move."""
    if before.issue is None:
        return None
    noted = Change(before.issue.series, before.issue.number, before.fingerprint)
    if after.issue is None:
        return replace(noted, void=after.history[-1].what)
    if before.receipt is None and after.receipt is not None:
        return replace(noted, sha256=after.receipt.sha256)
    return None
