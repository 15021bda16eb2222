"""An e-mail about an order: its recipient, its states, and the moves between them.

Every move returns a new `Delivery`.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from orders.order.retries import LONGEST_WAIT_OF_MAIL, is_over

CLAIM_LASTS = timedelta(minutes=2)
"""Longer than any sender runs. A sender that has noted nothing by then never will."""
NO_SERVER = "no mail server is set"
COPIED = "this data folder was copied or restored, and it may have been sent already"
RESTORED = "this order was restored from a backup, and it may have been sent already"
_LONGEST_REASON = 500


class Addressee(StrEnum):
    """The recipient of an e-mail about an order. Each has an e-mail with a state of its own.

    The value is the e-mail's name in the order's history.
    """

    CUSTOMER = "mail"
    COPY = "copy"
    """The address that gets a copy of each receipt: `copy_to` of `shop.toml`."""


class DeliveryStatus(StrEnum):
    WAITING = "WAITING"
    """It is to be sent."""
    SENDING = "SENDING"
    """Claimed by one sender, which sends it once or not at all."""
    SENT = "SENT"
    """Taken by the mail service."""
    OUTBOX = "OUTBOX"
    """Kept in the outbox of one machine, and not sent: no mail server is set. An operator may have it sent later."""
    HELD = "HELD"
    """Not sent until an operator decides: this is a copy of an order, and the original may have sent it."""
    UNKNOWN = "UNKNOWN"
    """Perhaps sent: nobody knows. It is sent again only if an operator requests it."""
    NOT_SENT = "NOT_SENT"
    """Certainly not sent, for a reason that stays."""
    BOUNCED = "BOUNCED"
    """Sent, and not delivered."""
    COMPLAINED = "COMPLAINED"
    """Delivered, and the recipient complained."""


UNDER_WAY = frozenset({DeliveryStatus.WAITING, DeliveryStatus.SENDING})
"""The states in which the sweep requeues an e-mail."""
_CLAIMED = frozenset({DeliveryStatus.SENDING, DeliveryStatus.UNKNOWN})
"""The states in which the outcome of a claim may still become known."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One e-mail about an order. `since` is when it was requested, `at` when its state last changed.

    `number` counts the order's e-mails: an operator requested each one after the first. `claim` is the secret of the
    one sender that may send it, `attempts` how often it could not be handed over, `message_id` the mail service's id of
    it.
    """

    status: DeliveryStatus
    since: datetime
    at: datetime
    number: int = 1
    attempts: int = 0
    claim: str | None = None
    message_id: str | None = None
    reason: str | None = None

    @classmethod
    def requested(cls, at: datetime, number: int = 1) -> Self:
        return cls(DeliveryStatus.WAITING, since=at, at=at, number=number)

    @classmethod
    def left_out(cls, reason: str, at: datetime) -> Self:
        """An e-mail that is not sent at all."""
        return cls(DeliveryStatus.NOT_SENT, since=at, at=at, reason=reason)

    def is_overdue(self, now: datetime) -> bool:
        return is_over(self.since, now, self.attempts, LONGEST_WAIT_OF_MAIL)

    def is_abandoned(self, now: datetime) -> bool:
        """Whether its sender stopped between the claim and noting the outcome."""
        return self.status is DeliveryStatus.SENDING and now - self.at > CLAIM_LASTS

    def is_claimed_by(self, claim: str) -> bool:
        """Whether the outcome of this claim is still to be noted."""
        return self.claim == claim and self.status in _CLAIMED

    def claimed(self, claim: str, at: datetime) -> Self:
        return replace(self, status=DeliveryStatus.SENDING, at=at, claim=claim)

    def sent(self, message_id: str, at: datetime) -> Self:
        return replace(self, status=DeliveryStatus.SENT, at=at, message_id=message_id, reason=None)

    def kept(self, file: str, at: datetime) -> Self:
        """It is in this file of the outbox."""
        return self._because(DeliveryStatus.OUTBOX, NO_SERVER, at, message_id=file)

    def held(self, at: datetime, reason: str = COPIED) -> Self:
        return self._because(DeliveryStatus.HELD, reason, at, claim=None)

    def released(self, at: datetime) -> Self:
        """As it was before it was held: kept in the outbox, or to be sent."""
        if self.message_id:
            return self.kept(self.message_id, at)
        return replace(self, status=DeliveryStatus.WAITING, at=at, reason=None)

    def deferred(self, reason: str, at: datetime) -> Self:
        """It was certainly not sent, and may be later."""
        changes = {"attempts": self.attempts + 1, "claim": None, "message_id": None}
        return self._because(DeliveryStatus.WAITING, reason, at, **changes)

    def given_up(self, reason: str, at: datetime) -> Self:
        """It was certainly not sent, and will not be."""
        return self._because(DeliveryStatus.NOT_SENT, reason, at)

    def lost_track_of(self, reason: str, at: datetime) -> Self:
        return self._because(DeliveryStatus.UNKNOWN, reason, at)

    def bounced(self, reason: str, at: datetime) -> Self:
        return self._because(DeliveryStatus.BOUNCED, reason, at)

    def complained(self, reason: str, at: datetime) -> Self:
        return self._because(DeliveryStatus.COMPLAINED, reason, at)

    def _because(self, status: DeliveryStatus, reason: str, at: datetime, **changes: Any) -> Self:
        return replace(self, status=status, at=at, reason=reason[:_LONGEST_REASON], **changes)
