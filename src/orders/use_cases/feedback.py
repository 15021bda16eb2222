"""Note what the mail service reports later about an e-mail: that it bounced, or that its recipient complained.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

import base64
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self

from orders.order.delivery import UNDER_WAY, Addressee, Delivery, DeliveryStatus
from orders.order.errors import BadRequest, UnknownOrder
from orders.order.history import HistoryEntry
from orders.order.ids import is_row_id
from orders.order.order import Order
from orders.ports import Outside

log = logging.getLogger(__name__)

_LONGEST_DIAGNOSIS = 300
_PERHAPS_AN_AUTOMATIC_REPLY = ("Transient", "General")
"""SES reports a bounce when it has given up trying. Only this kind may be an out-of-office note instead."""


class Kind(StrEnum):
    BOUNCED = "mail came back"
    PERHAPS_BOUNCED = "mail perhaps came back"
    COMPLAINED = "mail called unwanted"


@dataclass(frozen=True, slots=True)
class Feedback:
    """`number` and `to` say which of an order's e-mails it is about. If it comes again, it has the same instant."""

    order_id: str
    number: int
    kind: Kind
    reason: str
    at: datetime
    to: Addressee = Addressee.CUSTOMER

    @classmethod
    def told_by(cls, event: Mapping[str, Any]) -> Self:
        """The feedback in an event of EventBridge.

        Raises:
            BadRequest: it is not about a message of this system.
        """
        try:
            detail, tags = event["detail"], event["detail"]["mail"]["tags"]
            number, _, to = tags["number"][0].partition("-")
            kind, reason = _complaint(detail) if "complaint" in detail else _bounce(detail["bounce"])
            return cls(
                order_id=row_id(tags),
                number=int(number),
                kind=kind,
                reason=reason,
                at=datetime.fromisoformat(event["time"]).astimezone(UTC),
                to=Addressee(to or Addressee.CUSTOMER),
            )
        except (AttributeError, LookupError, OverflowError, TypeError, ValueError) as error:
            raise BadRequest(f"{type(error).__name__} in an event about an e-mail") from error

    def what(self) -> str:
        return f"{self.kind.value.replace('mail', self.to, 1)}: {self.reason}"


def row_id(tags: Mapping[str, Any]) -> str:
    """The id of the row that `orders.aws.mailer.tag_of` wrote.

    Raises:
        ValueError: no row can have this id.
    """
    if "document" in tags:
        written = tags["document"][0]
        row_id = base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)).decode()
    else:
        row_id = bytes.fromhex(tags["order-id"][0]).decode()
    if not is_row_id(row_id):
        raise ValueError(row_id)
    return row_id


def note(feedback: Feedback, outside: Outside) -> None:
    """Note the feedback in the order, once, however often it comes.

    Raises:
        Unavailable: the table did not answer; call again.
    """
    try:
        order = outside.table.read(feedback.order_id)
    except UnknownOrder:
        log.warning("feedback dropped: no order %r", feedback.order_id)
        return
    while (delivery := moved(order, feedback)) and order.delivery(feedback.to) != delivery:
        order = outside.table.replace(order, order.mailed(delivery, feedback.what(), by="mail", to=feedback.to))


def moved(order: Order, feedback: Feedback) -> Delivery | None:
    """The e-mail with this noted, or None if it is already noted or changes nothing."""
    delivery = order.delivery(feedback.to)
    if delivery is None or delivery.number != feedback.number:
        log.info("feedback dropped: order %r has no such message, or a later one", feedback.order_id)
        return None
    if HistoryEntry(feedback.at, feedback.what(), "mail") in order.history:
        return None
    return _MOVES[feedback.kind](delivery, feedback)


def _bounced(mail: Delivery, feedback: Feedback) -> Delivery | None:
    """Also if nobody knew whether it was sent: an e-mail that bounced was sent."""
    return None if mail.status is DeliveryStatus.COMPLAINED else mail.bounced(feedback.reason, feedback.at)


def _perhaps_bounced(mail: Delivery, feedback: Feedback) -> Delivery | None:
    return None if mail.status in UNDER_WAY else replace(mail, reason=feedback.reason, at=feedback.at)


def _complained(mail: Delivery, feedback: Feedback) -> Delivery | None:
    return mail.complained(feedback.reason, feedback.at)


_MOVES = {Kind.BOUNCED: _bounced, Kind.PERHAPS_BOUNCED: _perhaps_bounced, Kind.COMPLAINED: _complained}


def _bounce(bounce: Mapping[str, Any]) -> tuple[Kind, str]:
    sort = (str(bounce["bounceType"]), str(bounce.get("bounceSubType", "")))
    recipients = bounce.get("bouncedRecipients") or [{}]
    diagnosis = " ".join(str(recipients[0].get("diagnosticCode", "")).split())[:_LONGEST_DIAGNOSIS]
    kind = Kind.PERHAPS_BOUNCED if sort == _PERHAPS_AN_AUTOMATIC_REPLY else Kind.BOUNCED
    return kind, ": ".join(filter(None, ["/".join(filter(None, sort)), diagnosis]))


def _complaint(detail: Mapping[str, Any]) -> tuple[Kind, str]:
    complaint = detail["complaint"]
    sort = complaint.get("complaintFeedbackType") or complaint.get("complaintSubType")
    return Kind.COMPLAINED, str(sort or "no reason given")
