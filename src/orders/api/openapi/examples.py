"""Examples of what is posted and answered: the answers are made by the code that answers."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from orders.api import documents, export, present, present_documents, present_events
from orders.api.openapi import event_examples
from orders.api.openapi.real_orders import CAFE, CANADIAN_SHOP, GERMAN_SHOP
from orders.order import cursor, index, money, register, validation
from orders.order.counts import Activity, minute_of
from orders.order.credits import Taken, give
from orders.order.delivery import Delivery
from orders.order.document import Document, DocumentReference, Kind
from orders.order.order import Order, Status, StoredReceipt
from orders.order.register import Entry, Head, Issue
from orders.ports import Page, SignedLink
from orders.use_cases import documents as follows
from orders.use_cases.overview import Overview
from orders.use_cases.webhooks.look import Counts

POSTED: dict[str, Any] = {
    "orderId": "A-1001",
    "customerName": "Zoë Ångström",
    "customerEmail": "zoe@example.com",
    "currency": "EUR",
    "items": [
        {"name": "Espresso cup", "quantity": 4, "unitPrice": "7.50", "taxRate": "20", "sku": "CUP-4"},
        {"name": "Coffee, 1 kg", "quantity": 2, "unitPrice": "18.99", "taxRate": "5.5"},
    ],
    "locale": "de",
    "note": "Ring twice.",
}
_ORDERS: dict[str, tuple[str, dict[str, Any]]] = {
    "prices-without-tax": ("Prices without tax, and two rates", POSTED),
    "german-shop": ("A German shop: prices with VAT, a discount, and a voucher that pays a part", GERMAN_SHOP),
    "canadian-shop": ("A Canadian shop: two taxes on each line, and a delivery address", CANADIAN_SHOP),
    "cafe": ("A café: 0.250 kg, paid by card", CAFE),
}
_REFUNDS: dict[str, tuple[str, dict[str, Any]]] = {
    "lines": (
        "One of four cups, by card",
        {
            "refundId": "r-1",
            "reason": "Broken handle",
            "lines": [{"item": 1, "quantity": "1"}],
            "payments": [{"method": "card", "last4": "4242", "amount": "9.00"}],
            "refundedAt": "2026-11-23T10:14:03+01:00",
        },
    ),
    "line-by-amount": ("A part of the price of a line", {"refundId": "r-2", "lines": [{"item": 2, "amount": "5.00"}]}),
    "amount": ("An amount of the whole order, as goodwill", {"refundId": "r-3", "amount": "5.00"}),
    "rest": ("All that remains of the order", {"refundId": "r-4", "reason": "Returned"}),
}
_CORRECTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "name": ("A name that was misspelt", {"correctionId": "c-1", "customerName": "Zoé Ångström"}),
    "company": (
        "A company, its address and its VAT id",
        {
            "correctionId": "c-2",
            "customerCompany": "Ångström Trading AB",
            "customerAddress": {"lines": ["Storgatan 1"], "postalCode": "111 22", "city": "Stockholm", "country": "SE"},
            "customerTaxId": "SE556677889901",
            "customerReference": "PO 4711",
        },
    ),
    "email": ("Another address for the e-mail", {"correctionId": "c-3", "customerEmail": "zoe.new@example.com"}),
}
TO_POST: dict[str, dict[str, tuple[str, dict[str, Any]]]] = {
    "PostedOrder": _ORDERS,
    "PostedRefund": _REFUNDS,
    "PostedCorrection": _CORRECTIONS,
    "PostedWebhook": event_examples.POSTED_WEBHOOKS,
    "PostedWebhookChange": event_examples.POSTED_CHANGES,
    "PostedReplay": event_examples.POSTED_REPLAYS,
}
"""By the name of the body's schema, and by a name of the example: what the example shows, and the body."""
_NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
_A_SECOND_LATER = _NINE + timedelta(seconds=1)
_FIVE_MINUTES = timedelta(minutes=5)
_SHA256 = "d2a84f4b8b650937ec8f73cd8be2c74add5a911ba64df27458ed8229da804a26"
_URL = "https://api.example.com/v1"
_TOKEN = "q3Zb0mJ2XkG8vT1cYw5RdA"  # noqa: S105 - nobody's

