"""The outside world in memory, for the tests of the use cases. The contract suites hold it to the real ones."""

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import RLock

from tests.support.examples import NINE

from orders.order import counts, register, search
from orders.order.counts import Activity, Count
from orders.order.delivery import DeliveryStatus
from orders.order.document import is_of_an_order
from orders.order.due import DueOrder, Task
from orders.order.errors import BadRequest, ReceiptLost, Unavailable, UnknownOrder
from orders.order.mailbox import Mailbox
from orders.order.order import Order, Status, StoredReceipt
from orders.order.register import Entry, Head, Issue
from orders.ports import NOBODYS, Connection, Listed, Message, Outside, Page, Proof, Selection, SignedLink


@dataclass
class Clock:
    now: datetime = NINE

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)


LONGEST_LAG = timedelta(seconds=2)
"""DynamoDB's indexes follow their table within a second, as a rule."""


@dataclass
class LaggingIndex:
    """The rows of a table as they were a while ago, at most `LONGEST_LAG`.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.Writes
    """

    versions: dict[str, list[tuple[datetime, Order]]] = field(default_factory=dict)

    def put(self, now: datetime, row: Order) -> None:
        """The table's row is another one from now on. `now` never goes back."""
        versions = self.versions.setdefault(row.order_id, [])
        versions.append((now, row))
        while len(versions) > 1 and versions[1][0] <= now - LONGEST_LAG:
            del versions[0]

    def as_of(self, instant: datetime) -> dict[str, Order]:
        """The rows at that instant; a row that was created later is not among them."""
        return {
            order_id: then[-1]
            for order_id, versions in self.versions.items()
            if (then := [row for at, row in versions if at <= instant])
        }


@dataclass
class MemoryTable:
    rows: dict[str, Order] = field(default_factory=dict)
    mailboxes: dict[str, Mailbox] = field(default_factory=dict)
    register: dict[str, list[Entry]] = field(default_factory=dict)
    """The entries of each series, in their order."""
    lock: RLock = field(default_factory=RLock, repr=False, compare=False)
    """Held by a write, which may be several."""

    def create(self, row: Order) -> Order:
        with self.lock:
            if row.order_id not in self.rows:
                self.put(row)
            return self.rows[row.order_id]

    def read(self, order_id: str) -> Order:
        if order_id not in self.rows:
            raise UnknownOrder
        return self.rows[order_id]

    def read_many(self, order_ids: Sequence[str]) -> Callable[[str], Order]:
        """What is there now, however much later an order is needed."""
        return MemoryTable({order_id: self.rows[order_id] for order_id in order_ids if order_id in self.rows}).read

    def proof(self, order_id: str) -> Proof:
        row = self.rows.get(order_id)
        return Proof(row.receipt_token, row.receipt.sha256 if row.receipt else NOBODYS.sha256) if row else NOBODYS

    def replace(self, before: Order, after: Order) -> Order:
        with self.lock:
            if self._is_unmoved(before):
                self._move(before, after)
            return self.rows[after.order_id]

    def append(self, before: Order, after: Order, document: Order) -> Order:
        with self.lock:
            if self._is_unmoved(before):
                self._move(before, after)
                self.put(document)
            return self.rows[after.order_id]

    def _move(self, before: Order, after: Order) -> None:
        if change := register.change(before, after):
            self.put_entry(change.made_in(self.register[change.series][change.number - 1]))
        self.put(after)

    def put(self, row: Order) -> None:
        """Whatever there was."""
        self.rows[row.order_id] = row

    def issue(self, wanted: Sequence[tuple[Order, str]], at: datetime) -> Sequence[Order]:
        with self.lock:
            for order, name in wanted:
                if self._waits_for_a_number(order):
                    (entry,) = register.entries(self._head(name), [order], at)
                    self.put_entry(entry)
                    self.put(order.issued(Issue(name, entry.number, at)))
            return [self.rows[order.order_id] for order, _ in wanted]

    def _is_unmoved(self, order: Order) -> bool:
        return self.read(order.order_id).revision == order.revision

    def _waits_for_a_number(self, order: Order) -> bool:
        return self._is_unmoved(order) and order.status is Status.RECEIVED and order.issue is None

    def _head(self, name: str) -> Head:
        entries = self.register.get(name)
        return Head(name, entries[-1].number, entries[-1].hash) if entries else Head(name)

    def put_entry(self, entry: Entry) -> None:
        """Behind the last of its series, or in the place of what there was."""
        entries = self.register.setdefault(entry.series, [])
        entries[entry.number - 1 : entry.number] = [entry]

    def series(self) -> Sequence[Head]:
        return [self._head(name) for name in sorted(self.register)]

    def entries(self, series: str, first: int, limit: int) -> Sequence[Entry]:
        return self.register.get(series, [])[max(first, 1) - 1 :][:limit]

    def due(self, task: Task, now: datetime) -> Iterator[DueOrder]:
        yield from due_orders(self.rows, task, now)

    def postpone(self, task: Task, orders: Sequence[DueOrder], until: Sequence[datetime]) -> None:
        with self.lock:
            for order, instant in zip(orders, until, strict=True):
                row = self.rows[order.order_id]
                if is_due_for(task, row):
                    self.put(postponed(task, row, instant))

    def page(self, selection: Selection, limit: int, cursor: str | None) -> Page:
        newest = sorted(self.rows.values(), key=lambda row: (row.received_at, row.order_id), reverse=True)
        start = _position(cursor, [row.order_id for row in newest]) if cursor else 0
        wanted = [row for row in newest[start:] if is_selected(row, selection)]
        last = wanted[:limit][-1:]
        more = len(wanted) > limit
        return Page(wanted[:limit], base64.b64encode(last[0].order_id.encode()).decode() if more else None)

    def activity(self, now: datetime) -> Activity:
        since, counted = counts.minute_of(now - counts.SHOWN), list[Count]()
        for row in self.rows.values():
            received = replace(row, status=Status.RECEIVED)
            counted += [*counts.changes(None, received), *counts.changes(received, row)]
        orders = [row for row in self.rows.values() if is_of_an_order(row.order_id)]
        waiting = [row.received_at for row in orders if row.status is Status.RECEIVED]
        recent = [count for count in counted if count[0] == counts.ALWAYS or count[0] > since]
        return counts.activity(recent, min(waiting, default=None))

    def mailbox(self, key: str) -> Mailbox:
        return self.mailboxes.get(key, Mailbox(key))

    def count_mail(self, before: Mailbox, after: Mailbox) -> Mailbox:
        with self.lock:
            if self.mailbox(before.key).revision == before.revision:
                self.mailboxes[before.key] = after
            return self.mailboxes[before.key]


