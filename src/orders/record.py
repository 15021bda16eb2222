"""A row as a flat record of texts and whole numbers: the one shape that every table stores it in."""

import json
from collections.abc import Mapping
from typing import Any

from orders.clock import from_iso, to_iso
from orders.errors import Unavailable
from orders.row import READABLE_VERSIONS, HistoryEntry, Row, Status, StoredReceipt

FIELDS = (
    "orderId", "body", "fingerprint", "receiptToken", "status", "receivedAt", "waitingSince", "dueAt", "completedAt",
    "receipt", "attempts", "lastError", "history", "revision", "apiUrl",
    "total", "schemaVersion",
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
        schema_version=record["schemaVersion"],
    )


def _receipt_to_text(receipt: StoredReceipt) -> str:
    return json.dumps({"key": receipt.key, "sha256": receipt.sha256, "size": receipt.size, "version": receipt.version})


def _history_to_text(history: tuple[HistoryEntry, ...]) -> str:
    return json.dumps([[to_iso(entry.at), entry.what, entry.by] for entry in history], ensure_ascii=False)


def _history_from_text(text: str) -> tuple[HistoryEntry, ...]:
    return tuple(HistoryEntry(from_iso(at), what, by) for at, what, by in json.loads(text))
