"""An order as a flat record of texts and whole numbers: the form in which every table stores it."""

import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping, Set
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from orders.order import canonical
from orders.order.clock import from_iso, to_iso
from orders.order.delivery import Addressee, Delivery, DeliveryStatus
from orders.order.document import NO_SETTLEMENT, Document, Settlement
from orders.order.errors import Misconfigured, NewerVersion, Unavailable
from orders.order.history import HistoryEntry
from orders.order.order import READABLE_VERSIONS, Order, Status, StoredReceipt
from orders.order.posted import unknown_fields
from orders.order.register import Issue

log = logging.getLogger(__name__)

S = TypeVar("S", bound=StrEnum)
K = TypeVar("K")

FIELDS = (
    "orderId", "body", "fingerprint", "receiptToken", "status", "receivedAt", "waitingSince", "dueAt", "completedAt",
    "receipt", "attempts", "lastError", "history", "revision", "apiUrl",
    "total", "mail", "mailDueAt", "schemaVersion", "issue", "settlement", "document",
)  # fmt: skip
_KNOWN = frozenset(FIELDS)
_OF_A_RECEIPT = frozenset({"key", "sha256", "size", "version"})
_OF_A_MAIL = frozenset({"status", "since", "at", "number", "attempts", "claim", "messageId", "reason"})
_OF_AN_ISSUE = frozenset({"series", "number", "at"})
_COPY = Addressee.COPY.value
_OF_AN_ENTRY = 3
"""When, what, by whom."""
_ENCODER = json.JSONEncoder(ensure_ascii=False)
"""`json.dumps` makes a new one for each call, which takes as long as a short history."""
_STATE = re.compile("[A-Z][A-Z_]*")


def from_order(order: Order) -> dict[str, str | int | None]:
    return {
        "orderId": order.order_id,
        "body": order.body,
        "fingerprint": order.fingerprint,
        "receiptToken": order.receipt_token,
        "status": order.status.value,
        "receivedAt": to_iso(order.received_at),
        "waitingSince": to_iso(order.waiting_since),
        "dueAt": to_iso(order.due_at) if order.due_at else None,
        "completedAt": to_iso(order.completed_at) if order.completed_at else None,
        "receipt": _receipt_to_text(order.receipt) if order.receipt else None,
        "attempts": order.attempts,
        "lastError": order.last_error,
        "history": _history_to_text(order.history),
        "revision": order.revision,
        "apiUrl": order.api_url,
        "total": order.total,
        "mail": _mails_to_text(order) if order.mail or order.copy else None,
        "mailDueAt": to_iso(order.mail_due_at) if order.mail_due_at else None,
        "schemaVersion": order.schema_version,
        "issue": _issue_to_text(order.issue) if order.issue else None,
        "settlement": order.settlement.to_text() if order.settlement.documents else None,
        "document": order.document_text,
    }


def values(order: Order) -> tuple[str | int | None, ...]:
    """The record's values, in the order of `FIELDS`."""
    return tuple(from_order(order).values())


def to_order(record: Mapping[str, Any]) -> Order:
    """The order in a record. A field that may be None may be missing.

    An order of a newer version is not read in part: a move would write it back without the parts that were left out.

    Raises:
        NewerVersion: the record has something that this version does not know.
        Misconfigured: it is damaged.
    """
    try:
        return _read(record)
    except NewerVersion as unknown:
        raise newer(record.get("orderId"), str(unknown)) from None
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise Misconfigured(f"the row of order {record.get('orderId')} is damaged: restore it from a backup") from error


def readable(kept: Iterable[tuple[str, K]], read: Callable[[K], Order]) -> tuple[list[Order], tuple[str, ...]]:
    """The orders of a list that can be read, and the ids of the others. An error in the log says why.

    `kept` has each order's id and what the table keeps of it.
    """
    orders, unreadable = list[Order](), list[str]()
    for order_id, each in kept:
        try:
            orders.append(read(each))
        except Unavailable as error:
            log.error("left out of a list: %s", error)
            unreadable.append(order_id)
    return orders, tuple(unreadable)


def newer(order_id: object, what: str) -> NewerVersion:
    """The error about an order in which this version does not know `what`."""
    return NewerVersion(f"order {order_id} was written by a newer version of this program ({what}): update this one")


