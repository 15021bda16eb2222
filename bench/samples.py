"""The events of the measured functions, made from those in `events/`, and what the answers must contain."""

import hashlib
import json
from pathlib import Path
from typing import Any

from lambda_function import Sample

EVENTS = Path(__file__).parent.parent / "events"
WAITING = "12345"
COMPLETED = "12346"
BATCH = [f"1000{number}" for number in range(10)]
MOST_BATCHES = 200


def batch(number: int, *, mailed: bool = False) -> list[str]:
    """The ids of ten orders, whose customers get an e-mail or not. No two batches have one in common."""
    return [f"{3 if mailed else 2}{number:03}{place}" for place in range(len(BATCH))]


_NOTHING_FAILED: dict[str, object] = {"batchItemFailures": []}


def of(function: str) -> Sample:
    """The function's usual event."""
    return {"receive_order": receive_order, "process_order": process_order, "get_receipt": get_receipt}[function]()


def receive_order() -> Sample:
    return Sample(json.dumps(_event("receive_order")).encode(), {"statusCode": 202})


def process_order() -> Sample:
    return process_orders([WAITING])


def get_receipt() -> Sample:
    """A request for a receipt that exists."""
    event = _event("get_receipt")
    event["path"] = event["requestContext"]["path"] = f"/receipt/{COMPLETED}"
    event["pathParameters"] = {"orderId": COMPLETED}
    return Sample(json.dumps(event).encode(), {"statusCode": 200})


def process_orders(order_ids: list[str]) -> Sample:
    event = _event("process_order")
    [record] = event["Records"]
    event["Records"] = [_about(order_id, record) for order_id in order_ids]
    return Sample(json.dumps(event).encode(), _NOTHING_FAILED)


def _about(order_id: str, record: dict[str, Any]) -> dict[str, Any]:
    digest = hashlib.md5(order_id.encode(), usedforsecurity=False).hexdigest()
    return record | {"messageId": f"message-{order_id}", "body": order_id, "md5OfBody": digest}


def _event(function: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"{function}_event.json").read_text())
    return event
