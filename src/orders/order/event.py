"""An event: one move of an order, a document or an e-mail, for other programs.

Every table makes the same events, from the stored form of a row before and after a write. An event is thin: it has no
name, no address, no e-mail address and no token. `docs/events.md` describes all types and fields.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from orders.order.clock import from_iso, to_iso
from orders.order.delivery import Addressee, DeliveryStatus
from orders.order.document import Kind, parts_of, row_id

KEPT_FOR = timedelta(days=30)
"""How long the feed has an event, at least."""

Record = Mapping[str, Any]
"""A row in its stored form (`orders.order.record`), or those of its fields that an event is made of."""


class EventType(StrEnum):
    """The order's own types come first, then those of the documents that follow it, then those of e-mails."""

    ORDER_RECEIVED = "order.received"
    ORDER_COMPLETED = "order.completed"
    ORDER_FAILED = "order.failed"
    ORDER_RETRIED = "order.retried"
    ORDER_CANCELLED = "order.cancelled"
    REFUND_RECEIVED = "refund.received"
    REFUND_COMPLETED = "refund.completed"
    REFUND_FAILED = "refund.failed"
    REFUND_RETRIED = "refund.retried"
    CORRECTION_RECEIVED = "correction.received"
    RECEIPT_CORRECTED = "receipt.corrected"
    CORRECTION_FAILED = "correction.failed"
    CORRECTION_RETRIED = "correction.retried"
    MAIL_SENT = "mail.sent"
    MAIL_UNKNOWN = "mail.unknown"
    MAIL_NOT_SENT = "mail.not_sent"
    MAIL_BOUNCED = "mail.bounced"
    MAIL_COMPLAINED = "mail.complained"


TEST = "webhook.test"
"""The type of a test event, which an operator sends to an endpoint. It is not in the feed."""

RECEIVED, COMPLETED, FAILED, RETRIED, CANCELLED = "RECEIVED", "COMPLETED", "FAILED", "RETRIED", "CANCELLED"
TYPES: Mapping[Kind, Mapping[str, EventType]] = {
    Kind.RECEIPT: {
        RECEIVED: EventType.ORDER_RECEIVED,
        COMPLETED: EventType.ORDER_COMPLETED,
        FAILED: EventType.ORDER_FAILED,
        RETRIED: EventType.ORDER_RETRIED,
        CANCELLED: EventType.ORDER_CANCELLED,
    },
    Kind.CREDIT_NOTE: {
        RECEIVED: EventType.REFUND_RECEIVED,
        COMPLETED: EventType.REFUND_COMPLETED,
        FAILED: EventType.REFUND_FAILED,
        RETRIED: EventType.REFUND_RETRIED,
    },
    Kind.CORRECTED_RECEIPT: {
        RECEIVED: EventType.CORRECTION_RECEIVED,
        COMPLETED: EventType.RECEIPT_CORRECTED,
        FAILED: EventType.CORRECTION_FAILED,
        RETRIED: EventType.CORRECTION_RETRIED,
    },
}
"""The type of a move of a row of each kind: from `FAILED` to `RECEIVED` it is `RETRIED`, else the state it moves to."""
MAIL_TYPES: Mapping[str, EventType] = {
    DeliveryStatus.SENT: EventType.MAIL_SENT,
    DeliveryStatus.UNKNOWN: EventType.MAIL_UNKNOWN,
    DeliveryStatus.NOT_SENT: EventType.MAIL_NOT_SENT,
    DeliveryStatus.BOUNCED: EventType.MAIL_BOUNCED,
    DeliveryStatus.COMPLAINED: EventType.MAIL_COMPLAINED,
}
"""The type of an e-mail's move to a state. A move to any other state, such as pending, has no event."""
WITH_RECEIPT = frozenset({EventType.ORDER_COMPLETED, EventType.REFUND_COMPLETED, EventType.RECEIPT_CORRECTED})
"""The types whose data has the document's file."""

KEY_BYTES = 16

