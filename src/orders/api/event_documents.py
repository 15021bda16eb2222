"""The documents that the API answers about events and webhook endpoints. OpenAPI describes them with these docstrings.

A field that is `NotRequired` is left out if it has no value.
"""

from enum import StrEnum
from typing import Literal, NotRequired, TypedDict

from orders.api.documents import ReceiptFile
from orders.order.document import Kind
from orders.order.event import EventType
from orders.order.webhook import EndpointStatus, WebhookDeliveryStatus

DeliveryState = Literal[WebhookDeliveryStatus.PENDING, WebhookDeliveryStatus.DELIVERED, WebhookDeliveryStatus.FAILED]
"""Without a name of its own in the description, where `WebhookDeliveryStatus` is that of an e-mail."""


class MailRecipient(StrEnum):
    """To whom an e-mail goes: the customer, or the shop's own address for copies."""

    CUSTOMER = "customer"
    COPY = "copy"


class Circuit(StrEnum):
    """`open`: the last attempts failed, so one event at a time is sent until the endpoint accepts one."""

    CLOSED = "closed"
    OPEN = "open"


class EventDocument(TypedDict):
    """The document of an event, if it is not the receipt of the order itself."""

    kind: Kind
    id: str


class EventMail(TypedDict):
    """The e-mail of an event."""

    to: MailRecipient
    number: int


class EventData(TypedDict):
    """The data of an event. It has no name, no address and no token."""

    orderId: str
    orderNumber: NotRequired[str]
    document: NotRequired[EventDocument]
    status: str
    revision: int
    total: NotRequired[str]
    currency: NotRequired[str]
    metadata: NotRequired[dict[str, str]]
    mail: NotRequired[EventMail]
    receipt: NotRequired[ReceiptFile]


class Event(TypedDict):
    """A move of an order, of a document or of an e-mail. It is also the body of a webhook."""

    id: str
    type: EventType
    timestamp: str
    data: EventData


class TestEvent(TypedDict):
    """What an operator's test sends to an endpoint. It is not in the feed."""

    id: str
    type: Literal["webhook.test"]
    timestamp: str
    data: dict[str, str]


class EventList(TypedDict):
    """A part of the event feed, the oldest event first."""

    events: list[Event]
    cursor: str | None
    hasMore: bool


class Webhook(TypedDict):
    """A webhook endpoint, and the outcome of its attempts."""

    id: str
    url: str
    types: list[EventType]
    description: str
    status: EndpointStatus
    disabledBecause: NotRequired[str]
    createdAt: str
    createdBy: str
    failures: int
    failingSince: NotRequired[str]
    circuit: Circuit
    lastAttemptAt: NotRequired[str]
    lastDeliveryAt: NotRequired[str]
    replays: int


class WebhookWithSecret(Webhook):
    """A webhook endpoint with its new secret, which no other answer shows."""

    secret: str


class WebhookList(TypedDict):
    """All webhook endpoints, the oldest first."""

    webhooks: list[Webhook]


class WebhookAnswer(TypedDict):
    """The result of an attempt: the answer of the endpoint, or why there was none."""

    status: NotRequired[int]
    body: NotRequired[str]
    error: NotRequired[str]
    seconds: float


class WebhookDelivery(TypedDict):
    """The delivery of one event to one webhook endpoint."""

    eventId: str
    type: str
    status: DeliveryState
    attempts: int
    createdAt: str
    nextAttemptAt: NotRequired[str]
    lastAttemptAt: NotRequired[str]
    answer: NotRequired[WebhookAnswer]


class WebhookRequest(TypedDict):
    """The request of a delivery, as it would be sent now."""

    url: str
    headers: dict[str, str]
    body: str


class WebhookDeliveryWithRequest(WebhookDelivery):
    """A delivery with its request. Each attempt has its own time and signature."""

    request: WebhookRequest | None


class WebhookDeliveryList(TypedDict):
    """A page of deliveries, the newest event first."""

    deliveries: list[WebhookDelivery]
    cursor: str | None


class Replays(TypedDict):
    """How many replays of this endpoint are not over yet."""

    replays: int


Replayed = WebhookDelivery | Replays
