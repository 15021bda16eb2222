"""The ports over a world: the tests' table and bucket in memory, behind the boundary where calls go wrong."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from tests.simulation.current import current
from tests.simulation.faults import MAIL, READ, WRITE, Fault
from tests.simulation.scheduler import NEXT, PREVIOUS, current_process
from tests.simulation.world import World, is_too_new
from tests.support.fakes import due_orders, is_due_for, postponed
from tests.support.newer import a_schema_version

from orders.local.lambda_ import template
from orders.order import record
from orders.order.counts import Activity
from orders.order.delivery import DeliveryStatus
from orders.order.due import DueOrder, Task
from orders.order.errors import MailDeferred, MailRefused, ReceiptLost, Unavailable
from orders.order.mailbox import Mailbox
from orders.order.order import Order, StoredReceipt
from orders.order.register import Entry, Head
from orders.ports import Connection, Message, Outside, Page, Proof, Selection, SignedLink

ORDERS_A_READING = 100
"""How many due orders are read at once."""


def outside() -> Outside:
    """An outside world in which every call is one of the port's."""
    return Outside(
        SimulatedTable(),
        SimulatedQueue(),
        SimulatedSlowQueue(),
        SimulatedBucket(),
        SimulatedMailQueue(),
        SimulatedMailer(),
        template.load().link_lifetime,
        lambda: current.world.clock(),
        lambda count: current.world.random_bytes(count),
    )


def no_answer() -> Exception:
    return Unavailable("no answer")


class SimulatedTable:
    """`orders.ports.Table`, as the previous version of the code sees it where that is at work."""

    def create(self, row: Order) -> Order:
        world = current.world
        return _as_read(world.call(WRITE, "table.create", lambda: world.table.create(row), no_answer))

    def read(self, order_id: str) -> Order:
        world = current.world
        return _as_read(world.call(READ, "table.read", lambda: world.table.read(order_id), no_answer))

    def read_many(self, order_ids: Sequence[str]) -> Callable[[str], Order]:
        """If there is no answer, each order is read by itself."""
        world = current.world
        read_all = partial(world.table.read_many, order_ids)
        try:
            read = world.call(READ, "table.read_many", read_all, no_answer)
        except Unavailable:
            return self.read
        return lambda order_id: _as_read(read(order_id))

    def proof(self, order_id: str) -> Proof:
        world = current.world
        return world.call(READ, "table.proof", lambda: world.table.proof(order_id), no_answer)

    def replace(self, before: Order, after: Order) -> Order:
        world = current.world
        return _as_read(world.call(WRITE, "table.replace", lambda: world.table.replace(before, after), no_answer))

    def append(self, before: Order, after: Order, document: Order) -> Order:
        world, write = current.world, partial(current.world.table.append, before, after, document)
        return _as_read(world.call(WRITE, "table.append", write, no_answer))

    def issue(self, wanted: Sequence[tuple[Order, str]], at: datetime) -> Sequence[Order]:
        """One write for each series: others are at work between them."""
        world, held = current.world, dict[str, Order]()
        for name in dict.fromkeys(series for _, series in wanted):
            part = [(order, series) for order, series in wanted if series == name]
            rows = world.call(WRITE, "table.issue", partial(world.table.issue, part, at), no_answer)
            held |= {row.order_id: row for row in rows}
        return [_as_read(held[order.order_id]) for order, _ in wanted]

    def series(self) -> Sequence[Head]:
        return current.world.call(READ, "table.series", current.world.table.series, no_answer)

    def entries(self, series: str, first: int, limit: int) -> Sequence[Entry]:
        read = partial(current.world.table.entries, series, first, limit)
        return current.world.call(READ, "table.entries", read, no_answer)

    def due(self, task: Task, now: datetime) -> Iterator[DueOrder]:
        """In parts, as an index shows them that lags."""
        world, last = current.world, None
        while True:
            read = partial(_due_behind, world, task, now, last)
            found = world.call(READ, "table.due", read, no_answer)
            yield from found
            if len(found) < ORDERS_A_READING:
                return
            last = found[-1]

    def postpone(self, task: Task, orders: Sequence[DueOrder], until: Sequence[datetime]) -> None:
        world = current.world

        def effect() -> None:
            for order, instant in zip(orders, until, strict=True):
                row = world.rows[order.order_id]
                if is_due_for(task, row):
                    world.put(postponed(task, row, instant))

        world.call(WRITE, "table.postpone", effect, no_answer)

    def page(self, selection: Selection, limit: int, cursor: str | None) -> Page:
        world = current.world
        return world.call(READ, "table.page", lambda: world.table.page(selection, limit, cursor), no_answer)

    def activity(self, now: datetime) -> Activity:
        world = current.world
        return world.call(READ, "table.activity", lambda: world.table.activity(now), no_answer)

    def mailbox(self, key: str) -> Mailbox:
        return current.world.call(READ, "table.mailbox", lambda: current.world.table.mailbox(key), no_answer)

    def count_mail(self, before: Mailbox, after: Mailbox) -> Mailbox:
        world = current.world
        return world.call(WRITE, "table.count_mail", lambda: world.table.count_mail(before, after), no_answer)


