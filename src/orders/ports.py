"""The outside world as this system sees it: a table, queues, a bucket, a mail service, a clock and chance.

`orders.aws` and `orders.local` implement these; the use cases know nothing else. Every call may raise `Unavailable`,
after which nobody knows whether it took effect, and every call may be made again.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from orders.order.clock import utc_now
from orders.order.counts import Activity
from orders.order.delivery import DeliveryStatus
from orders.order.due import DueOrder, Task
from orders.order.mailbox import Mailbox
from orders.order.order import Order, Status, StoredReceipt


@dataclass(frozen=True, slots=True)
class Selection:
    """Which orders a list shows: those of one status, received from `since` until before `until`, found by `text`.

    A text finds the order with this id, those with this e-mail address, and those whose customer's name begins so,
    whatever its case and accents; see `orders.order.search`. What is not given selects nothing away.
    """

    status: Status | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, the newest first, and where the next page starts (none after the last).

    `unreadable` are the ids of the orders that belong here and whose rows can't be read: a newer version of this
    program wrote them, or they are damaged.
    """

    rows: list[Order]
    cursor: str | None
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody without a key must know about an order: its customer's token, or the SHA-256 of its receipt.

    Every version keeps both in the same place of a row, so that an older version can still compare them.
    """

    receipt_token: str
    sha256: str


NOBODYS = Proof(receipt_token="-" * 22, sha256="-" * 64)
"""Of an order that is not there, as long as others. No SHA-256 in hexadecimal is equal to this one."""


class Table(Protocol):
    def create(self, order: Order) -> Order:
        """Put the row unless its id is taken; the row that the table now holds, durably, under that id."""

    def read(self, order_id: str) -> Order:
        """The row as it is now (strongly consistent).

        Raises:
            UnknownOrder: no row has this id.
            NewerVersion: a newer version of this program wrote it, and this one would lose what it does not know.
            Misconfigured: it is damaged.
        """

    def proof(self, order_id: str) -> Proof:
        """What opens the order with this id to somebody without a key; `NOBODYS` if no row has it.

        It takes the same steps for an order that is there and one that is not, so that the time it takes tells nobody
        which of the two it is. The row is not decoded.
        """

    def replace(self, before: Order, after: Order) -> Order:
        """Put `after` if the row is still at the revision of `before`; the row that the table now holds.

        That is `after` exactly when the move took effect, also when a call that was resent was refused by the effect
        of its own first sending.

        Raises:
            UnknownOrder: no row has this id.
        """

    def due(self, task: Task, now: datetime) -> Iterator[DueOrder]:
        """Every order that waits for this doorbell and is due by `now`, each one once, the longest due first.

        The table is read in parts while the orders are taken. An index may lag behind its table for seconds: it still
        shows an order as due that was just postponed. That order does not come a second time.
        """

    def postpone(self, task: Task, orders: Sequence[DueOrder], until: Sequence[datetime]) -> None:
        """Set when each order is due for this doorbell next, unless it no longer waits for it. No revision changes.

        Raises:
            Unavailable: the table took none of them. Where it took some, the others stay due.
        """

    def page(self, selection: Selection, limit: int, cursor: str | None) -> Page:
        """The newest of the selected orders, or those after `cursor`.

        A page may hold fewer than `limit` orders and still have a cursor.

        Raises:
            BadRequest: the cursor is none that this table gave out.
        """

    def activity(self, now: datetime) -> Activity:
        """What was counted where the rows moved."""

    def mailbox(self, key: str) -> Mailbox:
        """The mailbox with this key, as it is now (strongly consistent); an empty one if it got no mail lately."""

    def count_mail(self, before: Mailbox, after: Mailbox) -> Mailbox:
        """Put `after` if the mailbox is still at the revision of `before`; what the table now holds, durably.

        That is `after` exactly when it was put, as with `replace`. A mailbox may be forgotten an hour after its last
        mail.
        """


class Queue(Protocol):
    def ring(self, order_ids: Sequence[str]) -> None:
        """Ask for each order to be seen to, at least once, some time."""

    def ring_again(self, order_ids: Sequence[str]) -> None:
        """The same, for orders that wait since long ago. Where the queue is short of room, new orders go first."""

    def depth(self) -> int:
        """About how many messages wait in the queue, or are being handled."""


@dataclass(frozen=True, slots=True)
class SignedLink:
    """A link that anyone may open until it expires; the URL is absolute, or relative to the API's address."""

    url: str
    expires_at: datetime


class Bucket(Protocol):
    def store_once(self, key: str, pdf: bytes) -> StoredReceipt:
        """Store the bytes, durably, unless the key is taken; what is stored there now, whoever stored it."""

    def fetch(self, receipt: StoredReceipt) -> bytes:
        """Exactly these bytes.

        Raises:
            Misconfigured: they are not there any more.
            ReceiptLost: so it is, and `put_back` can mend it.
        """

    def link(self, receipt: StoredReceipt, now: datetime, lifetime: timedelta) -> SignedLink:
        """A link to exactly these bytes, dead when `lifetime` is over.

        Raises:
            ReceiptLost: they are not there any more, and `put_back` can mend it.
        """

    def is_lost(self, receipt: StoredReceipt) -> bool:
        """Whether its bytes are missing or altered, and `put_back` can mend it."""

    def put_back(self, receipt: StoredReceipt, pdf: bytes) -> None:
        """Store the bytes of a lost receipt, durably, in place of what is there now. They have its SHA-256."""


@dataclass(frozen=True, slots=True)
class Message:
    """An e-mail: `content` is RFC 5322 with CRLF, the addresses are those of its envelope, bare.

    `order_id` and `number` are what it is about: the same for the same message, and for no other.
    """

    order_id: str
    number: int
    sender: str
    recipient: str
    content: bytes


class Connection(Protocol):
    def send(self, message: Message) -> str:
        """Hand the message over, in one attempt; what the mail service calls it.

        Raises:
            MailRefused: it will never be taken.
            MailDeferred: it was certainly not taken, and may be later.
            Misconfigured: it was certainly not taken, and is not before somebody has mended something.
            Unavailable: nobody knows whether it was taken.
        """


class Mailer(Protocol):
    @property
    def taken_as(self) -> DeliveryStatus:
        """What a message is that this mailer has taken: `SENT`, or `OUTBOX` where it is only kept."""

    def connect(self) -> AbstractContextManager[Connection]:
        """Everything that may fail before a message is at stake.

        Raises:
            Unavailable: the mail service does not answer, or does not let this system in.
        """


@dataclass(frozen=True, slots=True)
class Outside:
    """Everything that a use case may touch. Without a mail queue, no mail is sent.

    `slow_queue` is for orders whose receipts take long to draw. `link_lifetime` is how long a link to a receipt works,
    which template.yaml says.
    """

    table: Table
    queue: Queue
    slow_queue: Queue
    bucket: Bucket
    mail_queue: Queue | None
    mailer: Mailer
    link_lifetime: timedelta
    clock: Callable[[], datetime] = utc_now
    random_bytes: Callable[[int], bytes] = secrets.token_bytes
