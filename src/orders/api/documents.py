"""The documents that the API answers with. The types are their documentation, too; see `orders.api.openapi`."""

from typing import Any, TypedDict

from orders.order.delivery import DeliveryStatus
from orders.order.order import Status


class Accepted(TypedDict):
    """An accepted order. `receiptUrl` is the customer's stable link to the receipt."""

    orderId: str
    status: Status
    receiptUrl: str


class ReceiptLink(TypedDict):
    """A link to the PDF that anyone may open until it expires, five minutes after it was signed."""

    signedReceiptUrl: str
    expiresAt: str


class ReceiptPending(TypedDict):
    """The receipt is being made: ask again."""

    orderId: str
    status: Status


class Verification(TypedDict):
    """Whether a file is the receipt that was issued for this order."""

    orderId: str
    issued: bool


class HistoryLine(TypedDict):
    """What happened to an order, when, and by whom."""

    at: str
    what: str
    by: str


class ReceiptFile(TypedDict):
    """The receipt's SHA-256 in hexadecimal, and its size in bytes."""

    sha256: str
    size: int


class Mail(TypedDict):
    """What became of the mail to the customer. It is `number` 1, or one that an operator asked for later."""

    status: DeliveryStatus
    number: int
    since: str
    reason: str | None


class ShownOrder(TypedDict):
    """An order, its state and its history. `total` is a decimal in the order's currency; null without items."""

    orderId: str
    status: Status
    order: dict[str, Any]
    total: str | None
    receivedAt: str
    completedAt: str | None
    receipt: ReceiptFile | None
    mail: Mail | None
    attempts: int
    lastError: str | None
    history: list[HistoryLine]


class ListedOrder(TypedDict):
    """One line of a list of orders."""

    orderId: str
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
    """Orders, the newest first. A cursor leads to the next page; there is none after the last."""

    orders: list[ListedOrder]
    unreadable: list[str]
    cursor: str | None


class Minute(TypedDict):
    """How many orders were accepted, and how many completed, in the minute that began `at`."""

    at: str
    accepted: int
    completed: int


class Percentiles(TypedDict):
    """Within so many seconds half of the orders, and 95 of 100, were completed; rounded to two digits."""

    p50: float
    p95: float


class Summary(TypedDict):
    """How things stand. `lastHour` has 60 minutes, the newest last; the one that is not over yet is among them.

    `secondsToComplete` is about the orders completed in that hour, and null without any.
    """

    orders: dict[Status, int]
    queueDepth: int
    oldestWaitingReceivedAt: str | None
    oldestWaitingSeconds: float | None
    lastHour: list[Minute]
    secondsToComplete: Percentiles | None
    asOf: str
