"""A row as a flat record of texts and whole numbers: the one shape that every table stores it in."""

import json
from collections.abc import Mapping
from typing import Any

from orders.clock import from_iso, to_iso
from orders.delivery import Delivery, DeliveryStatus
from orders.errors import Unavailable
from orders.row import READABLE_VERSIONS, HistoryEntry, Row, Status, StoredReceipt

FIELDS = (
    "orderId", "body", "fingerprint", "receiptToken", "status", "receivedAt", "waitingSince", "dueAt", "completedAt",
    "receipt", "attempts", "lastError", "history", "revision", "apiUrl",
    "total", "mail", "mailDueAt", "schemaVersion",
)  # fmt: skip


def from_row(row: Row) -> dict[str, str | int | None]:
    return {
        "orderId": row.order_id,
        "body": row.body,
        "fingerprint": row.fingerprint,
        "receiptToken": row.receipt_token,
        "status": row.status.value,
        "receivedAt": to_iso(row.received_at),
        "waitingSince": to_iso(row.waiting_since),
        "dueAt": to_iso(row.due_at) if row.due_at else None,
        "completedAt": to_iso(row.completed_at) if row.completed_at else None,
        "receipt": _receipt_to_text(row.receipt) if row.receipt else None,
        "attempts": row.attempts,
        "lastError": row.last_error,
        "history": _history_to_text(row.history),
        "revision": row.revision,
        "apiUrl": row.api_url,
        "total": row.total,
        "mail": _mail_to_text(row.mail) if row.mail else None,
        "mailDueAt": to_iso(row.mail_due_at) if row.mail_due_at else None,
        "schemaVersion": row.schema_version,
    }


def values(row: Row) -> tuple[str | int | None, ...]:
    """The record's values, in the order of `FIELDS`."""
    return tuple(from_row(row).values())


def to_row(record: Mapping[str, Any]) -> Row:
    """The row that a record stands for.

    Raises:
        Unavailable: a version of this system that this one can't read wrote it; a newer one can.
    """
    if record["schemaVersion"] not in READABLE_VERSIONS:
        raise Unavailable(f"order {record['orderId']} was written by another version of this system")
    return Row(
        order_id=record["orderId"],
        body=record["body"],
        fingerprint=record["fingerprint"],
        receipt_token=record["receiptToken"],
        status=Status(record["status"]),
        received_at=from_iso(record["receivedAt"]),
        waiting_since=from_iso(record["waitingSince"]),
        due_at=from_iso(record["dueAt"]) if record["dueAt"] else None,
        completed_at=from_iso(record["completedAt"]) if record["completedAt"] else None,
        receipt=StoredReceipt(**json.loads(record["receipt"])) if record["receipt"] else None,
        attempts=record["attempts"],
        last_error=record["lastError"],
        history=_history_from_text(record["history"]),
        revision=record["revision"],
        api_url=record["apiUrl"],
        total=record["total"],
        mail=_mail_from_text(record["mail"]) if record["mail"] else None,
        mail_due_at=from_iso(record["mailDueAt"]) if record["mailDueAt"] else None,
        schema_version=record["schemaVersion"],
    )


def _receipt_to_text(receipt: StoredReceipt) -> str:
    return json.dumps({"key": receipt.key, "sha256": receipt.sha256, "size": receipt.size, "version": receipt.version})


def _mail_to_text(mail: Delivery) -> str:
    """`at` is what Sweep reads of it."""
    document = {
        "status": mail.status, "since": to_iso(mail.since), "at": to_iso(mail.at), "number": mail.number,
        "attempts": mail.attempts, "claim": mail.claim, "messageId": mail.message_id, "reason": mail.reason,
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False)


def _mail_from_text(text: str) -> Delivery:
    document = json.loads(text)
    return Delivery(
        status=DeliveryStatus(document["status"]),
        since=from_iso(document["since"]),
        at=from_iso(document["at"]),
        number=document["number"],
        attempts=document["attempts"],
        claim=document["claim"],
        message_id=document["messageId"],
        reason=document["reason"],
    )


def _history_to_text(history: tuple[HistoryEntry, ...]) -> str:
    return json.dumps([[to_iso(entry.at), entry.what, entry.by] for entry in history], ensure_ascii=False)


def _history_from_text(text: str) -> tuple[HistoryEntry, ...]:
    return tuple(HistoryEntry(from_iso(at), what, by) for at, what, by in json.loads(text))
