"""Note what the mail service tells later about a message: that it came back, or was called unwanted.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self

from orders.order.delivery import UNDER_WAY, Delivery, DeliveryStatus
from orders.order.errors import BadRequest, UnknownOrder
from orders.order.history import HistoryEntry
from orders.order.order import Order
from orders.ports import Outside

log = logging.getLogger(__name__)

_LONGEST_DIAGNOSIS = 300
_PERHAPS_AN_AUTOMATIC_REPLY = ("Transient", "General")
"""A bounce is told of once SES has given up trying, but for this kind: an out-of-office note may be taken for one."""


class Kind(StrEnum):
    BOUNCED = "mail came back"
    PERHAPS_BOUNCED = "mail perhaps came back"
    COMPLAINED = "mail called unwanted"


@dataclass(frozen=True, slots=True)
class Feedback:
    """`number` tells the messages about one order apart. Told again, it is told of the same instant."""

    order_id: str
    number: int
    kind: Kind
    reason: str
    at: datetime

    @classmethod
    def told_by(cls, event: Mapping[str, Any]) -> Self:
        """What an event of EventBridge tells.

        Raises:
            BadRequest: it is not about a message of this system.
        """
        try:
            detail, tags = event["detail"], event["detail"]["mail"]["tags"]
            kind, reason = _complaint(detail) if "complaint" in detail else _bounce(detail["bounce"])
            return cls(
                order_id=bytes.fromhex(tags["order-id"][0]).decode(),
                number=int(tags["number"][0]),
                kind=kind,
                reason=reason,
                at=datetime.fromisoformat(event["time"]).astimezone(UTC),
            )
        except (AttributeError, LookupError, OverflowError, TypeError, ValueError) as error:
            raise BadRequest(f"{type(error).__name__} in what tells of a message") from error

    def what(self) -> str:
        return f"{self.kind}: {self.reason}"


def note(feedback: Feedback, outside: Outside) -> None:
    """Note it in the order's row, once, however often it is told.

    Raises:
        Unavailable: the table did not answer; call again.
    """
    try:
        order = outside.table.read(feedback.order_id)
    except UnknownOrder:
        log.warning("feedback dropped: no order %r", feedback.order_id)
        return
    while (delivery := moved(order, feedback)) and order.mail != delivery:
        order = outside.table.replace(order, order.mailed(delivery, feedback.what(), by="mail"))


def moved(order: Order, feedback: Feedback) -> Delivery | None:
    """The message as it is once this is noted; nothing, where it is noted already or changes nothing."""
    if order.mail is None or order.mail.number != feedback.number:
        log.info("feedback dropped: order %r has no such message, or a later one", feedback.order_id)
        return None
    if HistoryEntry(feedback.at, feedback.what(), "mail") in order.history:
        return None
    return _MOVES[feedback.kind](order.mail, feedback)


def _bounced(mail: Delivery, feedback: Feedback) -> Delivery | None:
    """Also where nobody knew whether it was sent: what came back was."""
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