_ID = re.compile(r"evt_([0-9]{15})_([0-9a-f]{8})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened to a row, before it has a position in the feed.

    `at` is an aware instant in UTC. `revision` and `status` are those of the row after the move. `to` and `number` say
    which e-mail it is about; they are None if it is not about one.
    """

    type: EventType
    row_id: str
    revision: int
    at: datetime
    status: str
    to: Addressee | None = None
    number: int | None = None

    @property
    def key(self) -> bytes:
        """The first 16 bytes of a SHA-256: the same for the same happening, and different for any other.

        The time is in it, as the same order may come in again after a restore.
        """
        text = f"{self.row_id} {self.revision} {self.type} {self.to or ''} {to_iso(self.at)}"
        return hashlib.sha256(text.encode()).digest()[:KEY_BYTES]

    @property
    def tag(self) -> str:
        """8 hexadecimal digits of the key. After a restore, an event may reuse a position, and has another tag."""
        return tag_of(self.key)


@dataclass(frozen=True, slots=True)
class Event:
    """An event in the feed. A later event has a higher position. There may be gaps between positions."""

    position: int
    happening: Happening
    data: Mapping[str, Any] = field(hash=False)

    @property
    def id(self) -> str:
        return event_id(self.position, self.happening.tag)

    @property
    def type(self) -> EventType:
        return self.happening.type

    @classmethod
    def of_document(cls, position: int, document: Mapping[str, Any]) -> Self:
        """The event at this position, of what `to_document` returned.

        Raises:
            LookupError, TypeError, ValueError: a newer version wrote it, and this one does not know such events.
        """
        data = document["data"]
        followed, mail = data.get("document"), data.get("mail")
        kind, id_ = (Kind(followed["kind"]), followed["id"]) if followed else (Kind.RECEIPT, data["orderId"])
        happening = Happening(
            EventType(document["type"]),
            row_id(data["orderId"], kind, id_),
            data["revision"],
            from_iso(document["timestamp"]),
            data["status"],
            _ADDRESSEES[mail["to"]] if mail else None,
            mail["number"] if mail else None,
        )
        return cls(position, happening, data)

    def to_document(self) -> dict[str, Any]:
        """What callers and endpoints get, in the order of its fields."""
        return {
            "id": self.id,
            "type": self.type.value,
            "timestamp": to_iso(self.happening.at),
            "data": dict(self.data),
        }


def written(document: Mapping[str, Any]) -> bytes:
    """An event's document as compact JSON in UTF-8, which is sent and signed: the same bytes for the same event."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def event_id(position: int, tag: str) -> str:
    """The id of an event, as in `evt_000000000001042_9f3a1c2b`. Sorted as texts, ids are in the order of the feed.

    It is also a cursor: the feed can be read from there, beginning with the next event.
    """
    return f"evt_{position:015d}_{tag}"


def tag_of(key: bytes) -> str:
    """The tag of the happening with this key."""
    return key[:4].hex()


def parts_of_id(event_id: str) -> tuple[int, str] | None:
    """The position and the tag in an id; None if no event in a feed can have this id."""
    found = _ID.fullmatch(event_id)
    return (int(found[1]), found[2]) if found else None


def happened(before: Record | None, after: Record) -> Iterator[Happening]:
    """The happenings of one write. Most writes have none or one; one that moves the order and its e-mail has two.

    `before` and `after` are the row in its stored form; `before` is None if the row is new. Fields that this version
    does not know are ignored.

    Raises:
        LookupError, TypeError, ValueError: the row is damaged.
    """
    row_id, revision, status = after["orderId"], int(after["revision"]), after["status"]
    move = _move(before, after)
    type_ = TYPES[parts_of(row_id)[1]].get(move) if move else None
    if type_:
        yield Happening(type_, row_id, revision, _moved_at(move, after), status)
    mails_before, mails = _mails(before), _mails(after)
    for to, mail in mails.items():
        mail_type = MAIL_TYPES.get(mail["status"])
        if mail_type and _state(mails_before.get(to)) != _state(mail):
            yield Happening(mail_type, row_id, revision, from_iso(mail["at"]), status, to, mail["number"])


def data_of(happening: Happening, row: Record) -> dict[str, Any]:
    """The data of an event, made from what happened and from fields of its row: `body`, `total` and `receipt`.

    The row may have moved since, but these fields never change once they are set. A damaged field is left out: an event
    that could not be read would block all events after it.
    """
    order_id, kind, document_id = parts_of(happening.row_id)
    body = _object(row.get("body"))
    data: dict[str, Any] = {
        "orderId": order_id,
        "orderNumber": body.get("orderNumber"),
        "document": {"kind": kind.value, "id": document_id} if kind is not Kind.RECEIPT else None,
        "status": happening.status,
        "revision": happening.revision,
        "total": row.get("total"),
        "currency": body.get("currency") if row.get("total") is not None else None,
        "metadata": body.get("metadata"),
        "mail": {"to": TO[happening.to], "number": happening.number} if happening.to else None,
    }
    receipt = _object(row.get("receipt")) if happening.type in WITH_RECEIPT else {}
    if receipt:
        data["receipt"] = {"sha256": receipt.get("sha256"), "size": receipt.get("size")}
    return {name: value for name, value in data.items() if value is not None}


TO = {Addressee.CUSTOMER: "customer", Addressee.COPY: "copy"}
"""What an event calls the recipient of an e-mail."""
_ADDRESSEES = {name: addressee for addressee, name in TO.items()}


def _object(text: str | None) -> dict[str, Any]:
    """The JSON object in a text; an empty one if it is damaged or missing."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _move(before: Record | None, after: Record) -> str | None:
    if before is None:
        return RECEIVED
    if before["status"] == after["status"]:
        return None
    return RETRIED if after["status"] == RECEIVED else str(after["status"])


def _moved_at(move: str | None, after: Record) -> datetime:
    if move == RECEIVED:
        return from_iso(after["receivedAt"])
    if move == COMPLETED and after.get("completedAt"):
        return from_iso(after["completedAt"])
    return from_iso(json.loads(after["history"])[-1][0])


def _mails(row: Record | None) -> dict[Addressee, Mapping[str, Any]]:
    text = row.get("mail") if row else None
    if not text:
        return {}
    mail = json.loads(text)
    copy = mail.pop(Addressee.COPY.value, None)
    found = {Addressee.CUSTOMER: mail, Addressee.COPY: copy}
    return {to: each for to, each in found.items() if each}


def _state(mail: Mapping[str, Any] | None) -> tuple[str, int] | None:
    return (mail["status"], mail["number"]) if mail else None
