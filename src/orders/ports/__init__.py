"""The outside world as protocols: a table, queues, a bucket, a mail service, a clock and random bytes.

`orders.aws` and `orders.local` implement them, and the use cases know nothing else. Every call may raise `Unavailable`.
Nobody knows then whether the call took effect. Every call can be repeated.
"""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from orders.order.clock import utc_now
from orders.order.counts import Activity
from orders.order.delivery import Addressee, DeliveryStatus
from orders.order.due import DueOrder, Task
from orders.order.mailbox import Mailbox
from orders.order.order import Order, Status, StoredReceipt
from orders.order.register import Entry, Head


class Listed(StrEnum):
    """Whether a list shows orders, the documents that follow them, or both."""

    ORDERS = "orders"
    DOCUMENTS = "documents"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Selection:
    """The orders that a list shows: of one status, received from `since` until before `until`, found by `text`.

    A text finds the order with this id, the orders with this e-mail address or this order number, and those whose
    customer's name begins with it, whatever its case and accents; see `orders.order.search`. A filter that is None
    matches everything. `listed` says whether orders are meant, or the documents that follow them; a text finds orders
    only.
    """

    status: Status | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str | None = None
    listed: Listed = Listed.ORDERS


@dataclass(frozen=True, slots=True)
class Page:
    """Orders, the newest first, and where the next page starts (None after the last).

    `unreadable` are the ids of the orders that belong here and can't be read: a newer version of this program wrote
    them, or they are damaged.
    """

    orders: list[Order]
    cursor: str | None
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """What a caller without a key must know of an order: its customer's token, or the SHA-256 of its receipt.

    Every version stores both in the same place, so that an older version can still compare them.
    """

    receipt_token: str
    sha256: str


NOBODYS = Proof(receipt_token="-" * 22, sha256="-" * 64)
"""The proof of an order that does not exist, as long as a real one. It is equal to no SHA-256 in hexadecimal."""


class Table(Protocol):
    def create(self, order: Order) -> Order:
        """Store the order unless its id is taken. Returns the order that the table now durably holds under that id."""

    def read(self, order_id: str) -> Order:
        """The order as it is now (strongly consistent).

        Raises:
            UnknownOrder: no order has this id.
            NewerVersion: a newer version of this program wrote it, and this version would lose parts of it.
            Misconfigured: it is damaged.
        """

    def read_many(self, order_ids: Sequence[str]) -> Callable[[str], Order]:
        """Read several orders at once, as they are now, and return `read` for them.

        It returns or raises what `read` would have at some time since this call. One order that can't be read harms no
        other. This call itself raises nothing: what could not be read together is read by itself when it is needed.
        """

    def proof(self, order_id: str) -> Proof:
        """The proof of the order with this id, or `NOBODYS` if no order has it.

        It takes the same steps for an order that exists and one that does not, so that its time tells a caller nothing.
        The order is not decoded.
        """

    def replace(self, before: Order, after: Order) -> Order:
        """Store `after` if the order is still at the revision of `before`. Returns the order that the table now holds.

        That is `after` exactly if the move took effect. This also holds if the call was resent, and the second one was
        refused because the first one had taken effect. The change of the register of numbers
        (`orders.order.register.change`) is in the same write.

        Raises:
            UnknownOrder: no order has this id.
        """

    def append(self, before: Order, after: Order, document: Order) -> Order:
        """Store `after` as `replace` does, and in the same write the new row `document` that follows it.

        Returns the order that the table now holds under the id of `after`.

        Raises:
            UnknownOrder: no order has this id.
        """

    def issue(self, wanted: Sequence[tuple[Order, str]], at: datetime) -> Sequence[Order]:
        """Give each of these orders the next number of its series, in their order.

        The numbers, their entries in the register and the moves of the rows (`Order.issued`) are one write for each
        series. An order that is no longer at this revision gets no number. Returns the orders that the table now holds.

        Raises:
            Unavailable: perhaps some were issued. The rows say so: read them again.
        """

    def series(self) -> Sequence[Head]:
        """The last entry of each series that has one, by name, as they are now."""

    def entries(self, series: str, first: int, limit: int) -> Sequence[Entry]:
        """The entries of a series from number `first` on, at most `limit`, in their order, as they are now."""

    def due(self, task: Task, now: datetime) -> Iterator[DueOrder]:
        """Every order that waits for this task and is due by `now`, each one once, the longest due first.

        The table is read in parts while the orders are taken. An index may lag behind its table for seconds, and still
        show an order as due that was just postponed. That order does not come a second time.
        """

    def postpone(self, task: Task, orders: Sequence[DueOrder], until: Sequence[datetime]) -> None:
        """Set when each order is due for this task next, unless it no longer waits for it. No revision changes.

        Raises:
            Unavailable: the table took none of them. If it took some, the others stay due.
        """

    def page(self, selection: Selection, limit: int, cursor: str | None) -> Page:
        """The newest of the selected orders, or those after `cursor`.

        A page may hold fewer than `limit` orders and still have a cursor.

        Raises:
            BadRequest: the cursor is not valid for this list.
        """

    def activity(self, now: datetime) -> Activity:
        """The counts of the orders' moves."""

    def mailbox(self, key: str) -> Mailbox:
        """The mailbox with this key, as it is now (strongly consistent). It is empty if it got no e-mail lately."""

    def count_mail(self, before: Mailbox, after: Mailbox) -> Mailbox:
        """Store `after` if the mailbox is still at the revision of `before`. Returns what the table now holds, durably.

        That is `after` exactly if it was stored, as with `replace`. A mailbox may be forgotten an hour after its last
        e-mail.
        """


