"""The documents that follow a receipt: credit notes and corrected receipts.

Each is a row of its own, in the form of an order's row, and its PDF depends on that row alone. The row of the order
itself refers to them, and says what was credited so far.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

from orders.order import canonical
from orders.order.clock import from_iso, to_iso
from orders.order.errors import NewerVersion

MOST_DOCUMENTS = 100
"""Of one order. The order's row refers to each of them."""


class Kind(StrEnum):
    """The kinds of documents. An invoice that is still to be paid counts as a receipt."""

    RECEIPT = "receipt"
    CREDIT_NOTE = "credit-note"
    CORRECTED_RECEIPT = "corrected-receipt"

    @property
    def folder(self) -> str:
        """The part of the row id between the order's id and the document's id; empty for a receipt."""
        return {Kind.RECEIPT: "", Kind.CREDIT_NOTE: "refunds", Kind.CORRECTED_RECEIPT: "corrections"}[self]


_PARTS_OF_A_DOCUMENT = 3
"""The order's id, the folder, and the document's id."""
_KINDS = {kind.folder: kind for kind in Kind if kind.folder}


def row_id(order_id: str, kind: Kind, document_id: str) -> str:
    """The id of a document's row, as in `12345/refunds/r-1`. Of a receipt, it is the order's id."""
    return f"{order_id}/{kind.folder}/{document_id}" if kind.folder else order_id


def parts_of(row_id: str) -> tuple[str, Kind, str]:
    """The order's id, the kind and the document's id that `row_id` put together. Of a receipt, both ids are equal."""
    order_id, *rest = row_id.split("/")
    return (order_id, _KINDS[rest[0]], rest[1]) if rest else (order_id, Kind.RECEIPT, order_id)


def is_of_an_order(row_id: str) -> bool:
    """Whether it is the id of an order, and of no document that follows one."""
    return "/" not in row_id


def row_of_key(key: str) -> str:
    """The id of the row whose document has this key in the bucket.

    A key ends in `/12345-0123456789abcdef.pdf`, in `/12345~refunds~r-1-0123456789abcdef.pdf`, or in one of these with
    `~` and a digest of the document's number before the last dash. An id has no `~`.
    """
    parts = key.rpartition("/")[2].rpartition("-")[0].split("~")
    return "/".join(parts[: _PARTS_OF_A_DOCUMENT if len(parts) >= _PARTS_OF_A_DOCUMENT else 1])


@dataclass(frozen=True, slots=True)
class Reference:
    """The document that is credited or replaced: the id of its row, and its name and date as they are printed.

    `number` is its own number, or else that of the order.
    """

    row_id: str
    number: str
    at: datetime


@dataclass(frozen=True)
class Document:
    """The part of a document's row that is not the body of its order.

    `posted` is the body of the refund or correction in its canonical form, `credited` the figures of a credit note in
    the form of `orders.order.credits.Credit.to_document`. `ordered_at` is when the order was received, unless its body
    says when the customer bought.
    """

    kind: Kind
    order_id: str
    id: str
    posted: Mapping[str, Any]
    refers_to: Reference
    credited: Mapping[str, Any] | None = None
    ordered_at: datetime | None = None

    @cached_property
    def text(self) -> str:
        """Its stored form: the same text for the same document."""
        return canonical.written(
            {
                "kind": self.kind.value,
                "orderId": self.order_id,
                "id": self.id,
                "posted": self.posted,
                "refersTo": {
                    "row": self.refers_to.row_id,
                    "number": self.refers_to.number,
                    "at": to_iso(self.refers_to.at),
                },
                **({"credited": self.credited} if self.credited is not None else {}),
                **({"orderedAt": to_iso(self.ordered_at)} if self.ordered_at else {}),
            }
        )

    @classmethod
    def stored(cls, text: str) -> Self:
        """The document that `text` wrote.

        Raises:
            NewerVersion: it has something that this version does not know.
        """
        found = json.loads(text)
        if unknown := found.keys() - {"kind", "orderId", "id", "posted", "refersTo", "credited", "orderedAt"}:
            raise NewerVersion(f"a document's field {min(unknown)!r}")
        if found["kind"] not in {*Kind}:
            raise NewerVersion(f"the kind of document {found['kind']!r}")
        named = found["refersTo"]
        refers_to = Reference(named["row"], named["number"], from_iso(named["at"]))
        ordered_at = from_iso(found["orderedAt"]) if "orderedAt" in found else None
        kind, credited = Kind(found["kind"]), found.get("credited")
        return cls(kind, found["orderId"], found["id"], found["posted"], refers_to, credited, ordered_at)


@dataclass(frozen=True, slots=True)
class DocumentReference:
    """The reference in an order's row to a document that follows it.

    `fingerprint` is that of the body of the refund or correction, `total` what a credit note gives back, as a decimal.
    """

    kind: Kind
    id: str
    at: datetime
    fingerprint: str
    total: str | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """The documents that follow an order, the oldest first, and what was credited so far.

    `taken` has the form of `orders.order.credits.Taken.to_document`; it is empty if nothing was credited.
    """

    documents: tuple[DocumentReference, ...] = ()
    taken: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def find(self, kind: Kind, document_id: str) -> DocumentReference | None:
        return next((each for each in self.documents if (each.kind, each.id) == (kind, document_id)), None)

    def with_document(self, added: DocumentReference, taken: Mapping[str, Any] | None = None) -> "Settlement":
        return Settlement((*self.documents, added), self.taken if taken is None else taken)

    def to_text(self) -> str:
        documents = [
            [each.kind.value, each.id, to_iso(each.at), each.fingerprint, each.total] for each in self.documents
        ]
        return canonical.written({"documents": documents, "taken": self.taken})

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The settlement that `to_text` wrote.

        Raises:
            NewerVersion: it has something that this version does not know.
        """
        found = json.loads(text)
        if found.keys() != {"documents", "taken"} or any(len(each) != 5 for each in found["documents"]):
            raise NewerVersion("more in a settlement")
        if strange := {each[0] for each in found["documents"]} - {*Kind}:
            raise NewerVersion(f"the kind of document {min(strange)!r}")
        documents = (
            DocumentReference(Kind(kind), id_, from_iso(at), fingerprint, total)
            for kind, id_, at, fingerprint, total in found["documents"]
        )
        return cls(tuple(documents), found["taken"])


NO_SETTLEMENT = Settlement()


def fingerprint(body: str, document_text: str | None) -> str:
    """SHA-256 in hexadecimal of what is printed: an order's body, and a document's own text if it follows an order."""
    text = body if document_text is None else f"{body}\n{document_text}"
    return hashlib.sha256(text.encode()).hexdigest()