@dataclass
class LaggingTable(MemoryTable):
    """A table whose index is always so far behind. It is read in parts of `part` orders."""

    clock: Clock = field(default_factory=Clock)
    lag: timedelta = LONGEST_LAG
    part: int = 100
    index: LaggingIndex = field(default_factory=LaggingIndex)

    def put(self, row: Order) -> None:
        super().put(row)
        self.index.put(self.clock(), row)

    def due(self, task: Task, now: datetime) -> Iterator[DueOrder]:
        last: DueOrder | None = None
        while found := due_orders(self.index.as_of(self.clock() - self.lag), task, now, last)[: self.part]:
            yield from found
            last = found[-1]


def due_orders(rows: Mapping[str, Order], task: Task, now: datetime, after: DueOrder | None = None) -> list[DueOrder]:
    """Those that are due behind `after`, in the order of an index."""
    waiting = (_due_order(task, row) for row in rows.values())
    due = [order for order in waiting if order and order.due_at <= now]
    return sorted((order for order in due if after is None or _place(order) > _place(after)), key=_place)


def _place(order: DueOrder) -> tuple[datetime, str]:
    return order.due_at, order.order_id


def _due_order(task: Task, row: Order) -> DueOrder | None:
    """Nothing where the order does not wait for this bell."""
    if task is Task.RECEIPT and row.due_at:
        return DueOrder(row.order_id, row.waiting_since, row.due_at)
    if task is Task.MAIL and row.mail_due_at:
        return DueOrder(row.order_id, max(each.at for each in (row.mail, row.copy) if each), row.mail_due_at)
    return None


def is_due_for(task: Task, row: Order) -> bool:
    return _due_order(task, row) is not None


def postponed(task: Task, row: Order, until: datetime) -> Order:
    return replace(row, due_at=until) if task is Task.RECEIPT else replace(row, mail_due_at=until)


def is_selected(row: Order, selection: Selection) -> bool:
    return (
        is_listed(row, selection)
        and selection.status in {None, row.status}
        and (selection.since is None or row.received_at >= selection.since)
        and (selection.until is None or row.received_at < selection.until)
        and (selection.text is None or _is_found(row, selection.text))
    )