class Queue(Protocol):
    def notify(self, order_ids: Sequence[str]) -> None:
        """Send a message for each order. Each one is delivered at least once, at some time."""

    def requeue(self, order_ids: Sequence[str]) -> None:
        """The same for orders that have waited long. If the queue is short of room, new orders go first."""

    def depth(self) -> int:
        """About how many messages wait in the queue or are being handled."""


@dataclass(frozen=True, slots=True)
class SignedLink:
    """A link that anyone can open until it expires. The URL is absolute, or relative to the API's address."""

    url: str
    expires_at: datetime


class Bucket(Protocol):
    def store_once(self, key: str, pdf: bytes, *, was_tried: bool = False) -> StoredReceipt:
        """Store the bytes, durably, unless the key is taken. Returns what is stored there now, whoever stored it.

        `was_tried` says that an earlier attempt, perhaps of an older version, may have stored them.
        """

    def fetch(self, receipt: StoredReceipt) -> bytes:
        """Exactly these bytes.

        Raises:
            Misconfigured: they are missing or altered.
            ReceiptLost: they are, and `put_back` can repair it.
        """

    def link(self, receipt: StoredReceipt, now: datetime, lifetime: timedelta) -> SignedLink:
        """A link to exactly these bytes, which expires after `lifetime`.

        Raises:
            ReceiptLost: they are missing or altered, and `put_back` can repair it.
        """

    def is_lost(self, receipt: StoredReceipt) -> bool:
        """Whether its bytes are missing or altered, and `put_back` can repair it."""

    def put_back(self, receipt: StoredReceipt, pdf: bytes) -> None:
        """Store the bytes of a lost receipt, durably, in place of what is there now. They have its SHA-256."""


@dataclass(frozen=True, slots=True)
class Message:
    """An e-mail: `content` is RFC 5322 with CRLF, the addresses are those of its envelope, without names.

    `order_id`, `number` and `to` identify it: no other message has the same three. `order_id` is the id of the row,
    as in `12345/refunds/r-1`.
    """

    order_id: str
    number: int
    sender: str
    recipient: str
    content: bytes
    to: Addressee = Addressee.CUSTOMER

    @property
    def ordinal(self) -> str:
        """Which of an order's messages it is: `1`, or `1-copy`."""
        return f"{self.number}-{self.to}" if self.to is Addressee.COPY else str(self.number)


class Connection(Protocol):
    def send(self, message: Message) -> str:
        """Hand the message over, in one attempt. Returns the mail service's id of it.

        Raises:
            MailRefused: the service will never take it.
            MailDeferred: it was certainly not taken, and may be later.
            MailThrottled: the same, because the service has no room for more at present.
            Misconfigured: it was certainly not taken, and will not be until somebody repairs a setting.
            Unavailable: nobody knows whether it was taken.
        """


class Mailer(Protocol):
    @property
    def taken_as(self) -> DeliveryStatus:
        """The state of a message that this mailer took: `SENT`, or `OUTBOX` if it is only kept."""

    def connect(self) -> AbstractContextManager[Connection]:
        """Do everything that may fail before a message is at stake.

        Raises:
            MailThrottled: the mail service has no room for more at present.
            Unavailable: the mail service does not answer, or does not let this system in.
        """


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer over HTTP."""

    status: int
    body: bytes

    @property
    def document(self) -> Mapping[str, Any]:
        """The JSON object in the body; an empty one if there is none, as when a proxy answers with a page."""
        try:
            document = json.loads(self.body)
        except ValueError:
            return {}
        return document if isinstance(document, dict) else {}


class PublicApi(Protocol):
    """The API of this system as a shop calls it: from outside, with a key."""

    def post(self, path: str, document: Mapping[str, object]) -> Reply: ...

    def get(self, path: str) -> Reply: ...

    def download(self, url: str) -> Reply:
        """What anyone gets who has this link, without a key."""


@dataclass(frozen=True, slots=True)
class Outside:
    """All ports that a use case may call. Without a mail queue, no e-mail is sent.

    `slow_queue` is for orders whose receipts take long to draw. `link_lifetime` is how long a link to a receipt works:
    template.yaml sets it.
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
