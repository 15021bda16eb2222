"""The documents that the API answers with. The OpenAPI document describes them with these docstrings."""

from enum import StrEnum
from typing import Any, TypedDict

from orders.order.credits import SettlementState
from orders.order.delivery import DeliveryStatus
from orders.order.document import Kind
from orders.order.figures import Remaining, Totals
from orders.order.order import Status


class EntryState(StrEnum):
    """The state of a number: its document is being made, was made, or will never be made."""

    PENDING = "PENDING"
    ISSUED = "ISSUED"
    VOID = "VOID"


class Accepted(TypedDict):
    """An accepted order. `receiptUrl` is the customer's permanent link to the receipt."""

    orderId: str
    status: Status
    receiptUrl: str


class AcceptedRefund(TypedDict):
    """An accepted refund. `creditNoteUrl` is the customer's permanent link to the credit note."""

    orderId: str
    refundId: str
    status: Status
    creditNoteUrl: str


class AcceptedCorrection(TypedDict):
    """An accepted correction. `receiptUrl` is the customer's permanent link to the corrected receipt."""

    orderId: str
    correctionId: str
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


class Replacement(TypedDict):
    """The document that replaces another one."""

    kind: Kind
    id: str
    number: str | None
    date: str


class Verification(TypedDict):
    """Whether a file is the document that was issued for this order, and which document replaces it."""

    orderId: str
    issued: bool
    replacedBy: Replacement | None


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


class CheckedRefund(TypedDict):
    """A refund that was checked and not stored: the form in which it would be stored, and what it would give back."""

    refund: dict[str, Any]
    credited: Totals


class OrderDocument(TypedDict):
    """A document of an order: its receipt, a credit note or a corrected receipt."""

    kind: Kind
    id: str
    number: str | None
    date: str
    total: str | None
    state: Status


class Making(TypedDict):
    """How far the making of a document is, and its e-mails."""

    receivedAt: str
    completedAt: str | None
    receipt: ReceiptFile | None
    mail: Mail | None
    copy: Mail | None
    attempts: int
    lastError: str | None
    history: list[HistoryLine]


class Settled(TypedDict):
    """The amounts that were refunded of an order, and those that can still be refunded."""

    settlement: SettlementState
    refunded: Totals | None
    remaining: Remaining | None


class ShownOrder(TypedDict):
    """An order, its state, its history and its documents. `total` and `totals` are null if nothing has a price."""

    orderId: str
    status: Status
    order: dict[str, Any]
    total: str | None
    totals: Totals | None
    settlement: SettlementState
    refunded: Totals | None
    remaining: Remaining | None
    documents: list[OrderDocument]
    receivedAt: str
    completedAt: str | None
    receipt: ReceiptFile | None
    mail: Mail | None
    copy: Mail | None
    attempts: int
    lastError: str | None
    history: list[HistoryLine]


class DocumentName(TypedDict):
    """A document as another one names it: by its number or, if it has none, by that of the order."""

    number: str
    date: str


class ShownRefund(TypedDict):
    """A refund and its credit note."""

    orderId: str
    refundId: str
    status: Status
    refund: dict[str, Any]
    number: str | None
    date: str
    credited: Totals
    receivedAt: str
    completedAt: str | None
    receipt: ReceiptFile | None
    mail: Mail | None
    copy: Mail | None
    attempts: int
    lastError: str | None
    history: list[HistoryLine]


class ShownCorrection(TypedDict):
    """A correction, and the corrected receipt that replaces an earlier one."""

    orderId: str
    correctionId: str
    status: Status
    correction: dict[str, Any]
    number: str | None
    date: str
    replaces: DocumentName
    receivedAt: str
    completedAt: str | None
    receipt: ReceiptFile | None
    mail: Mail | None
    copy: Mail | None
    attempts: int
    lastError: str | None
    history: list[HistoryLine]


class ListedDocument(TypedDict):
    """One line of a list of the documents that follow receipts."""

    kind: Kind
    orderId: str
    id: str
    number: str | None
    date: str
    total: str | None
    currency: str | None
    state: Status
    receivedAt: str
    lastError: str | None


class DocumentList(TypedDict):
    """A page of credit notes and corrected receipts, the newest first. `cursor` leads to the next page."""

    documents: list[ListedDocument]
    unreadable: list[str]
    cursor: str | None


class Series(TypedDict):
    """A series of numbers: its last number, and the hash of that number's entry."""

    name: str
    last: int
    hash: str


class RegisterEntry(TypedDict):
    """A number of a series, its document, and the `hash` of the entry before it in `previous`."""

    series: str
    number: int
    text: str
    kind: Kind
    orderId: str
    documentId: str
    issuedAt: str
    fingerprint: str
    previous: str
    hash: str
    sha256: str | None
    void: str | None
    state: EntryState


class Register(TypedDict):
    """All series, and a part of the entries of one. `cursor` leads to the next part."""

    series: list[Series]
    entries: list[RegisterEntry]
    cursor: str | None


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


class WebhookCounts(TypedDict):
    """The number of webhook endpoints: enabled ones, disabled ones and, of the enabled ones, those that fail."""

    enabled: int
    disabled: int
    failing: int


class Summary(TypedDict):
    """The current figures."""

    orders: dict[Status, int]
    documents: dict[Status, int]
    queueDepth: int
    oldestWaitingReceivedAt: str | None
    oldestWaitingSeconds: float | None
    lastHour: list[Minute]
    secondsToComplete: Percentiles | None
    webhooks: WebhookCounts
    asOf: str
