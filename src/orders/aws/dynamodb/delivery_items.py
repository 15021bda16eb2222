"""A delivery to a webhook endpoint as an item of the table of events."""

import base64
import binascii
import re
from typing import Any

from orders.aws.dynamodb.item import Item
from orders.order.clock import from_iso, to_iso
from orders.order.errors import BadRequest
from orders.order.event import KEPT_FOR
from orders.order.webhook import WebhookDelivery, WebhookDeliveryStatus
from orders.order.webhook_record import answer_from_text, answer_to_text

_EVENT_ID = re.compile(r"evt_[0-9a-z_]{1,60}", re.ASCII)


def item_of(delivery: WebhookDelivery) -> dict[str, Any]:
    """The item. Only a pending delivery has both keys of the index `pending`."""
    due_at = to_iso(delivery.due_at) if delivery.due_at else None
    texts = {
        "type": delivery.type,
        "createdAt": to_iso(delivery.created_at),
        "status": delivery.status.value,
        "triedAt": to_iso(delivery.tried_at) if delivery.tried_at else None,
        "answer": answer_to_text(delivery.answer) if delivery.answer else None,
        "test": delivery.test,
        "dueAt": due_at,
        "endpointId": delivery.endpoint_id,
    }
    expires_at = (delivery.tried_at or delivery.created_at) + KEPT_FOR
    numbers = {"attempts": delivery.attempts, "expiresAt": int(expires_at.timestamp())}
    return {
        **key_of(delivery.endpoint_id, delivery.event_id),
        **{name: {"S": text} for name, text in texts.items() if text is not None},
        **{name: {"N": str(number)} for name, number in numbers.items()},
    }


def delivery_of(item: Item) -> WebhookDelivery:
    """The delivery in an item. Attributes of a newer version are ignored."""
    due_at, tried_at, answer = (item.get(name, {}).get("S") for name in ("dueAt", "triedAt", "answer"))
    return WebhookDelivery(
        endpoint_id=item["pk"]["S"].removeprefix("deliveries/"),
        event_id=item["sk"]["S"],
        type=item["type"]["S"],
        created_at=from_iso(item["createdAt"]["S"]),
        status=WebhookDeliveryStatus(item["status"]["S"]),
        attempts=int(item["attempts"]["N"]),
        due_at=from_iso(due_at) if due_at else None,
        tried_at=from_iso(tried_at) if tried_at else None,
        answer=answer_from_text(answer) if answer else None,
        test=item.get("test", {}).get("S"),
    )


def key_of(endpoint_id: str, event_id: str) -> dict[str, Any]:
    return {"pk": {"S": partition(endpoint_id)}, "sk": {"S": event_id}}


def partition(endpoint_id: str) -> str:
    return f"deliveries/{endpoint_id}"


def cursor_of(event_id: str) -> str:
    """The cursor of a page that ends with this event: its id in base64."""
    return base64.urlsafe_b64encode(event_id.encode()).decode()


def event_of(cursor: str) -> str:
    """The event id in a cursor.

    Raises:
        BadRequest: it is not valid.
    """
    try:
        text = base64.urlsafe_b64decode(cursor).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    if not _EVENT_ID.fullmatch(text):
        raise BadRequest("This cursor is not valid for this list.")
    return text