def _read(record: Mapping[str, Any]) -> Order:
    if record["schemaVersion"] not in READABLE_VERSIONS:
        raise NewerVersion(f"schema version {record['schemaVersion']}")
    _refuse_unknown("a row's field", record.keys() - _KNOWN)
    _refuse_unknown("an order's field", unknown_fields(record["body"]))
    mail, copy = _mails_from_text(record["mail"]) if record.get("mail") else (None, None)
    return Order(
        order_id=record["orderId"],
        body=record["body"],
        fingerprint=record["fingerprint"],
        receipt_token=record["receiptToken"],
        status=_state(Status, record["status"]),
        received_at=from_iso(record["receivedAt"]),
        waiting_since=from_iso(record["waitingSince"]),
        due_at=_instant(record.get("dueAt")),
        completed_at=_instant(record.get("completedAt")),
        receipt=_receipt_from_text(record["receipt"]) if record.get("receipt") else None,
        attempts=record["attempts"],
        last_error=record.get("lastError"),
        history=_history_from_text(record["history"]),
        revision=record["revision"],
        api_url=record.get("apiUrl"),
        total=record.get("total"),
        mail=mail,
        mail_due_at=_instant(record.get("mailDueAt")),
        copy=copy,
        schema_version=record["schemaVersion"],
        issue=_issue_from_text(record["issue"]) if record.get("issue") else None,
        settlement=Settlement.from_text(record["settlement"]) if record.get("settlement") else NO_SETTLEMENT,
        document_text=_document_text(record.get("document")),
    )


def _refuse_unknown(what: str, names: Set[str]) -> None:
    if names:
        raise NewerVersion(f"{what} {min(map(str, names))!r}")


def _state(states: type[S], text: str) -> S:
    """An unknown word of capitals may be a state of a newer version. Anything else is damage."""
    if text not in states.__members__ and _STATE.fullmatch(text):
        raise NewerVersion(f"the state {text}")
    return states(text)


def _instant(text: str | None) -> datetime | None:
    return from_iso(text) if text else None


def _receipt_to_text(receipt: StoredReceipt) -> str:
    return json.dumps({"key": receipt.key, "sha256": receipt.sha256, "size": receipt.size, "version": receipt.version})


def _receipt_from_text(text: str) -> StoredReceipt:
    document = json.loads(text)
    _refuse_unknown("a receipt's field", document.keys() - _OF_A_RECEIPT)
    return StoredReceipt(**document)


def _mails_to_text(order: Order) -> str:
    """The e-mail to the customer, and within it the copy, if there is one. The sweep reads `at` (`orders.order.due`).

    A version that knows of no copies finds an unknown field, and leaves the order alone.
    """
    document = _mail_document(order.mail) if order.mail else {}
    return _ENCODER.encode(document | ({_COPY: _mail_document(order.copy)} if order.copy else {}))


def _mail_document(mail: Delivery) -> dict[str, Any]:
    return {
        "status": mail.status, "since": to_iso(mail.since), "at": to_iso(mail.at), "number": mail.number,
        "attempts": mail.attempts, "claim": mail.claim, "messageId": mail.message_id, "reason": mail.reason,
    }  # fmt: skip


def _mails_from_text(text: str) -> tuple[Delivery | None, Delivery | None]:
    """The e-mail to the customer, and the copy."""
    document = json.loads(text)
    copy = document.pop(_COPY, None)
    return _mail(document) if document or not copy else None, _mail(copy) if copy else None


def _mail(document: Mapping[str, Any]) -> Delivery:
    _refuse_unknown("a mail's field", document.keys() - _OF_A_MAIL)
    return Delivery(
        status=_state(DeliveryStatus, document["status"]),
        since=from_iso(document["since"]),
        at=from_iso(document["at"]),
        number=document["number"],
        attempts=document["attempts"],
        claim=document["claim"],
        message_id=document["messageId"],
        reason=document["reason"],
    )


def _issue_to_text(issue: Issue) -> str:
    return canonical.written({"series": issue.series, "number": issue.number, "at": to_iso(issue.at)})


def _issue_from_text(text: str) -> Issue:
    document = json.loads(text)
    _refuse_unknown("a number's field", document.keys() - _OF_AN_ISSUE)
    return Issue(document["series"], document["number"], from_iso(document["at"]))


def _document_text(text: str | None) -> str | None:
    """The text, if this version knows all that is in it."""
    if text is not None:
        Document.stored(text)
    return text


def _history_to_text(history: tuple[HistoryEntry, ...]) -> str:
    return _ENCODER.encode([[to_iso(entry.at), entry.what, entry.by] for entry in history])


def _history_from_text(text: str) -> tuple[HistoryEntry, ...]:
    entries = json.loads(text)
    if any(len(entry) > _OF_AN_ENTRY for entry in entries):
        raise NewerVersion("more in an entry of the history")
    return tuple(HistoryEntry(from_iso(at), what, by) for at, what, by in entries)