def is_listed(row: Order, selection: Selection) -> bool:
    """Whether such rows are meant. A text finds orders only."""
    if is_of_an_order(row.order_id):
        return selection.listed is not Listed.DOCUMENTS
    return selection.listed is not Listed.ORDERS and selection.text is None


def _is_found(row: Order, text: str) -> bool:
    order = row.posted
    return (
        row.order_id == text
        or _begins(search.name_key(order.customer_name), search.name_key(text))
        or bool(order.customer_email and search.email_key(order.customer_email) == search.email_key(text))
        or bool(order.order_number and search.number_key(order.order_number) == search.number_key(text))
    )


def _begins(name: str, key: str) -> bool:
    return bool(key) and name.startswith(key)


def _position(cursor: str, order_ids: list[str]) -> int:
    try:
        return order_ids.index(base64.b64decode(cursor).decode()) + 1
    except ValueError:
        raise BadRequest("no such cursor") from None


@dataclass
class MemoryQueue:
    notified: list[str] = field(default_factory=list)
    down: bool = False

    def notify(self, order_ids: Sequence[str]) -> None:
        if self.down:
            raise Unavailable("queue down")
        self.notified += order_ids

    def requeue(self, order_ids: Sequence[str]) -> None:
        self.notify(order_ids)

    def depth(self) -> int:
        return len(self.notified)


@dataclass
class MemoryBucket:
    objects: dict[str, bytes] = field(default_factory=dict)
    down: bool = False

    def store_once(self, key: str, pdf: bytes, *, was_tried: bool = False) -> StoredReceipt:
        if self.down:
            raise Unavailable("bucket down")
        kept = self.objects.setdefault(key, pdf)
        return StoredReceipt(key, hashlib.sha256(kept).hexdigest(), len(kept))

    def fetch(self, receipt: StoredReceipt) -> bytes:
        if self.down:
            raise Unavailable("bucket down")
        if self.is_lost(receipt):
            raise ReceiptLost(f"{receipt.key} is not what was stored")
        return self.objects[receipt.key]

    def link(self, receipt: StoredReceipt, now: datetime, lifetime: timedelta) -> SignedLink:
        if self.is_lost(receipt):
            raise ReceiptLost(f"{receipt.key} is not what was stored")
        return SignedLink(f"memory/{receipt.key}", now + lifetime)

    def is_lost(self, receipt: StoredReceipt) -> bool:
        return hashlib.sha256(self.objects.get(receipt.key, b"")).hexdigest() != receipt.sha256

    def put_back(self, receipt: StoredReceipt, pdf: bytes) -> None:
        if self.down:
            raise Unavailable("bucket down")
        self.objects[receipt.key] = pdf


@dataclass
class MemoryMailer:
    """`down` keeps everybody from connecting; `refusal` is what the next message meets."""

    taken_as: DeliveryStatus = DeliveryStatus.SENT
    sent: list[Message] = field(default_factory=list)
    down: bool = False
    refusal: Exception | None = None

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        if self.down:
            raise Unavailable("mail server down")
        yield self

    def send(self, message: Message) -> str:
        refusal, self.refusal = self.refusal, None
        if refusal:
            raise refusal
        self.sent.append(message)
        return f"queued as {len(self.sent)}"


@dataclass
class World:
    """An `Outside` of fakes, with handles on each."""

    table: MemoryTable = field(default_factory=MemoryTable)
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    slow_queue: MemoryQueue = field(default_factory=MemoryQueue)
    bucket: MemoryBucket = field(default_factory=MemoryBucket)
    mail_queue: MemoryQueue = field(default_factory=MemoryQueue)
    mailer: MemoryMailer = field(default_factory=MemoryMailer)
    clock: Clock = field(default_factory=Clock)
    bytes_drawn: int = 0

    @property
    def outside(self) -> Outside:
        return Outside(
            self.table,
            self.queue,
            self.slow_queue,
            self.bucket,
            self.mail_queue,
            self.mailer,
            timedelta(minutes=5),
            self.clock,
            self._random_bytes,
        )

    def _random_bytes(self, count: int) -> bytes:
        """Never the same twice, always the same in the same test."""
        self.bytes_drawn += 1
        return hashlib.sha256(str(self.bytes_drawn).encode()).digest()[:count]
