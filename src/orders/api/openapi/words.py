"""The descriptions and limits of the fields of answers, where their types do not say it."""

from typing import Any

from orders.order.rules import ORDER_ID_LIMITS

INSTANT = {"format": "date-time"}
DECIMAL = {"pattern": r"^[0-9]+(\.[0-9]{1,3})?$"}
ANY_SIGN = {"pattern": r"^-?[0-9]+(\.[0-9]{1,3})?$"}
SHA256 = {"pattern": "^[0-9a-f]{64}$"}
DECIMAL_OF_A_RATE = {"pattern": r"^[0-9]{1,3}(\.[0-9]{1,6})?$"}
_AMOUNT_OF_A_LINE = {"type": "string", **ANY_SIGN}
COUNT = {"minimum": 0}
URL = {"format": "uri"}

_COMMON: dict[str, tuple[str, dict[str, Any]]] = {
    "orderId": ("The order id.", dict(ORDER_ID_LIMITS)),
    "orderNumber": ("The order's number as the shop writes it; null if it has none.", {}),
    "status": ("The order's state.", {}),
    "customerName": ("The customer's name, as on the receipt.", {}),
    "customerEmail": ("The customer's e-mail address.", {}),
    "receivedAt": ("When the order was accepted.", INSTANT),
    "completedAt": ("When its receipt was stored; null until then.", INSTANT),
    "total": ("The total with taxes, a decimal in the order's currency; null if nothing has a price.", DECIMAL),
    "currency": ("The order's currency (ISO 4217); null if it has none.", {}),
    "totals": ("What the order comes to; null if nothing in it has a price.", {}),
    "order": ("The order as it was posted, in its canonical form.", {"$ref": "#/components/schemas/PostedOrder"}),
    "attempts": (
        "How often the server tried to make the receipt since the order was received or retried.",
        COUNT,
    ),
    "lastError": ("The error of the last failed attempt; null if none has failed.", {}),
}

