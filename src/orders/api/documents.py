"""The documents that the API answers with. The OpenAPI document describes them with these docstrings."""

from typing import Any, TypedDict

from orders.order.delivery import DeliveryStatus
from orders.order.figures import Totals
from orders.order.order import Status


class Accepted(TypedDict):
    """An accepted order. `receiptUrl` is the customer's permanent link to the receipt."""

    orderId: str
    status: Status
    receiptUrl: str


class ReceiptLink(TypedDict):
    """A link to the PDF. Anyone who has it can open the PDF until the link expires, five minutes after it was made."""

    signedReceiptUrl: str
    expiresAt: str


class ReceiptPending(TypedDict):
    """The receipt is being made. Ask again later."""

    orderId: str
    status: Status


class Verification(TypedDict):
    """Whether a file is the receipt that was issued for this order."""

    orderId: str
    issued: bool


class HistoryLine(TypedDict):
    """An event in the history of an order."""

    at: str
    what: str
    by: str


class ReceiptFile(TypedDict):
    """The receipt's SHA-256 in hexadecimal, and its size in bytes."""

    sha256: str
    size: int


class Mail(TypedDict):
    """An e-mail about an order, and its state."""

    status: DeliveryStatus
    number: int
    since: str
    reason: str | None


class CheckedOrder(TypedDict):
    """An order that was checked and not stored: the form in which it would be stored, and what it comes to."""

    order: dict[str, Any]
    totals: Totals | None


class ShownOrder(TypedDict):
    """An order, its state and its history. `total` and `totals` are null if nothing in the order has a price."""

    orderId: str
    status: Status
    order: dict[str, Any]
    total: str | None
    totals: Totals | None
    receivedAt: str
    completedAt: str | None
    receipt: ReceiptFile | None
    mail: Mail | None
    copy: Mail | None
    attempts: int
    lastError: str | None
    history: list[HistoryLine]


class ListedOrder(TypedDict):
    """One line of a list of orders."""

    orderId: str
    orderNumber: str | None
    customerName: str
    customerEmail: str | None
    status: Status
    receivedAt: str
    completedAt: str | None
    total: str | None
    currency: str | None
    mail: DeliveryStatus | None
    attempts: int
    lastError: str | None


class OrderList(TypedDict):
    """A page of orders, the newest first. `cursor` leads to the next page."""

    orders: list[ListedOrder]
    unreadable: list[str]
    cursor: str | None


class Minute(TypedDict):
    """How many orders were accepted, and how many completed, in the minute that began `at`."""

    at: str
    accepted: int
    completed: int


class Percentiles(TypedDict):
    """Seconds from acceptance to completion: the median and the 95th percentile."""

    p50: float
    p95: float


class Summary(TypedDict):
    """The current figures."""

    orders: dict[Status, int]
    queueDepth: int
    oldestWaitingReceivedAt: str | None
    oldestWaitingSeconds: float | None
    lastHour: list[Minute]
    secondsToComplete: Percentiles | None
    asOf: str
