"""A queue as SQS is: it hides what it delivers and delivers again; on a bad day it loses, doubles, delays, reorders."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.simulation.faults import DELETION, MESSAGE, Fault
from tests.simulation.scheduler import Milliseconds
from tests.simulation.world import World

from orders.local.lambda_.template import QueueSource, QueueSpec

TRAVEL: Milliseconds = 30
LONGEST_DELAY: Milliseconds = 5 * 60_000
CONCURRENCY = 10
"""How many batches are in hand at once: MaximumConcurrency in the template."""


@dataclass(slots=True)
class Message:
    body: str
    message_id: str
    before_cut: int
    receives: int = 0


Invoke = Callable[[dict[str, object], Callable[[object], None]], None]
"""Call the queue's function with an event; the result, or None where it has none, is handed to the second."""


@dataclass
class Sqs:
    """A queue and the event source mapping that feeds its function. `deliveries` counts them by order.

    More than `most_sent` messages about one order break a rule.
    """

    world: World
    spec: QueueSpec
    source: QueueSource
    invoke: Invoke
    dead_letter: "Sqs | None"
    fates: dict[int, Fault] = field(default_factory=dict)
    """What the story has in store for the first, second ... message."""
    ready: list[Message] = field(default_factory=list)
    outstanding: int = 0
    deepest: int = 0
    deliveries: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    most_sent: int | None = None
    service: str = "message"
    """The name of what may be spared of faults."""
    _in_hand: int = 0
    _polling: bool = False
    _paused: bool = False
    _sent: int = 0
    _cuts: int = 0

    def send(self, bodies: Sequence[str], delay: Milliseconds = 0) -> None:
        for body in bodies:
            self._sent += 1
            self.sent[body] += 1
            if self.most_sent and self.sent[body] > self.most_sent:
                self.world.checker.notified(body, self.sent[body])
            message = Message(body, f"{self.spec.name}-{self._sent}", self._cuts)
            self._travel(message, self.world.passed(MESSAGE, self.service) or self.fates.get(self._sent), delay)

    def pause(self, duration: Milliseconds) -> None:
        """Deliver nothing for so long, as where no function may run."""
        self._paused = True
        self.world.scheduler.after(duration, self._go_on)

    def _go_on(self) -> None:
        self._paused = False
        self._poll()

    def lose_everything(self) -> None:
        """As a queue in memory does when the machine goes down."""
        self._cuts += 1
        self.outstanding -= len(self.ready)
        self.ready.clear()

    def _travel(self, message: Message, fault: Fault | None, delay: Milliseconds) -> None:
        if fault is Fault.LOST:
            return
        chance = self.world.chance
        latest = LONGEST_DELAY if fault is Fault.DELAYED else TRAVEL
        for _ in range(2 if fault is Fault.DUPLICATED else 1):
            self._appear(message, delay + int(latest * chance.random()))

    def _appear(self, message: Message, delay: Milliseconds) -> None:
        self.outstanding += 1
        self.deepest = max(self.deepest, self.outstanding)
        self.world.scheduler.after(delay, lambda: self._arrive(message))

    def _arrive(self, message: Message) -> None:
        if message.before_cut < self._cuts:
            self.outstanding -= 1
            return
        self.ready.append(message)
        self._poll()

    def _poll(self) -> None:
        """A moment later, so that a batch may gather."""
        if not self._polling and not self._paused and self.ready and self._in_hand < CONCURRENCY:
            self._polling = True
            self.world.scheduler.after(20, self._receive)

    def _receive(self) -> None:
        self._polling = False
        if self.ready:
            if len(self.ready) > 1:
                self.world.chance.shuffle(self.ready)
            batch = self.ready[: self.source.batch_size]
            del self.ready[: self.source.batch_size]
            self._deliver(batch)
        self._poll()

    def _deliver(self, batch: list[Message]) -> None:
        self._in_hand += 1
        self.deliveries.update(message.body for message in batch)
        for message in batch:
            message.receives += 1
        received_at = self.world.scheduler.now
        event: dict[str, object] = {"Records": [{"messageId": each.message_id, "body": each.body} for each in batch]}
        if self.world.traced:
            self.world.tell(f"{self.spec.name} delivers {', '.join(f'{m.body} ({m.receives})' for m in batch)}")
        self.invoke(event, lambda result: self._answered(batch, received_at, result))

    def _answered(self, batch: list[Message], received_at: Milliseconds, result: object) -> None:
        self._in_hand -= 1
        kept = _kept(result, batch)
        for message in batch:
            if message.message_id not in kept and self.world.passed(DELETION, self.service) is None:
                self.outstanding -= 1
            else:
                self._hide(message, received_at)
        self._poll()

    def _hide(self, message: Message, received_at: Milliseconds) -> None:
        """Until its visibility timeout is over."""
        visible_at = received_at + int(self.spec.visibility.total_seconds() * 1000)
        self.world.scheduler.after(max(0, visible_at - self.world.scheduler.now), lambda: self._visible(message))

    def _visible(self, message: Message) -> None:
        if self.spec.max_receives and message.receives >= self.spec.max_receives:
            self.outstanding -= 1
            if self.dead_letter:  # to which somebody listens
                self.dead_letter._appear(Message(message.body, message.message_id, self.dead_letter._cuts), TRAVEL)
        else:
            self._arrive(message)


def _kept(result: object, batch: list[Message]) -> set[str]:
    """What is not deleted: what the function reports, or all of it where it did not return."""
    if not isinstance(result, dict):
        return {message.message_id for message in batch}
    return {failure["itemIdentifier"] for failure in result["batchItemFailures"]}