OF: dict[str, dict[str, tuple[str, dict[str, Any]]]] = {
    "Mail": {
        "status": (
            "`WAITING`: not sent yet. `SENDING`: being sent now. `SENT`: accepted by the mail service. `UNKNOWN`:"
            " perhaps sent; only an operator's resend sends it again. `OUTBOX`: kept in the data folder of one machine,"
            " not sent. `HELD`: kept in a copy of a data folder until an operator decides. `NOT_SENT`: not sent;"
            " `reason` says why. `BOUNCED`: sent and not delivered. `COMPLAINED`: the recipient marked it as spam.",
            {},
        ),
        "number": ("1 for the first e-mail. Each resend by an operator adds 1.", {"minimum": 1}),
        "since": ("When the e-mail was requested.", INSTANT),
        "reason": ("Why the e-mail is late, was not sent or came back; null if there is nothing to report.", {}),
    },
    "Accepted": {
        "status": ("Always `RECEIVED`, even if the order's state has changed since.", {"const": "RECEIVED"}),
        "receiptUrl": (
            "The customer's permanent link to the receipt. Anyone who has it can open the receipt without a key.",
            URL,
        ),
    },
    "ReceiptLink": {
        "signedReceiptUrl": (
            "A link to the PDF. Anyone who has it can open the PDF until it expires. After that, the answer is 403.",
            URL,
        ),
        "expiresAt": ("When the link expires, five minutes after it was made.", INSTANT),
    },
    "Verification": {
        "orderId": ("The order id of the request.", {}),
        "issued": ("Whether the file is the receipt that was issued for this order, unaltered.", {}),
    },
    "HistoryLine": {
        "at": ("When it happened.", INSTANT),
        "what": (
            "The event, such as `received`, `completed`, `failed: ...`, `retried`, `cancelled` or `mail sent`.",
            {},
        ),
        "by": ("The actor: `shop`, a part of this system, or an operator's name.", {}),
    },
    "ReceiptFile": {
        "sha256": ("The SHA-256 of the PDF, in hexadecimal.", SHA256),
        "size": ("The size of the PDF, in bytes.", {"minimum": 1}),
    },
    "ShownOrder": {
        "receipt": ("The receipt; null if there is none yet.", {}),
        "mail": ("The e-mail to the customer; null if there is none, or none yet.", {}),
        "copy": ("The e-mail to the shop's own address for copies; null if there is none, or none yet.", {}),
        "history": (
            "The events of the order, the oldest first. At most 50 are kept; operators' actions are kept longest.",
            {"maxItems": 50},
        ),
    },
    "Totals": {
        "lines": (
            "What each item comes to, after its own discount; in the order of `items`.",
            {"items": _AMOUNT_OF_A_LINE},
        ),
        "discount": ("The discounts of the whole order together.", DECIMAL),
        "charges": ("The charges together.", DECIMAL),
        "net": ("The sum without tax; untaxed items and charges are in it.", ANY_SIGN),
        "taxes": ("The taxes, in rising order of rate, then of name.", {}),
        "tax": ("The taxes together.", ANY_SIGN),
        "total": ("The total with taxes.", DECIMAL),
        "rounding": ("What was added to the total, as in cash rounding.", ANY_SIGN),
        "payable": ("The total with the rounding.", DECIMAL),
        "paid": ("The payments together.", DECIMAL),
        "due": ("What is still to be paid. Negative if more was paid than is payable: the change.", ANY_SIGN),
    },
    "TotalsTax": {
        "name": ("The name of the tax; null if the order gives none.", {}),
        "rate": ("The rate in percent; null if the order states only the amount.", DECIMAL_OF_A_RATE),
        "category": ("The tax category (UNCL 5305), such as `S`.", {}),
        "base": ("The amount on which the tax is charged; null if the order states only the tax.", ANY_SIGN),
        "amount": ("The tax.", ANY_SIGN),
    },
    "ListedOrder": {
        "mail": ("The state of the e-mail to the customer; null if there is none, or none yet.", {}),
    },
    "OrderList": {
        "orders": ("The orders of this page, the newest first.", {}),
        "unreadable": (
            "The ids of orders that belong on this page but that the server can't read. A newer version of this system"
            " wrote them, or they are damaged. The server's log has the reason for each.",
            {},
        ),
        "cursor": ("Send it as `cursor` to get the next page. Null on the last page.", {}),
    },
    "Minute": {
        "at": ("When the minute began.", INSTANT),
        "accepted": ("The number of orders accepted in this minute.", COUNT),
        "completed": ("The number of orders completed in this minute.", COUNT),
    },
    "Percentiles": {
        "p50": ("The median, in seconds, rounded down to two digits.", COUNT),
        "p95": ("The 95th percentile, in seconds, rounded down to two digits.", COUNT),
    },
    "Summary": {
        "orders": ("The number of orders in each state.", {}),
        "queueDepth": ("The approximate number of messages in the queue.", COUNT),
        "oldestWaitingReceivedAt": ("When the oldest pending order was accepted; null if none is pending.", INSTANT),
        "oldestWaitingSeconds": ("The age of the oldest pending order, in seconds; null if none is pending.", COUNT),
        "lastHour": (
            "The last 60 minutes, the newest last. The newest is still in progress.",
            {"minItems": 60, "maxItems": 60},
        ),
        "secondsToComplete": (
            "The time from acceptance to completion of the last hour's completed orders; null if there were none.",
            {},
        ),
        "asOf": ("The time of these figures.", INSTANT),
    },
    "Problem": {
        "type": ("The kind of problem. It never changes.", {"pattern": "^urn:orders:problem:[a-z-]+$"}),
        "title": ("The kind of problem, in words.", {}),
        "status": ("The answer's HTTP status.", {}),
        "detail": ("What is wrong with this call, and how to correct it.", {}),
        "errors": ("Every wrong field, at most 50.", {"maxItems": 50}),
    },
    "WrongField": {
        "pointer": ("The place in the body, as a JSON pointer (RFC 6901).", {"pattern": "^#(/.*)?$"}),
        "detail": ("What is wrong there.", {}),
    },
}


def of(kind: str, field: str) -> dict[str, Any]:
    """The description and the limits of a document's field, for its JSON Schema.

    Raises:
        KeyError: it has no description.
    """
    fields = OF.get(kind, {})
    says, limits = fields[field] if field in fields else _COMMON[field]
    return {"description": says, **limits}
