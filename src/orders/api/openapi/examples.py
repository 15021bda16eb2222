"""Examples of what is posted and answered: the answers are made by the code that answers."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from orders.api import documents, export, present
from orders.api.openapi.real_orders import CAFE, CANADIAN_SHOP, GERMAN_SHOP
from orders.order import cursor, index, validation
from orders.order.counts import Activity, minute_of
from orders.order.delivery import Delivery
from orders.order.order import Order, Status, StoredReceipt
from orders.ports import Page, SignedLink
from orders.use_cases.overview import Overview

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
TO_POST: dict[str, tuple[str, dict[str, Any]]] = {
    "prices-without-tax": ("Prices without tax, and two rates", POSTED),
    "german-shop": ("A German shop: prices with VAT, a discount, and a voucher that pays a part", GERMAN_SHOP),
    "canadian-shop": ("A Canadian shop: two taxes on each line, and a delivery address", CANADIAN_SHOP),
    "cafe": ("A café: 0.250 kg, paid by card", CAFE),
}
"""By name: what the order shows, and the order."""
_NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
_A_SECOND_LATER = _NINE + timedelta(seconds=1)
_FIVE_MINUTES = timedelta(minutes=5)
_SHA256 = "d2a84f4b8b650937ec8f73cd8be2c74add5a911ba64df27458ed8229da804a26"
_URL = "https://api.example.com/v1"
_TOKEN = "q3Zb0mJ2XkG8vT1cYw5RdA"  # noqa: S105 - nobody's

_RECEIVED = Order.received(validation.parse(POSTED), _TOKEN, _NINE)
_RECEIPT = StoredReceipt(_RECEIVED.receipt_key, _SHA256, 68_214)
_TO_BE_MAILED = _RECEIVED.completed(_RECEIPT, _A_SECOND_LATER, Delivery.requested(_A_SECOND_LATER))
_SENT = Delivery.requested(_A_SECOND_LATER).sent("0102019b-a1b2-c3d4", _A_SECOND_LATER)
_COMPLETED = _TO_BE_MAILED.mailed(_SENT, "mail sent", "mail")
_RESENT = _COMPLETED.mailed(Delivery.requested(_NINE + timedelta(hours=1), number=2), "mail requested again", "olga")
_RETRIED = _RECEIVED.failed("the receipt can't be made", _A_SECOND_LATER, "process").retried(
    _NINE + timedelta(hours=1), "olga"
)
_CANCELLED = _RECEIVED.cancelled(_A_SECOND_LATER, "olga")
_LINK = f"{_URL}/files/{_RECEIVED.receipt_key}?expires=1795424701&signature=..."


def _summary() -> documents.Summary:
    activity = Activity(
        by_status={Status.RECEIVED: 1, Status.COMPLETED: 1204, Status.FAILED: 2, Status.CANCELLED: 3},
        oldest_waiting=_NINE,
        accepted=Counter({minute_of(_NINE): 41}),
        completed=Counter({minute_of(_NINE): 40}),
        took=Counter({340: 39, 980: 1}),
    )
    return present.summary(Overview(_A_SECOND_LATER, activity, 1))


ANSWERED: dict[tuple[str, int], Any] = {
    ("postOrder", 202): present.accepted(_RECEIVED, f"{_URL}/receipt/A-1001/{_TOKEN}"),
    ("postOrder", 200): present.checked(validation.parse(GERMAN_SHOP)),
    ("getOrder", 200): present.order(_COMPLETED),
    ("getReceipt", 200): present.receipt_link(SignedLink(_LINK, _A_SECOND_LATER + _FIVE_MINUTES), _LINK),
    ("getReceipt", 202): present.pending(_RECEIVED),
    ("openReceipt", 202): present.pending(_RECEIVED),
    ("verifyReceipt", 200): present.verification("A-1001", issued=True),
    ("listOrders", 200): present.page(Page([_COMPLETED], cursor.at(index.place(_COMPLETED)))),
    ("showOrder", 200): present.order(_COMPLETED),
    ("linkReceipt", 200): present.receipt_link(SignedLink(_LINK, _A_SECOND_LATER + _FIVE_MINUTES), _LINK),
    ("linkReceipt", 202): present.pending(_RECEIVED),
    ("retryOrder", 202): present.order(_RETRIED),
    ("resendMail", 202): present.order(_RESENT),
    ("cancelOrder", 200): present.order(_CANCELLED),
    ("getSummary", 200): _summary(),
}
"""By the operation's name and the answer's status: what is answered as JSON."""

TEXTS: dict[str, str] = {
    "exportOrders": export.heading(export.ORDERS, export.PLAIN)
    + export.text(Page([_COMPLETED], None), export.ORDERS, export.PLAIN),
    "openReceipt": "<!doctype html>...",
    "verifyReceipt": "<!doctype html>...",
    "getPage": "<!doctype html>...",
}
"""By the operation's name: what is answered as text."""
HEADERS = {
    ("postOrder", "Location"): f"{_URL}/orders/A-1001",
    ("openReceipt", "Location"): _LINK,
}