class SimulatedQueue:
    """`orders.ports.Queue`"""

    def notify(self, order_ids: Sequence[str]) -> None:
        current.world.call(WRITE, "queue.notify", lambda: current.platform.notify(order_ids), no_answer)

    def requeue(self, order_ids: Sequence[str]) -> None:
        self.notify(order_ids)

    def depth(self) -> int:
        return current.world.call(READ, "queue.depth", lambda: current.platform.order_queue.outstanding, no_answer)


class SimulatedBucket:
    """`orders.ports.Bucket`"""

    def store_once(self, key: str, pdf: bytes, *, was_tried: bool = False) -> StoredReceipt:
        world = current.world
        return world.call(WRITE, "bucket.store_once", lambda: world.store_once(key, pdf), no_answer)

    def fetch(self, receipt: StoredReceipt) -> bytes:
        world = current.world
        return world.call(READ, "bucket.fetch", lambda: _kept(receipt), no_answer)

    def link(self, receipt: StoredReceipt, now: datetime, lifetime: timedelta) -> SignedLink:
        """No call: both editions sign by themselves."""
        current.world.lose(receipt.key)
        _kept(receipt)
        return SignedLink(f"https://bucket/{receipt.key}?seconds={int(lifetime.total_seconds())}", now + lifetime)

    def is_lost(self, receipt: StoredReceipt) -> bool:
        """No call: on AWS there is none, and a folder is at hand."""
        return receipt.key not in current.world.objects

    def put_back(self, receipt: StoredReceipt, pdf: bytes) -> None:
        current.world.store_once(receipt.key, pdf)


class SimulatedSlowQueue(SimulatedQueue):
    """`orders.ports.Queue`, of orders whose receipts take long to draw."""

    def notify(self, order_ids: Sequence[str]) -> None:
        current.world.call(WRITE, "queue.notify", lambda: current.platform.slow_queue.send(order_ids), no_answer)


class SimulatedMailQueue(SimulatedQueue):
    """`orders.ports.Queue`, of mails."""

    def notify(self, order_ids: Sequence[str]) -> None:
        current.world.call(WRITE, "queue.notify", lambda: current.platform.mail_queue.send(order_ids), no_answer)


class SimulatedMailer:
    """`orders.ports.Mailer`"""

    @property
    def taken_as(self) -> DeliveryStatus:
        return DeliveryStatus.OUTBOX if current.world.keeps_mail else DeliveryStatus.SENT

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        current.world.call(READ, "mail.connect", lambda: None, no_answer)
        yield self

    def send(self, message: Message) -> str:
        world = current.world
        taken_by = world.keep if world.keeps_mail else world.take
        return world.call(MAIL, "mail.send", lambda: taken_by(message), no_answer, ANSWERS)


# Made anew for each call: an error that is raised again keeps every frame that it ever passed.
ANSWERS: Mapping[Fault, Callable[[], Exception]] = {
    Fault.DEFERRED: lambda: MailDeferred("not now"),
    Fault.REFUSED: lambda: MailRefused("no such address"),
}


def _due_behind(world: World, task: Task, now: datetime, last: DueOrder | None) -> list[DueOrder]:
    return due_orders(world.indexed_rows(), task, now, last)[:ORDERS_A_READING]


def _kept(receipt: StoredReceipt) -> bytes:
    if receipt.key not in current.world.objects:
        raise ReceiptLost(receipt.key)
    return current.world.objects[receipt.key]


def _as_read(row: Order) -> Order:
    """The previous version refuses what it can't know, and this one what the next one wrote."""
    version = current_process().version
    if version == PREVIOUS and is_too_new(row):
        return record.to_order(a_schema_version(record.from_order(row)))
    return row if version == NEXT else current.world.next_version.read_by_an_older_one(row)
