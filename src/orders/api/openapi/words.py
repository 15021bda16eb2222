"""The descriptions and limits of the fields of answers, where their types do not say it."""

from typing import Any

from orders.api.openapi import event_words
from orders.order.rules import ORDER_ID_LIMITS

INSTANT = {"format": "date-time"}
DECIMAL = {"pattern": r"^[0-9]+(\.[0-9]{1,3})?$"}
ANY_SIGN = {"pattern": r"^-?[0-9]+(\.[0-9]{1,3})?$"}
SHA256 = {"pattern": "^[0-9a-f]{64}$"}
DECIMAL_OF_A_RATE = {"pattern": r"^[0-9]{1,3}(\.[0-9]{1,6})?$"}
_AMOUNT_OF_A_LINE = {"type": "string", **ANY_SIGN}
COUNT = {"minimum": 0}
URL = {"format": "uri"}
_POSTED = "#/components/schemas/Posted{}"

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
    "refundId": ("The refund id.", dict(ORDER_ID_LIMITS)),
    "correctionId": ("The correction id.", dict(ORDER_ID_LIMITS)),
    "kind": ("The kind of document. An invoice that is still to be paid counts as a receipt.", {}),
    "id": (
        "The id of the document within the order: the refund id or correction id and, of the receipt, the order id.",
        dict(ORDER_ID_LIMITS),
    ),
    "number": ("The number of the document, as it is printed; null if it has none, or none yet.", {}),
    "date": ("When the document was issued or, if it has no number, the date that is printed on it.", INSTANT),
    "state": ("The state of the document.", {}),
    "receipt": ("The document as a file; null if there is none yet.", {}),
    "mail": ("The e-mail to the customer; null if there is none, or none yet.", {}),
    "copy": ("The e-mail to the shop's own address for copies; null if there is none, or none yet.", {}),
    "history": (
        "The events of the document, the oldest first. At most 50 are kept; operators' actions are kept longest.",
        {"maxItems": 50},
    ),
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
    "AcceptedRefund": {
        "status": ("Always `RECEIVED`, even if the state has changed since.", {"const": "RECEIVED"}),
        "creditNoteUrl": (
            "The customer's permanent link to the credit note. Anyone who has it can open it without a key.",
            URL,
        ),
    },
    "AcceptedCorrection": {
        "status": ("Always `RECEIVED`, even if the state has changed since.", {"const": "RECEIVED"}),
        "receiptUrl": (
            "The customer's permanent link to the corrected receipt. Anyone who has it can open it without a key.",
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
        "issued": ("Whether the file is the document that was issued, unaltered.", {}),
        "replacedBy": (
            "The corrected receipt that replaces the file; null if there is none, or if `issued` is false.",
            {},
        ),
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
        "settlement": ("How much of the order was refunded: nothing, a part, or all that is payable.", {}),
        "refunded": ("The amounts refunded so far, in the form of `totals`; null if nothing was refunded.", {}),
        "remaining": ("The amounts that can still be refunded; null if nothing in the order has a price.", {}),
        "documents": ("The receipt, and the documents that follow it, the oldest first.", {"maxItems": 101}),
        "history": (
            "The events of the order, the oldest first. At most 50 are kept; operators' actions are kept longest.",
            {"maxItems": 50},
        ),
    },
    "Remaining": {
        "lines": (
            "What remains of each line item, before the discounts of the whole order; in the order of `items`.",
            {"items": _AMOUNT_OF_A_LINE},
        ),
        "charges": (
            "What remains of each charge, in the order of `charges`.",
            {"items": _AMOUNT_OF_A_LINE},
        ),
        "quantities": (
            "What remains of the quantity of each line item, a decimal; in the order of `items`.",
            {"items": {"type": "string", "pattern": r"^-?[0-9]{1,7}(\.[0-9]{1,6})?$"}},
        ),
        "total": ("The total that can still be refunded, with taxes.", ANY_SIGN),
        "payable": ("The same with the rounding of the order.", ANY_SIGN),
    },
    "OrderDocument": {
        "total": ("What the document comes to, with taxes; of a credit note, what is given back.", DECIMAL),
    },
    "CheckedRefund": {
        "refund": ("The refund as it would be stored, in its canonical form.", {"$ref": _POSTED.format("Refund")}),
        "credited": ("The amounts that it would give back, in the form of an order's `totals`.", {}),
    },
    "ShownRefund": {
        "refund": ("The refund as it was posted, in its canonical form.", {"$ref": _POSTED.format("Refund")}),
        "credited": (
            "The amounts that are given back, in the form of an order's `totals`. Every amount is positive.",
            {},
        ),
        "receipt": ("The credit note as a file; null if there is none yet.", {}),
    },
    "ShownCorrection": {
        "correction": (
            "The correction as it was posted, in its canonical form.",
            {"$ref": _POSTED.format("Correction")},
        ),
        "replaces": ("The number and date of the replaced receipt, as the corrected receipt prints them.", {}),
        "receipt": ("The corrected receipt as a file; null if there is none yet.", {}),
    },
    "DocumentName": {
        "number": ("The number of the document or, if it has none, that of the order.", {}),
        "date": ("The date of the document.", INSTANT),
    },
    "ListedDocument": {
        "total": ("What the document comes to, with taxes; of a credit note, what is given back.", DECIMAL),
    },
    "DocumentList": {
        "documents": ("The documents of this page, the newest first.", {}),
        "unreadable": (
            "The ids of documents that belong on this page but that the server can't read, as in `12345/refunds/r-1`."
            " The server's log has the reason for each.",
            {},
        ),
        "cursor": ("Send it as `cursor` to get the next page. Null on the last page.", {}),
    },
    "Series": {
        "name": ("The pattern of its numbers with the year filled in, as in `R2026-{number:06}`.", {}),
        "last": ("The last number that was issued.", {"minimum": 1}),
        "hash": ("The hash of the last number's entry.", SHA256),
    },
    "RegisterEntry": {
        "series": ("The name of the series.", {}),
        "number": ("The number within the series.", {"minimum": 1}),
        "text": ("The number as it is printed, as in `R2026-000017`.", {}),
        "documentId": ("The refund id or correction id and, of a receipt, the order id.", dict(ORDER_ID_LIMITS)),
        "issuedAt": ("When the number was issued.", INSTANT),
        "fingerprint": ("The SHA-256 of all that is printed.", SHA256),
        "previous": ("The `hash` of the entry before; 64 zeros in the first one.", SHA256),
        "hash": ("The hash of this entry.", SHA256),
        "sha256": ("The SHA-256 of the file; null until it is made, or if the number is void.", SHA256),
        "void": ("Why the number has no document; null if it is not void.", {}),
        "state": ("`PENDING`: the document is being made. `ISSUED`: it is made. `VOID`: there will be none.", {}),
    },
    "Register": {
        "series": ("All series, by name.", {}),
        "entries": ("A part of the entries of one series, in the order of their numbers.", {}),
        "cursor": ("Send it as `cursor` to get the next part. Null in the last part.", {}),
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
        "documents": ("The number of documents that follow receipts in each state.", {}),
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
        "webhooks": ("The webhook endpoints.", {}),
        "asOf": ("The time of these figures.", INSTANT),
    },
    "Problem": {
        "type": ("The kind of problem. It never changes.", {"pattern": "^urn:orders:problem:[a-z-]+$"}),
        "title": ("The kind of problem, in words.", {}),
        "status": ("The answer's HTTP status.", {}),
        "detail": ("What is wrong with this call, and how to correct it.", {}),
        "errors": ("Every wrong field, at most 50.", {"maxItems": 50}),
        "remaining": ("What remains of the order; only with `exceeds-remaining`.", {}),
    },
    "WrongField": {
        "pointer": ("The place in the body, as a JSON pointer (RFC 6901).", {"pattern": "^#(/.*)?$"}),
        "detail": ("What is wrong there.", {}),
    },
    **event_words.OF,
}


def of(kind: str, field: str) -> dict[str, Any]:
    """The description and the limits of a document's field, for its JSON Schema.

    Raises:
        KeyError: it has no description.
    """
    fields = event_words.OF_A_TEST if kind == "TestEvent" else OF.get(kind, {})
    says, limits = fields[field] if field in fields else _COMMON[field]
    return {"description": says, **limits}
