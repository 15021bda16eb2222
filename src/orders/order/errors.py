"""What can go wrong, one type for each thing that a caller would do differently.

OrdersError
├── BadRequest            the request can't be understood: correct it
│   ├── BodyTooLarge      more bytes than an order may have
│   ├── NotJson           the body is not declared as JSON
│   ├── MalformedJson     the body is declared as JSON and is not
│   ├── UnexpectedBody    this call takes no body: send none
│   └── InvalidBody       JSON, but not what this call takes: names each wrong field
│       ├── InvalidOrder  ... not an order, a refund or a correction
│       │   ├── WrongAmount   its amounts contradict each other
│       │   └── ExceedsRemaining  a refund takes more than remains of the order: says what remains
│       └── InvalidWebhook  ... not a webhook endpoint, a change of one, or a replay
├── OrderConflict         the id belongs to another order: choose another id
├── NotRetryable          only a failed order can be tried again
├── NotCancellable        a completed order can't be cancelled
├── RefundConflict        the refund id belongs to another refund: choose another id
├── CorrectionConflict    the correction id belongs to another correction: choose another id
├── NotRefundable         only a completed order can be refunded
├── NotCorrectable        only a completed order can be corrected, and one correction at a time
├── NotResendable         there is no e-mail to send again, or one is on its way
├── UnknownOrder          no order has this id (and token)
├── UnknownEvent          the feed has no event with this id, or no longer
├── UnknownEndpoint       there is no webhook endpoint with this id
├── EndpointConflict      somebody else changed the endpoint at the same time: look at it and try again
├── CursorExpired         the feed does not have the event of this cursor: read from an older one or the start
├── OrderFailed           the order ended without a receipt: an operator has to retry it
├── OrderCancelled        an operator cancelled the order: there will be no receipt
├── ReceiptImpossible     this order's receipt can never be made
├── DrawingAborted        this order's receipt crashed its process, or took too long: it gets one more try, alone
├── MailRefused           the mail service will never take this message: its address is bad, or it was rejected
├── MailDeferred          this message was certainly not taken: it can be sent later
│   └── MailThrottled     ... when the mail service has room for more: it waits for as long as that takes
├── MailboxFull           the customer's address has reached its hourly limit: send this one later
└── Unavailable           a service did not answer: the same call can be repeated
    ├── NewerVersion      ... once the newer version that wrote this order runs again: leave the order as it is
    └── Misconfigured     ... once somebody has repaired the deployment: it is logged as an error
        ├── TemplateFault ... or the shop's own template: its error may quote customers' data, so keep it out of the log
        └── ReceiptLost   a stored receipt is missing or altered: it can be made again from its order
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


class OrdersError(Exception):
    """Everything that this package raises on purpose."""


class BadRequest(OrdersError):
    pass


class BodyTooLarge(BadRequest):
    pass


class NotJson(BadRequest):
    pass


class MalformedJson(BadRequest):
    pass


class UnexpectedBody(BadRequest):
    pass


@dataclass(frozen=True, slots=True)
class WrongField:
    """`pointer` is a JSON pointer into the body (RFC 6901), `detail` says what is wrong there."""

    pointer: str
    detail: str


class InvalidBody(BadRequest):
    def __init__(self, fields: list[WrongField]) -> None:
        super().__init__("; ".join(f"{field.pointer}: {field.detail}" for field in fields))
        self.fields = fields


class InvalidOrder(InvalidBody):
    pass


class InvalidWebhook(InvalidBody):
    pass


class WrongAmount(InvalidOrder):
    """Amounts of an order contradict each other, or the figures that the shop states."""

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__([WrongField(pointer, detail)])


class ExceedsRemaining(InvalidOrder):
    """A refund takes more than remains of the order. `remaining` is what `orders.order.credits.remaining` says."""

    def __init__(self, fields: list[WrongField], remaining: Mapping[str, Any]) -> None:
        super().__init__(fields)
        self.remaining = remaining


class OrderConflict(OrdersError):
    pass


class NotRetryable(OrdersError):
    pass


class NotCancellable(OrdersError):
    pass


class RefundConflict(OrdersError):
    pass


class CorrectionConflict(OrdersError):
    pass


class NotRefundable(OrdersError):
    pass


class NotCorrectable(OrdersError):
    pass


class UnknownOrder(OrdersError):
    pass


class UnknownEvent(OrdersError):
    pass


class UnknownEndpoint(OrdersError):
    pass


class EndpointConflict(OrdersError):
    pass


class CursorExpired(OrdersError):
    pass


class OrderFailed(OrdersError):
    pass


class OrderCancelled(OrdersError):
    pass


class ReceiptImpossible(OrdersError):
    pass


class DrawingAborted(OrdersError):
    pass


class NotResendable(OrdersError):
    pass


class MailRefused(OrdersError):
    pass


class MailDeferred(OrdersError):
    pass


class MailThrottled(MailDeferred):
    pass


class MailboxFull(OrdersError):
    """`room_at` is when the next mail may go."""

    def __init__(self, message: str, room_at: datetime) -> None:
        super().__init__(message)
        self.room_at = room_at


class Unavailable(OrdersError):
    pass


class NewerVersion(Unavailable):
    pass


class Misconfigured(Unavailable):
    pass


class TemplateFault(Misconfigured):
    pass


class ReceiptLost(Misconfigured):
    pass