_RECEIVED = Order.received(validation.parse(POSTED), _TOKEN, _NINE)
_NUMBERED = _RECEIVED.issued(Issue("R2026-{number:06}", 17, _A_SECOND_LATER))
_RECEIPT = StoredReceipt(_NUMBERED.receipt_key, _SHA256, 68_214)
_TO_BE_MAILED = _NUMBERED.completed(_RECEIPT, _A_SECOND_LATER, Delivery.requested(_A_SECOND_LATER))
_SENT = Delivery.requested(_A_SECOND_LATER).sent("0102019b-a1b2-c3d4", _A_SECOND_LATER)
_SOLD = _TO_BE_MAILED.mailed(_SENT, "mail sent", "mail")
_RESENT = _SOLD.mailed(Delivery.requested(_NINE + timedelta(hours=1), number=2), "mail requested again", "olga")
_RETRIED = _RECEIVED.failed("the receipt can't be made", _A_SECOND_LATER, "process").retried(
    _NINE + timedelta(hours=1), "olga"
)
_CANCELLED = _RECEIVED.cancelled(_A_SECOND_LATER, "olga")
_TEN = _NINE + timedelta(hours=1)
_A_SECOND_AFTER_TEN = _TEN + timedelta(seconds=1)
_SERIES = "R2026-{number:06}"


def _refunded() -> tuple[Order, Order]:
    """The order with a refund, and the completed row of its credit note."""
    refund = validation.parse_refund(_REFUNDS["lines"][1])
    credit, taken = give(_SOLD.posted, Taken(), refund)
    posted, total = refund.document("EUR"), money.text(credit.total, "EUR")
    document = Document(Kind.CREDIT_NOTE, "A-1001", "r-1", posted, follows.reference(_SOLD), credit.to_document())
    row = Order.following(document, _SOLD, _SOLD.posted, _TEN, by="shop", total=total)
    reference = DocumentReference(Kind.CREDIT_NOTE, "r-1", _TEN, _SHA256, total)
    order = _SOLD.followed(reference, f"refund r-1 of {total} accepted", "shop", taken.to_document())
    return order, _made(row, "C2026-{number:06}", 4)


def _corrected() -> Order:
    """The completed row of a corrected receipt."""
    correction = validation.parse_correction(_CORRECTIONS["name"][1])
    document = Document(Kind.CORRECTED_RECEIPT, "A-1001", "c-1", correction.document(), follows.reference(_SOLD))
    corrected = correction.applied_to(_SOLD.posted)
    row = Order.following(document, _SOLD, corrected, _TEN, by="olga", total=corrected.total_text())
    return _made(row, _SERIES, 18)


def _made(row: Order, series: str, number: int) -> Order:
    issued = row.issued(Issue(series, number, _TEN))
    receipt = StoredReceipt(issued.receipt_key, _SHA256, 64_012)
    completed = issued.completed(receipt, _A_SECOND_AFTER_TEN, Delivery.requested(_A_SECOND_AFTER_TEN))
    sent = Delivery.requested(_A_SECOND_AFTER_TEN).sent("0102019b-a1b2-c3d5", _A_SECOND_AFTER_TEN)
    return completed.mailed(sent, "mail sent", "mail")


_LINK = f"{_URL}/files/{_SOLD.receipt_key}?expires=1795424701&signature=..."


_ORDER, _CREDIT_NOTE = _refunded()
_CORRECTED = _corrected()
_OPENED = f"{_URL}/receipt/A-1001"


def _entries() -> list[Entry]:
    """The first entries of a series, of which one is void."""
    first, second = register.entries(Head(_SERIES), [_SOLD, _CORRECTED], _TEN)
    return [replace(first, void="failed: not completed within a day"), replace(second, sha256=_SHA256)]


def _of_documents() -> dict[tuple[str, int], Any]:
    """The answers about refunds and corrections."""
    link = present.receipt_link(SignedLink(_LINK, _A_SECOND_LATER + _FIVE_MINUTES), _LINK)
    refund, correction = present_documents.refund(_CREDIT_NOTE), present_documents.correction(_CORRECTED)
    accepted_refund = present_documents.accepted_refund(_CREDIT_NOTE, f"{_OPENED}/refunds/r-1/{_TOKEN}")
    posted = validation.parse_refund(_REFUNDS["lines"][1])
    checked = present_documents.checked_refund(_SOLD.posted, posted, give(_SOLD.posted, Taken(), posted)[0])
    accepted = present_documents.accepted_correction(_CORRECTED, f"{_OPENED}/corrections/c-1/{_TOKEN}")
    entries = _entries()
    return {
        ("postRefund", 202): accepted_refund,
        ("refundOrder", 202): accepted_refund,
        ("postCorrection", 202): accepted,
        ("correctOrder", 202): accepted,
        **{(name, 200): checked for name in ("postRefund", "refundOrder")},
        **{(name, 200): refund for name in ("getRefund", "showRefund")},
        **{(name, 202): refund for name in ("retryRefund", "resendCreditNote")},
        **{(name, 200): correction for name in ("getCorrection", "showCorrection")},
        **{(name, 202): correction for name in ("retryCorrection", "resendCorrectedReceipt")},
        **{
            (f"{verb}{paper}", status): answer
            for paper, row in (("CreditNote", _CREDIT_NOTE), ("CorrectedReceipt", _CORRECTED))
            for verb, status, answer in (
                ("get", 200, link),
                ("get", 202, present.pending(replace(row, status=Status.RECEIVED))),
                ("open", 202, present.pending(replace(row, status=Status.RECEIVED))),
                ("link", 200, link),
                ("link", 202, present.pending(replace(row, status=Status.RECEIVED))),
                ("verify", 200, present.verification("A-1001", issued=True)),
            )
        },
        ("listDocuments", 200): present_documents.page(Page([_CREDIT_NOTE], cursor.at(index.place(_CREDIT_NOTE)))),
        ("getRegister", 200): present_documents.register([Head(_SERIES, 2, entries[-1].hash)], entries, None),
    }


