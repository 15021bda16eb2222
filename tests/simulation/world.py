"""One run's world: time, the state of the services, and the boundary that every call to the outside passes."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

from tests.simulation.checker import Checker
from tests.simulation.current import current
from tests.simulation.faults import Fault, Plan, Point
from tests.simulation.mail_checker import ACCOUNTANT
from tests.simulation.next_version import NextVersion
from tests.simulation.postings import Poison, poison_of
from tests.simulation.scheduler import (
    CURRENT,
    NEXT,
    PREVIOUS,
    Crashed,
    Milliseconds,
    Process,
    Scheduler,
    current_process,
)
from tests.support.examples import NINE
from tests.support.fakes import LONGEST_LAG, LaggingIndex, MemoryTable

from orders.order import figures
from orders.order.delivery import Addressee
from orders.order.errors import DrawingAborted, Misconfigured, ReceiptImpossible
from orders.order.mailbox import Mailbox
from orders.order.order import SCHEMA_VERSION, Order, StoredReceipt
from orders.order.register import Entry
from orders.ports import Message
from orders.shop.shop import Shop

if TYPE_CHECKING:
    from tests.simulation.event_world import EventWorld

T = TypeVar("T")

LATENCY: dict[str, Milliseconds] = {"table": 4, "bucket": 20, "queue": 6, "mail": 60, "events": 4, "doorbell": 6}
"""About how long a call takes."""
PATIENCE: Milliseconds = 4_000
"""About how long the SDK tries before it gives up: two attempts of two seconds."""
OVERLAP: Milliseconds = 30_000
LONGEST_DRAWING: Milliseconds = 1_500
"""Of a fickle receipt."""
SHARE_OF_REFUSALS = 0.5
"""How often a fickle receipt can't be drawn."""
FOREVER: Milliseconds = 10**12
NO_ANSWERS: Mapping[Fault, Callable[[], Exception]] = {}


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of a run's story, for who replays it."""

    at: Milliseconds
    what: str

    def __str__(self) -> str:
        return f"{self.at / 1000:12.3f}  {self.what}"


