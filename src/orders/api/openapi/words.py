"""What the fields of the documents mean, where their types do not tell."""

from typing import Any

from orders.order.rules import ORDER_ID_LIMITS

INSTANT = {"format": "date-time"}
DECIMAL = {"pattern": r"^[0-9]+(\.[0-9]{1,3})?$"}
SHA256 = {"pattern": "^[0-9a-f]{64}$"}
COUNT = {"minimum": 0}
URL = {"format": "uri"}

_COMMON: dict[str, tuple[str, dict[str, Any]]] = {
    "orderId": ("The order's id.", dict(ORDER_ID_LIMITS)),
    "status": ("The order's state.", {}),
    "customerName": ("Who the receipt is for.", {}),
    "customerEmail": ("The customer's e-mail address.", {}),
    "receivedAt": ("When the order was accepted.", INSTANT),
    "completedAt": ("When its receipt was kept; null until then.", INSTANT),
    "total": ("The total with taxes, a decimal in the order's currency; null without items.", DECIMAL),
    "currency": ("The order's currency (ISO 4217); null where none was given.", {}),
    "attempts": ("How often the receipt was tried since the order was received, or last retried.", COUNT),
    "lastError": ("Why the last attempt that was in vain was so; null where none was.", {}),
}

OF: dict[str, dict[str, tuple[str, dict[str, Any]]]] = {
    "Mail": {
        "status": (
            "`WAITING` to be sent; `SENDING` at the moment; `SENT`; `UNKNOWN`: perhaps sent, and not sent again unless"
            " an operator asks for it; `OUTBOX`: kept in the data folder of one machine and not sent; `HELD`: not sent"
            " from a copy of a data folder until an operator decides; `NOT_SENT`; `BOUNCED`: sent and not delivered;"
            " `COMPLAINED`: called unwanted.",
            {},
        ),
        "number": ("1, and one more for each time an operator asked for it to be sent again.", {"minimum": 1}),
        "since": ("When the message was asked for.", INSTANT),
        "reason": ("Why it is not sent, or not yet, or came back; null where there is nothing to say.", {}),
    },
    "Accepted": {
        "status": ("Always `RECEIVED`, also where the order has got further since.", {"const": "RECEIVED"}),
        "receiptUrl": ("The customer's own link to the receipt, which never ends. Who has it needs no key.", URL),
    },
    "ReceiptLink": {
        "signedReceiptUrl": ("A link to the PDF that anyone may open until it ends. After that: 403.", URL),
        "expiresAt": ("When the link ends, five minutes after it was made.", INSTANT),
    },
    "Verification": {
        "orderId": ("The order's id, as it was asked for.", {}),
        "issued": ("Whether the file is the receipt that was issued for this order, unaltered.", {}),
    },
    "HistoryLine": {
        "at": ("When it happened.", INSTANT),
        "what": (
            "What happened, as in `received`, `completed`, `failed: ...`, `retried`, `cancelled`, `mail sent`.",
            {},
        ),
        "by": ("Who did it: `shop`, a part of this system, or the name of an operator.", {}),
    },
    "ReceiptFile": {
        "sha256": ("The SHA-256 of the PDF, in hexadecimal.", SHA256),
        "size": ("How long the PDF is, in bytes.", {"minimum": 1}),
    },
    "ShownOrder": {
        "order": ("The order as it was posted, in its canonical form.", {"$ref": "#/components/schemas/PostedOrder"}),
        "receipt": ("The receipt; null while there is none.", {}),
        "mail": ("The mail to the customer; null where there is none, or not yet.", {}),
        "history": (
            "What happened to the order, the oldest first; at most 50 lines, of which operators' own stay longest.",
            {"maxItems": 50},
        ),
    },
    "ListedOrder": {
        "mail": ("What became of the mail to the customer; null where there is none, or not yet.", {}),
    },
    "OrderList": {
        "orders": ("The orders of this page, the newest first.", {}),
        "unreadable": (
            "The ids of orders that belong on this page and can't be shown: a newer version of this system wrote them,"
            " or they are damaged. The server's log says which.",
            {},
        ),
        "cursor": ("Where the next page begins: send it as `cursor`. Null after the last page.", {}),
    },
    "Minute": {
        "at": ("When the minute began.", INSTANT),
        "accepted": ("How many orders were accepted in it.", COUNT),
        "completed": ("How many orders were completed in it.", COUNT),
    },
    "Percentiles": {
        "p50": ("Seconds within which half of the orders were completed, rounded down to two digits.", COUNT),
        "p95": ("Seconds within which 95 of 100 were, rounded down to two digits.", COUNT),
    },
    "Summary": {
        "orders": ("How many orders are in each state.", {}),
        "queueDepth": ("About how many messages are in the queue.", COUNT),
        "oldestWaitingReceivedAt": ("When the oldest order that waits was accepted; null where none waits.", INSTANT),
        "oldestWaitingSeconds": ("How long ago that is, in seconds.", COUNT),
        "lastHour": ("The last 60 minutes, the newest last and not over yet.", {"minItems": 60, "maxItems": 60}),
        "secondsToComplete": ("Of the orders completed in the last hour; null without any.", {}),
        "asOf": ("When this was so.", INSTANT),
    },
    "Problem": {
        "type": ("What kind of problem this is; it never changes.", {"pattern": "^urn:orders:problem:[a-z-]+$"}),
        "title": ("The kind, in words.", {}),
        "status": ("The answer's HTTP status.", {}),
        "detail": ("What is wrong this time, and what can be done.", {}),
        "errors": ("Every field that is wrong, at most 50.", {"maxItems": 50}),
    },
    "WrongField": {
        "pointer": ("Where in the body, as a JSON pointer (RFC 6901).", {"pattern": "^#(/.*)?$"}),
        "detail": ("What is wrong there.", {}),
    },
}


def of(kind: str, field: str) -> dict[str, Any]:
    """What JSON Schema is to add about a field of a document.

    Raises:
        KeyError: nothing is said about it.
    """
    fields = OF.get(kind, {})
    says, limits = fields[field] if field in fields else _COMMON[field]
    return {"description": says, **limits}