def _summary() -> documents.Summary:
    activity = Activity(
        by_status={Status.RECEIVED: 1, Status.COMPLETED: 1204, Status.FAILED: 2, Status.CANCELLED: 3},
        oldest_waiting=_NINE,
        accepted=Counter({minute_of(_NINE): 41}),
        completed=Counter({minute_of(_NINE): 40}),
        took=Counter({340: 39, 980: 1}),
    )
    webhooks = present_events.counts(Counts(enabled=2, disabled=0, failing=0))
    return present.summary(Overview(_A_SECOND_LATER, activity, 1), webhooks)


ANSWERED: dict[tuple[str, int], Any] = {
    ("postOrder", 202): present.accepted(_RECEIVED, f"{_URL}/receipt/A-1001/{_TOKEN}"),
    ("postOrder", 200): present.checked(validation.parse(GERMAN_SHOP)),
    ("getOrder", 200): present.order(_ORDER, [_CREDIT_NOTE]),
    ("getReceipt", 200): present.receipt_link(SignedLink(_LINK, _A_SECOND_LATER + _FIVE_MINUTES), _LINK),
    ("getReceipt", 202): present.pending(_RECEIVED),
    ("openReceipt", 202): present.pending(_RECEIVED),
    ("verifyReceipt", 200): present.verification("A-1001", issued=True, replaced_by=_CORRECTED),
    ("listOrders", 200): present.page(Page([_SOLD], cursor.at(index.place(_SOLD)))),
    ("showOrder", 200): present.order(_ORDER, [_CREDIT_NOTE]),
    ("linkReceipt", 200): present.receipt_link(SignedLink(_LINK, _A_SECOND_LATER + _FIVE_MINUTES), _LINK),
    ("linkReceipt", 202): present.pending(_RECEIVED),
    ("retryOrder", 202): present.order(_RETRIED),
    ("resendMail", 202): present.order(_RESENT),
    ("cancelOrder", 200): present.order(_CANCELLED),
    ("getSummary", 200): _summary(),
    **_of_documents(),
    **event_examples.ANSWERED,
}
"""By the operation's name and the answer's status: what is answered as JSON."""

TEXTS: dict[str, str] = {
    "exportOrders": export.heading(export.ORDERS, export.PLAIN)
    + export.text(Page([_SOLD], None), export.ORDERS, export.PLAIN),
    "openReceipt": "<!doctype html>...",
    "verifyReceipt": "<!doctype html>...",
    "openCreditNote": "<!doctype html>...",
    "openCorrectedReceipt": "<!doctype html>...",
    "verifyCreditNote": "<!doctype html>...",
    "verifyCorrectedReceipt": "<!doctype html>...",
    "exportRegister": export.register(_entries(), export.PLAIN, has_heading=True),
    "exportDocuments": export.heading(export.DOCUMENTS, export.PLAIN)
    + export.text(Page([_CREDIT_NOTE, _SOLD], None), export.DOCUMENTS, export.PLAIN),
    "getPage": "<!doctype html>...",
}
"""By the operation's name: what is answered as text."""
HEADERS = {
    ("addWebhook", "Location"): f"{_URL}/operations/webhooks/{event_examples.WEBHOOK_ID}",
    ("postOrder", "Location"): f"{_URL}/orders/A-1001",
    ("openReceipt", "Location"): _LINK,
    ("openCreditNote", "Location"): _LINK,
    ("openCorrectedReceipt", "Location"): _LINK,
    ("postRefund", "Location"): f"{_URL}/orders/A-1001/refunds/r-1",
    ("refundOrder", "Location"): f"{_URL}/operations/orders/A-1001/refunds/r-1",
    ("postCorrection", "Location"): f"{_URL}/orders/A-1001/corrections/c-1",
    ("correctOrder", "Location"): f"{_URL}/operations/orders/A-1001/corrections/c-1",
}
