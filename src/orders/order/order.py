"""An order: its states, and the moves between them. Every move returns a new `Order` and changes none."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

from orders.order import canonical
from orders.order.delivery import CLAIM_LASTS, COPIED, UNDER_WAY, Addressee, Delivery, DeliveryStatus
from orders.order.document import NO_SETTLEMENT, Document, DocumentReference, Settlement, fingerprint, row_id
from orders.order.history import ATTEMPT_FAILED, CANARY, SHOP, HistoryEntry, kind_of, with_entry, without_last
from orders.order.posted import PostedOrder
from orders.order.register import Issue
from orders.order.retries import FIRST_SWEEP, is_over, next_due
from orders.order.text import so_many

SCHEMA_VERSION = 5
"""Version 2 added `api_url`, version 3 `total`; orders that an older version wrote may lack them. Version 4 has more
fields in the body, and version 5 numbers and documents that follow: an order without any of these is written as version
3 or 4, so that the version before completes it."""
_KNOWS_CANCELLED = 4
READABLE_VERSIONS = frozenset(range(1, SCHEMA_VERSION + 1))
"""All so far: rows are never rewritten, and during a deployment two versions work on the same rows."""
NOT_FROM_A_COPY = "left to the original folder by an operator"
NOT_MADE_AGAIN = "lost receipt not made again"
_DEFERRED = frozenset(f"{to} deferred" for to in Addressee)
"""E-mails that wait for the same mail server fail by turns."""
_LONGEST_ERROR = 500


class Status(StrEnum):
    RECEIVED = "RECEIVED"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


MOVES = {
    Status.RECEIVED: frozenset({Status.COMPLETED, Status.FAILED, Status.CANCELLED}),
    Status.COMPLETED: frozenset[Status](),
    Status.FAILED: frozenset({Status.RECEIVED, Status.CANCELLED}),
    Status.CANCELLED: frozenset[Status](),
}
"""From each state, the states that an order may move to. `COMPLETED` and `CANCELLED` are final."""


@dataclass(frozen=True, slots=True)
class StoredReceipt:
    """A receipt in the bucket: its key, the SHA-256 of its bytes in hexadecimal, its size in bytes."""

    key: str
    sha256: str
    size: int
    version: str | None = None


@dataclass(frozen=True)
class Order:
    """What the table keeps of an order.

    `waiting_since` is when it was received or last retried, and `attempts` how often its receipt was tried since.
    `due_at` is when the sweep requeues it (only while it is `RECEIVED`). `revision` counts its moves, and
    compare-and-set compares it. `api_url` is the API's address as the shop called it, ending in a slash. `total` is the
    sum with taxes, as a decimal in the order's currency, if anything in the order has a price. `mail` is the e-mail to
    the customer of a completed order, and `copy` the one to the shop's own address for copies. `mail_due_at` is when
    the sweep requeues the order for the first of them that is due (only while one is under way).

    `issue` is the number of its receipt, if the shop has numbers. `settlement` has the documents that follow the order.
    Each of these is a row of this form, too: its `order_id` is that of the row, as in `12345/refunds/r-1`, and its
    `document_text` says what it is. It has the body of the order, as last corrected, and the order's token.
    """

    order_id: str
    body: str
    fingerprint: str
    receipt_token: str
    status: Status
    received_at: datetime
    waiting_since: datetime
    due_at: datetime | None
    completed_at: datetime | None = None
    receipt: StoredReceipt | None = None
    attempts: int = 0
    last_error: str | None = None
    history: tuple[HistoryEntry, ...] = ()
    revision: int = 1
    api_url: str | None = None
    total: str | None = None
    mail: Delivery | None = None
    mail_due_at: datetime | None = None
    copy: Delivery | None = None
    schema_version: int = SCHEMA_VERSION
    issue: Issue | None = None
    settlement: Settlement = NO_SETTLEMENT
    document_text: str | None = None

    @classmethod
    def received(
        cls, order: PostedOrder, receipt_token: str, at: datetime, api_url: str | None = None, by: str = SHOP
    ) -> Self:
        """The order as it is first stored. `by` is who posted it."""
        document = order.document()
        body = canonical.written(document)
        received = cls(
            order_id=order.order_id,
            body=body,
            fingerprint=canonical.fingerprint(body),
            receipt_token=receipt_token,
            status=Status.RECEIVED,
            received_at=at,
            waiting_since=at,
            due_at=at + FIRST_SWEEP,
            history=(HistoryEntry(at, "received", by),),
            api_url=api_url,
            total=order.total_text(),
            schema_version=order.schema_version(),
        )
        vars(received)["content"] = document  # so that no table reads it from the body that was just written
        return received

    @classmethod
    def following(
        cls, document: Document, receipt: "Order", posted: PostedOrder, at: datetime, *, by: str,
        api_url: str | None = None, total: str | None = None,
    ) -> Self:  # fmt: skip
        """The row of a document that follows this receipt, as it is first stored.

        `posted` is the order as it is now to be printed, `total` the document's own.
        """
        body = posted.canonical()
        return cls(
            order_id=row_id(document.order_id, document.kind, document.id),
            body=body,
            fingerprint=fingerprint(body, document.text),
            receipt_token=receipt.receipt_token,
            status=Status.RECEIVED,
            received_at=at,
            waiting_since=at,
            due_at=at + FIRST_SWEEP,
            history=(HistoryEntry(at, "received", by),),
            api_url=api_url or receipt.api_url,
            total=total,
            document_text=document.text,
        )

    @cached_property
    def content(self) -> dict[str, Any]:
        """The body as JSON has it. To find one field, it is read in a fifth of the time of `posted`."""
        content: dict[str, Any] = json.loads(self.body)
        return content

    @cached_property
    def document(self) -> Document | None:
        """What this row is, if it is that of a document that follows an order."""
        return Document.stored(self.document_text) if self.document_text is not None else None

    @cached_property
    def posted(self) -> PostedOrder:
        return PostedOrder.stored(self.body)

    @property
    def receipt_key(self) -> str:
        """The receipt's key in the bucket. No two ids share one, even if file names ignore case.

        Those of the canary have a prefix of their own, for the bucket to forget them. With another number the receipt
        has another key: a file with a number that is void may already be there. See `orders.order.document.row_of_key`.
        """
        prefix = "canary" if self.is_canary else "receipts"
        name, number = self.order_id.replace("/", "~"), ""
        if self.issue:
            number = f"~{canonical.fingerprint(self.issue.text)[:12]}"
        return f"{prefix}/{self.received_at.date()}/{name}{number}-{self.fingerprint[:16]}.pdf"

    @property
    def is_canary(self) -> bool:
        """Whether the canary posted it, to see that a receipt comes of it. No shop and no customer knows of it.

        It gets no e-mail, and must never be in a list, a search, an export, a count, or a series of numbers.
        """
        return bool(self.history) and self.history[0].by == CANARY

    def delivery(self, to: Addressee) -> Delivery | None:
        """The latest e-mail for this addressee."""
        return self.copy if to is Addressee.COPY else self.mail

    def is_overdue(self, now: datetime) -> bool:
        """Whether it has waited for more than a day, and was tried all the while."""
        return is_over(self.waiting_since, now, self.attempts)

    def completed(
        self, receipt: StoredReceipt, at: datetime, mail: Delivery | None = None, copy: Delivery | None = None,
        replaced: int = 0,
    ) -> Self:  # fmt: skip
        """With the e-mails that are to be sent, if any. `replaced` counts the letters that no font has."""
        missing = f": \ufffd is printed for {so_many(replaced, 'letter')} that no font has" if replaced else ""
        return self._moved(
            Status.COMPLETED, at, f"completed{missing}", by="process", completed_at=at, receipt=receipt,
            attempts=self.attempts + 1, mail=mail, copy=copy, mail_due_at=_first(_when_due(mail), _when_due(copy)),
        )  # fmt: skip

    def issued(self, issue: Issue) -> Self:
        """With the number of its document."""
        return self._noted(
            issue.at, f"number {issue.text} issued", by="process", issue=issue, schema_version=SCHEMA_VERSION
        )

    def followed(self, reference: DocumentReference, what: str, by: str, taken: dict[str, Any] | None = None) -> Self:
        """With another document that follows it, and with what is credited from now on."""
        settlement = self.settlement.with_document(reference, taken)
        return self._noted(reference.at, what, by, settlement=settlement, schema_version=SCHEMA_VERSION)

    def correction_retried(self, correction_id: str, at: datetime, by: str) -> Self:
        """A corrected receipt that follows it is to be made after all."""
        return self._noted(at, f"correction {correction_id} retried", by)

    def failed(self, reason: str, at: datetime, by: str) -> Self:
        """A number that it had is void, and a retry gets another one."""
        reason = reason[:_LONGEST_ERROR]
        return self._moved(Status.FAILED, at, f"failed: {reason}", by, last_error=reason, issue=None)

    def retried(self, at: datetime, by: str) -> Self:
        due_at = at + FIRST_SWEEP
        return self._moved(Status.RECEIVED, at, "retried", by, waiting_since=at, due_at=due_at, attempts=0)

    def cancelled(self, at: datetime, by: str) -> Self:
        """It gets the schema version since which programs know this state. A number that it had is void."""
        version = max(self.schema_version, _KNOWS_CANCELLED)
        return self._moved(Status.CANCELLED, at, "cancelled", by, schema_version=version, issue=None)

    def deferred(self, error: str, at: datetime, by: str) -> Self:
        """The order after a failed attempt that was not its own fault. It stays `RECEIVED`."""
        error = error[:_LONGEST_ERROR]
        due_at, attempts = next_due(self.waiting_since, at), self.attempts + 1
        return self._noted(at, f"{ATTEMPT_FAILED}: {error}", by, due_at=due_at, attempts=attempts, last_error=error)

    def receipt_made_again(self, at: datetime) -> Self:
        return self._noted(at, "lost receipt made again", by="process")

    def receipt_not_made_again(self, reason: str, at: datetime) -> Self:
        """Of several such attempts in a row, the history keeps the last."""
        before = replace(self, history=without_last(self.history, NOT_MADE_AGAIN))
        return before._noted(at, f"{NOT_MADE_AGAIN}: {reason[:_LONGEST_ERROR]}", by="process")

    def mail_held(self, at: datetime, to: Addressee = Addressee.CUSTOMER, reason: str = COPIED) -> Self:
        """Also before the e-mail is requested: the original of this copy may complete the order, too."""
        mail = (self.delivery(to) or Delivery.requested(at)).held(at, reason)
        return self.mailed(mail, f"{to} held: {reason}", by="mail", to=to)

    def mail_released(self, at: datetime, by: str, to: Addressee = Addressee.CUSTOMER) -> Self:
        """If the order is not completed, its completion requests the e-mail."""
        mail = self.delivery(to)
        if mail is None or mail.status is not DeliveryStatus.HELD:
            return self
        released = mail.released(at) if self.receipt else None
        return self._noted(at, f"held {to} released", by, **self._with(released, _when_due(released), to))

    def mail_dropped(self, at: datetime, by: str, to: Addressee = Addressee.CUSTOMER) -> Self:
        mail = self.delivery(to)
        if mail is None or mail.status is not DeliveryStatus.HELD:
            return self
        return self.mailed(mail.given_up(NOT_FROM_A_COPY, at), f"{to} not sent: {NOT_FROM_A_COPY}", by, to=to)

    def mailed(
        self, mail: Delivery, what: str | None, by: str, due_at: datetime | None = None,
        to: Addressee = Addressee.CUSTOMER,
    ) -> Self:  # fmt: skip
        """The order after an e-mail has moved. Of all times in a row that it had to wait, the history keeps the last.

        There may be hundreds, and the history must last for the order's whole life.
        """
        changes = self._with(mail, due_at or _when_due(mail), to)
        if what is None:
            return replace(self, revision=self.revision + 1, **changes)
        again = mail.attempts > 1 or self._has_waited(mail, to)
        history = without_last(self.history, kind_of(what), _DEFERRED) if again else self.history
        return replace(self, history=history)._noted(mail.at, what, by, **changes)

    def _has_waited(self, mail: Delivery, to: Addressee) -> bool:
        """Whether this same e-mail had to wait before. To wait for room in the mail service is no failed attempt."""
        before = self.delivery(to)
        if before is None or before.number != mail.number:
            return False
        return mail.status is DeliveryStatus.WAITING and before.reason is not None

    def _with(self, mail: Delivery | None, due_at: datetime | None, to: Addressee) -> dict[str, Any]:
        """The fields that change if this is now the e-mail for the addressee, and due at `due_at`."""
        if to is Addressee.COPY:
            return {"copy": mail, "mail_due_at": _first(due_at, _when_due_again(self.mail))}
        return {"mail": mail, "mail_due_at": _first(due_at, _when_due_again(self.copy))}

    def _moved(
        self, status: Status, at: datetime, what: str, by: str, due_at: datetime | None = None, **changes: Any
    ) -> Self:
        """Only an order that is `RECEIVED` is due."""
        if status not in MOVES[self.status]:
            raise ValueError(f"an order never moves from {self.status} to {status}")
        return self._noted(at, what, by, status=status, due_at=due_at, **changes)

    def _noted(self, at: datetime, what: str, by: str, **changes: Any) -> Self:
        history = with_entry(self.history, HistoryEntry(at, what, by))
        return replace(self, history=history, revision=self.revision + 1, **changes)


def _when_due(mail: Delivery | None) -> datetime | None:
    """Only an e-mail that is under way is due: in a minute, or when its claim has expired."""
    if mail is None or mail.status not in UNDER_WAY:
        return None
    return mail.at + (FIRST_SWEEP if mail.status is DeliveryStatus.WAITING else CLAIM_LASTS)


def _when_due_again(mail: Delivery | None) -> datetime | None:
    """The same for an e-mail that does not move now: after failed attempts, its pauses grow."""
    if mail and mail.status is DeliveryStatus.WAITING and mail.attempts:
        return next_due(mail.since, mail.at)
    return _when_due(mail)


def _first(*instants: datetime | None) -> datetime | None:
    return min(filter(None, instants), default=None)