@dataclass
class World:
    """`chance` decides everything that the plan does not; the same seed and plan give the same run."""

    chance: Random
    plan: Plan
    traced: bool = False
    typeset: Callable[[Order], bytes] | None = None
    scheduler: Scheduler = field(default_factory=Scheduler)
    rows: dict[str, Order] = field(default_factory=dict)
    index: LaggingIndex = field(default_factory=LaggingIndex)
    objects: dict[str, bytes] = field(default_factory=dict)
    mailboxes: dict[str, Mailbox] = field(default_factory=dict)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What the AWS ports keep in the table besides rows."""
    tokens: set[str] = field(default_factory=set)
    """Of the transactions that were made."""
    begins: datetime = NINE
    points: list[Point] = field(default_factory=list)
    quiet: bool = False
    """Nothing goes wrong now, and nothing of it is a point."""
    spared: frozenset[str] = frozenset()
    """The services of which the same is true all the time."""
    most_points: int = 10**9
    """After so many points, nothing goes wrong any more."""
    events: "EventWorld | None" = None
    """Who is told of the orders' moves, in a run in which somebody is."""
    injected: int = 0
    deployed_at: Milliseconds = 0
    next_version: NextVersion = field(default_factory=NextVersion)
    page_mended_at: Milliseconds = 0
    keeps_mail: bool = False
    """No mail server is set: mails are kept in an outbox."""
    losses: int = 0
    """How many receipts will be gone when somebody asks for them."""
    clock_offset: timedelta = timedelta(0)
    jumps: list[tuple[Milliseconds, timedelta]] = field(default_factory=list)
    """When the clock jumped, and what the offset was before."""
    story: list[Happening] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)
    versions: set[int] = field(default_factory=set)
    """Of the code that was at work so far."""
    table: MemoryTable = field(init=False)
    checker: Checker = field(init=False)
    _drawn: int = 0

    def __post_init__(self) -> None:
        self.table = WorldTable(self)
        self.checker = Checker(self.rows, self.objects, self._receipts, lambda: self.scheduler.now)

    def clock(self) -> datetime:
        return self._passed() + self.clock_offset

    def jump(self, by: timedelta) -> None:
        self.jumps.append((self.scheduler.now, self.clock_offset))
        self.clock_offset += by
        self.tell(f"  the clock jumps to {self.clock():%Y-%m-%d %H:%M:%S}")
        if self.events:
            self.events.clock_jumped()

    def clocks(self, within: Milliseconds) -> list[datetime]:
        """What the clock shows, and what it would show without those of its jumps that were so long ago at most."""
        recent = [before for at, before in self.jumps if self.scheduler.now - at <= within]
        return [self._passed() + offset for offset in (self.clock_offset, *recent)]

    def _passed(self) -> datetime:
        """The time without the jumps of the clock."""
        return self.begins + timedelta(milliseconds=self.scheduler.now)

    def random_bytes(self, count: int) -> bytes:
        """Never the same twice in a run."""
        self._drawn += 1
        return hashlib.sha256(str(self._drawn).encode()).digest()[:count]

    def tell(self, what: str) -> None:
        if self.traced:
            self.story.append(Happening(self.scheduler.now, what))

    # The state of the services.

    @property
    def shop(self) -> Shop:
        """As the version at work reads it: the one before knows no numbers."""
        shop = self.checker.shop
        return replace(shop, numbers={}) if current_process().version == PREVIOUS else shop

    def write(self, row: Order) -> None:
        """Put a row that the version at work has made."""
        before = self.rows.get(row.order_id)
        if current_process().version == NEXT:
            self.next_version.rows.add(row.order_id)
        elif row.order_id in self.next_version.rows or (is_too_new(before) and current_process().version == PREVIOUS):
            self.checker.broken(2, row.order_id, "an older version wrote over what it does not know")
        self.put(row)

    def write_entry(self, entry: Entry) -> None:
        """Put an entry of the register, before the row of the same write."""
        self.tell(f"  entry {entry.number} of {entry.series}: {entry.void or entry.sha256 or 'issued'}")
        self.checker.register.entry_written(entry)

    def put(self, row: Order) -> None:
        before = self.rows.get(row.order_id)
        self.rows[row.order_id] = row
        self.index.put(self._passed(), row)
        self.tell(f"  row {row.order_id}: {row.status} (revision {row.revision}) {row.last_error or ''}")
        self.checker.row_written(before, row)
        if self.events:
            self.events.row_written(before, row)
            current.committed(before, row)

    def indexed_rows(self) -> dict[str, Order]:
        """The rows as an index shows them to one reading: as they were up to two seconds ago."""
        return self.index.as_of(self._passed() - LONGEST_LAG * self.chance.random())

    def store_once(self, key: str, pdf: bytes) -> StoredReceipt:
        kept = self.objects.get(key)
        if kept is None:
            self.store(key, pdf)
            kept = pdf
        return StoredReceipt(key, hashlib.sha256(kept).hexdigest(), len(kept))

    def store(self, key: str, pdf: bytes) -> None:
        before = self.objects.get(key)
        self.objects[key] = pdf
        self.checker.object_written(key, before, pdf)

    def lose(self, key: str) -> None:
        """A receipt, where one is to be lost."""
        if self.losses and key in self.objects:
            self.losses -= 1
            del self.objects[key]
            self.tell(f"  {key} is lost")
            self.checker.object_lost(key)

    def take(self, message: Message) -> str:
        """As the mail service does; what it calls the message."""
        self.tell(f"  mail {message.number} about {message.order_id} is taken")
        self.checker.mail.taken(message)
        if not self.clock_offset:
            self.checker.mail.delivered(message)
        return f"taken at {self.scheduler.now}"

    def keep(self, message: Message) -> str:
        """As the outbox does; the file's name."""
        self.tell(f"  mail {message.number} about {message.order_id} is kept")
        self.checker.mail.kept(message)
        return f"{message.order_id}-{message.number}.eml"

    # The boundary.

    def passed(self, point: Point, service: str) -> Fault | None:
        """What goes wrong this time, where something may."""
        number = len(self.points)
        if self.quiet or service in self.spared or number >= self.most_points or current_process().is_spared:
            return None
        self.points.append(point)
        fault = self.plan.fault(number, service, point)
        if fault and fault not in point.faults:
            return None
        if fault:
            self.injected += 1
            self.tell(f"  fault at point {number}: {fault}")
        return fault

    def call(
        self,
        point: Point,
        name: str,
        effect: Callable[[], T],
        no_answer: Callable[[], Exception],
        answers: Mapping[Fault, Callable[[], Exception]] = NO_ANSWERS,
    ) -> T:
        """A call to the outside, as in `table.read`: others are at work meanwhile, and it may go wrong in some ways.

        `answers` make the errors that tell what happened; of the others nobody knows whether it took effect.
        """
        service = name.partition(".")[0]
        if self.traced:
            self.tell(f"  call {len(self.points)}: {name}")
        fault = self.passed(point, service)
        self.scheduler.sleep(int(LATENCY[service] * (0.5 + self.chance.random())))
        if fault is None:
            return effect()
        if fault in answers:
            raise answers[fault]()
        return self._go_wrong(fault, effect, no_answer)

    def _go_wrong(self, fault: Fault, effect: Callable[[], T], no_answer: Callable[[], Exception]) -> T:
        if fault in {Fault.REPLY_LOST, Fault.CRASH_AFTER, Fault.RESENT}:
            _whatever_comes(effect)
        if fault in {Fault.CRASH_BEFORE, Fault.CRASH_AFTER}:
            self.crash(current_process())
        self.scheduler.sleep(int(PATIENCE * self.chance.random()))
        if fault is Fault.RESENT:
            return effect()
        raise no_answer()

    def crash(self, process: Process) -> None:
        """End the process that is at work."""
        process.crash()
        raise Crashed

    # The code that is deployed.

    def new_process(self, function: str) -> Process:
        process = Process(self._deployed(function, self.scheduler.now))
        self.processes.append(process)
        self.versions.add(process.version)
        return process

    def still_in_use(self, process: Process, function: str) -> bool:
        """For half a minute after a deployment, both versions are at work."""
        now = self.scheduler.now
        return process.version in {self._deployed(function, now), self._deployed(function, now - OVERLAP)}

    def _deployed(self, function: str, at: Milliseconds) -> int:
        if self.next_version.is_at_work(function, at):
            return NEXT
        return PREVIOUS if at < self.deployed_at else CURRENT

    def draw(self, row: Order) -> bytes:
        """What stands for the typesetter, unless the run has the real one: as deterministic, and as moody."""
        process = current_process()
        self.checker.counted(row, figures.of(row.posted))  # which the typesetter is given
        poison = poison_of(row.body)
        if poison is Poison.CRASHING:
            self.crash(process)
        if poison is Poison.HANGING:
            self.scheduler.sleep(FOREVER)
        if poison is Poison.BUG:
            raise RuntimeError("an error that nobody thought of")
        if poison in {Poison.SLOW, Poison.ENDLESS}:
            raise DrawingAborted("the receipt takes too long to draw")
        return self._page(row, poison)

    def compose(self, row: Order, pdf: bytes, _at: datetime, to: Addressee = Addressee.CUSTOMER) -> Message:
        """What stands for the templates: the receipt alone."""
        mail = row.delivery(to)
        recipient = ACCOUNTANT if to is Addressee.COPY else row.posted.customer_email or ""
        return Message(row.order_id, mail.number if mail else 0, "shop@example.com", recipient, pdf, to)

    def draw_alone(self, row: Order) -> bytes:
        """As `orders.receipt.draw_alone`: a crash harms nobody, and is the order's fault."""
        self.scheduler.sleep(200)
        poison = poison_of(row.body)
        if poison in {Poison.CRASHING, Poison.HANGING, Poison.BUG, Poison.ENDLESS}:
            raise ReceiptImpossible(f"drawing the receipt took its process down ({poison})")
        return self._page(row, poison)

    def _page(self, row: Order, poison: Poison) -> bytes:
        self._refuse(poison)
        if poison is Poison.FICKLE:
            self._hesitate()
        return self.typeset(row) if self.typeset else page(row, current_process().version)

    def _hesitate(self) -> None:
        """Take a while, in which others are at work, and perhaps refuse."""
        self.scheduler.sleep(self.chance.randrange(LONGEST_DRAWING))
        if self.chance.random() < SHARE_OF_REFUSALS:
            raise ReceiptImpossible("the typesetter refuses it this time")

    def _refuse(self, poison: Poison) -> None:
        if self.scheduler.now < self.page_mended_at:
            raise Misconfigured("the page has a fault")
        if poison is Poison.IMPOSSIBLE:
            raise ReceiptImpossible("the receipt can't be typeset")

    def _receipts(self, row: Order) -> set[bytes]:
        if self.typeset:
            return {self.typeset(row)}
        return {page(row, version) for version in self.versions}


def page(row: Order, version: int) -> bytes:
    """A receipt that depends on nothing but its row and the page's version."""
    text = f"page {version}\n{row.body}\n{row.received_at}\n{row.api_url}"
    return f"{text}\n{row.document_text}\n{row.issue.text if row.issue else None}".encode()


def is_too_new(row: Order | None) -> bool:
    """Whether the previous version leaves this row alone."""
    return row is not None and row.schema_version == SCHEMA_VERSION


class WorldTable(MemoryTable):
    """The table of the tests over a world's rows, in which the checker sees every write."""

    def __init__(self, world: World) -> None:
        super().__init__(world.rows, world.mailboxes)
        self._world = world

    def put(self, row: Order) -> None:
        self._world.write(row)

    def put_entry(self, entry: Entry) -> None:
        super().put_entry(entry)
        self._world.write_entry(entry)


def _whatever_comes(effect: Callable[[], object]) -> None:
    """Let it take effect; its reply reaches nobody."""
    try:
        effect()
    except Exception:  # a refusal is a reply, too
        return
