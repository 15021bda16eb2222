"""What others are told in a run: the feed's readers, the receivers of webhooks, and the operators who manage these."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from tests.simulation.event_checker import EventChecker, Key, key_of
from tests.simulation.receivers import A_TURN, ENOUGH, MOST_ATTEMPTS, PATIENCE, Behaviour, Receiver, well
from tests.simulation.scheduler import Milliseconds, Process

from orders import edition
from orders.order.errors import BadRequest, CursorExpired, OrdersError, Unavailable, UnknownEndpoint
from orders.order.event import Event, EventType
from orders.order.order import Order
from orders.order.webhook import Endpoint, EndpointStatus, WebhookDelivery, WebhookDeliveryStatus
from orders.use_cases import events as use_case
from orders.use_cases.webhooks import manage

if TYPE_CHECKING:
    from tests.simulation.world import World

T = TypeVar("T")
TRIES = 20
FOREVER: Milliseconds = 10**12
ENDANGERED = 5
"""So many readings of each reader may go wrong."""
MOST_LOOKS = 6
"""At an endpoint that works, before an operator trusts it."""
A_REQUEST: Milliseconds = 1_000
"""As long as one is under way, as a rule."""
MOST_BELLS = 20
"""In the queue at once, for two endpoints."""
A_TEST: Milliseconds = 5 * 60_000
"""Longer than a test takes."""
A_QUIET_SWEEP: Milliseconds = 10 * 60_000
"""From one sweep to the next, once a run is nearly over."""
LONGEST_PAUSE: Milliseconds = 20_000
"""Of a reader."""
A_LOOK: Milliseconds = 500
"""So often it is asked whether all are told, at most."""


@dataclass
class Reader:
    """Follows the cursor through the feed, in pages of `size`, and sees each event of its types once (rule 16)."""

    name: str
    size: int
    types: frozenset[EventType]
    events: "EventWorld"
    cursor: str | None = None
    seen: dict[str, Key] = field(default_factory=dict)
    readings: int = 0

    def follow(self) -> None:
        """For ever: whatever fails is asked again from the same cursor. Where nothing is new, it asks less often."""
        world, pause = self.events.world, 0
        while True:
            part = self._read()
            pause = 0 if part and part.events else min(LONGEST_PAUSE, 2 * pause + 200)
            if part is None or not part.has_more:
                world.scheduler.sleep(pause + world.chance.randrange(1_000))

    def _read(self) -> use_case.Part | None:
        self.readings += 1
        part = self.events.ask(self._next, is_spared=self.readings > ENDANGERED)
        if part:
            for event in part.events:
                self.see(event)
            self.cursor = part.cursor
        return part

    def _next(self) -> use_case.Part | None:
        try:
            return use_case.read(edition.connect_events().feed, self.cursor, self.types, self.size)
        except CursorExpired:
            self.events.broken(16, self.name, f"its cursor {self.cursor} is refused")
            return None

    def see(self, event: Event) -> None:
        last = max(self.seen, default="")
        if event.id in self.seen:
            self.events.broken(16, self.name, f"it read {event.id} twice")
        elif event.id < last:
            self.events.broken(16, self.name, f"it read {event.id} after {last}")
        if self.types and event.type not in self.types:
            self.events.broken(16, self.name, f"it read a {event.type}, which it does not want")
        self.seen[event.id] = self.events.checker.seen(event.to_document())

    @property
    def has_all(self) -> bool:
        by_type = self.events.checker.by_type
        wanted = sum(by_type[each] for each in self.types) if self.types else by_type.total()
        moves = self.events.checker.moves
        return sum(moves[key].must_be_told for key in self.seen.values() if key in moves) >= wanted

    def ended(self, feed: list[Event]) -> None:
        """It has seen what somebody sees who reads the whole feed at the end.

        It may have ended before it came to what nobody must be told.
        """
        wanted = [event for event in feed if not self.types or event.type in self.types]
        whole = {event.id for event in wanted}
        missed = [event.id for event in wanted if event.id not in self.seen and self._must_see(event)]
        if missed:
            self.events.broken(16, self.name, f"it never read {', '.join(missed[:3])}")
        if odd := [event_id for event_id in self.seen if event_id not in whole]:
            self.events.broken(16, self.name, f"it read {', '.join(odd[:3])}, and the feed has none")

    def _must_see(self, event: Event) -> bool:
        move = self.events.checker.moves.get(key_of(event.to_document()))
        return move is None or move.must_be_told


@dataclass
class EventWorld:
    """`committed` is told of each write by the implementation, and lets the events of it come into the feed."""

    world: "World"
    checker: EventChecker = field(init=False)
    receivers: dict[str, Receiver] = field(default_factory=dict)
    """By their URLs."""
    readers: list[Reader] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)
    """What the implementation keeps for this run."""
    _looked_at: Milliseconds = -A_LOOK
    _is_done: bool = False

    def __post_init__(self) -> None:
        world = self.world
        self.checker = EventChecker(
            world.rows,
            self.broken,
            lambda: world.scheduler.now,
            lambda: world.clocks(A_TURN),
            lambda: world.next_version,
        )

    def broken(self, rule: int, about: str, what: str) -> None:
        self.world.checker.broken(rule, about, what)

    # What the world tells.

    def row_written(self, before: Order | None, after: Order) -> None:
        for move in self.checker.row_written(before, after):
            self.world.tell(f"  moved: {move.key.type} of {move.key.row_id}")
            for receiver in self.receivers.values():
                if receiver.endpoint_id and receiver.owes(move.key.type):
                    receiver.owed.setdefault(move.key, move.committed_at)

    # Who listens.

    def reader(self, size: int, *types: EventType) -> Reader:
        reader = Reader(f"reader of {size}", size, frozenset(types), self)
        self.readers.append(reader)
        self.world.scheduler.start(reader.follow)
        return reader

    def neighbour(self) -> Receiver:
        """A server that works, beside another that may not."""
        receiver = self.receiver("well", well)
        receiver.is_undisturbed = True
        return receiver

    def receiver(self, name: str, behaviour: Behaviour, *takes: EventType) -> Receiver:
        """A server, to which nothing is sent yet."""
        world = self.world
        receiver = Receiver(
            f"https://{name}.example/hook",
            behaviour,
            tuple(takes),
            lambda: world.scheduler.now,
            lambda: [clock.timestamp() for clock in world.clocks(PATIENCE)],
            self.checker.seen,
            self.broken,
            lambda: world.injected,
        )
        self.receivers[receiver.url] = receiver
        return receiver

    # Operators: each of their calls is one of a function, and is repeated until it is answered.

    def ask(self, work: Callable[[], T], *, is_spared: bool = False) -> T | None:
        """What a function answers, if it does."""
        process = Process()
        process.is_spared = is_spared

        def answered() -> T | None:
            try:
                return work()
            except Unavailable:
                return None

        return self.world.scheduler.within(process, answered)

    def insist(self, work: Callable[[], T]) -> T:
        """What a function answers in the end."""
        for attempt in range(TRIES):
            if (answer := self.ask(work)) is not None:
                return answer
            self.world.scheduler.sleep(min(250 * 2**attempt, 30_000))
        raise OrdersError("an operator has given up")

    def add(self, receiver: Receiver) -> None:
        """The operator copies the secret from the answer at once, and removes what an answer was lost of."""
        takes = tuple(EventType(each) for each in receiver.takes)
        receiver.rotated_at = FOREVER
        added = self.insist(lambda: manage.add(receiver.url, takes, "", edition.connect_events(), by="ann"))
        receiver.endpoint_id, receiver.secrets = added.endpoint.id, [added.secret]
        for other in self.insist(lambda: edition.connect_events().webhooks.endpoints()):
            if other.url == receiver.url and other.id != receiver.endpoint_id:
                self._remove(other.id)
        receiver.rotated_at = self.world.scheduler.now
        self.world.tell(f"  {receiver.url} is endpoint {receiver.endpoint_id}")

    def rotate(self, receiver: Receiver, installed_after: Milliseconds = 0) -> None:
        """The receiver gets the new secret, and forgets the old one, a while later."""
        receiver.rotated_at = FOREVER
        tries = 0

        def rotated() -> manage.WithSecret:
            nonlocal tries
            tries += 1
            return manage.rotate(receiver.endpoint_id, edition.connect_events())

        secret = self.insist(rotated).secret
        receiver.rotated_at = self.world.scheduler.now
        self.world.tell(f"  {receiver.url} has a new secret")
        if tries == 1:  # else a rotation may have been lost, and the secret before is no longer good
            receiver.next_secret = secret
            self.world.scheduler.sleep(installed_after)
        receiver.secrets, receiver.next_secret = [secret], ""

    def clock_jumped(self) -> None:
        """By a day, perhaps: the secret before is no longer good, and who has a new one installs it."""
        for receiver in self.receivers.values():
            if receiver.next_secret:
                receiver.secrets, receiver.rotated_at = [receiver.next_secret], self.world.scheduler.now

    def disable(self, receiver: Receiver) -> None:
        receiver.may_be_disabled = True
        self.insist(
            lambda: manage.change(receiver.endpoint_id, edition.connect_events(), status=EndpointStatus.DISABLED)
        )
        receiver.silent_since = self.world.scheduler.now

    def enable(self, receiver: Receiver, *, skip_missed: bool = False) -> None:
        receiver.silent_since = None
        receiver.not_before.clear()
        receiver.refusals = 0
        self.insist(
            lambda: manage.change(
                receiver.endpoint_id, edition.connect_events(), status=EndpointStatus.ENABLED, skip_missed=skip_missed
            )
        )
        receiver.not_before.clear()
        receiver.refusals = 0
        receiver.may_be_disabled = False
        if skip_missed:
            receiver.owed.clear()

    def check_bounds(self, receiver: Receiver, deepest: int) -> None:
        """A dead endpoint is tried so often at most, and does not fill the queue."""
        retries = len(receiver.tries) + ENOUGH
        if receiver.requests > MOST_ATTEMPTS * retries or deepest > MOST_BELLS:
            self.broken(15, receiver.url, f"{receiver.requests} requests, and {deepest} messages in the queue")

    def mend(self, receiver: Receiver, every: Milliseconds = 30_000) -> None:
        """As soon as an operator sees that the endpoint is disabled, as long as there is something that it lacks."""
        looks = 0
        while looks < MOST_LOOKS or receiver.lacks_something:
            looks += 1
            self.world.scheduler.sleep(every)
            endpoint = self.insist(lambda: edition.connect_events().webhooks.endpoint(receiver.endpoint_id))
            if not endpoint.is_enabled:
                self.enable(receiver)

    def remove(self, receiver: Receiver) -> None:
        self._remove(receiver.endpoint_id)
        receiver.silent_since = self.world.scheduler.now

    def _remove(self, endpoint_id: str) -> None:
        """A second call finds none, if the answer to the first was lost."""

        def removed() -> bool:
            with suppress(UnknownEndpoint):
                manage.remove(endpoint_id, edition.connect_events())
            return True

        self.insist(removed)

    def test(self, receiver: Receiver) -> None:
        """Refused while another operator disables the endpoint."""

        def tested() -> WebhookDelivery | bool:
            try:
                return manage.test(receiver.endpoint_id, edition.connect_events())
            except BadRequest:
                if receiver.may_be_disabled:
                    return False
                raise

        delivery = self.insist(tested)
        if isinstance(delivery, WebhookDelivery):
            receiver.tests[delivery.event_id] = self.world.scheduler.now

    def replay(self, receiver: Receiver, since: datetime, before: datetime) -> None:
        """What was seen of this time by now comes again."""
        receiver.not_before.clear()
        began = self.world.scheduler.now
        known = [key for key, event_id in self.checker.ids.items() if self._is_of(event_id, since, before)]
        self.insist(lambda: manage.replay(receiver.endpoint_id, since, before, edition.connect_events()) or True)
        self._owe_again(receiver, [key for key in known if receiver.owes(key.type)], began - A_REQUEST)

    def replay_event(self, receiver: Receiver, event_id: str) -> None:
        receiver.wanted.add(event_id)
        receiver.not_before.clear()
        began = self.world.scheduler.now
        self.insist(lambda: manage.replay_event(receiver.endpoint_id, event_id, edition.connect_events()))
        again = [key for key, each in self.checker.ids.items() if each == event_id]
        self._owe_again(receiver, again, began)

    def _owe_again(self, receiver: Receiver, keys: list[Key], since: Milliseconds) -> None:
        """Taken once more since then."""
        receiver.not_before.clear()
        for key in keys:
            receiver.owed[key] = since

    def _is_of(self, event_id: str, since: datetime, before: datetime) -> bool:
        return since <= datetime.fromisoformat(self.checker.documents[event_id]["timestamp"]) < before

    # The end.

    def is_told(self) -> bool:
        """Whether everybody seems to know everything; looked at now and then, as it takes a while."""
        now = self.world.scheduler.now
        if now - self._looked_at >= A_LOOK:
            self._looked_at = now
            self._is_done = all(each.has_all for each in self.readers) and self._are_delivered()
        return self._is_done

    def _are_delivered(self) -> bool:
        listening = [each for each in self.receivers.values() if each.endpoint_id and each.silent_since is None]
        return not any(self._waits_for_test(each) or each.lacks_something for each in listening)

    def _waits_for_test(self, receiver: Receiver) -> bool:
        """A test is sent once, and may have been lost. If the clock is put back, it is due later, by a sweep."""
        latest = max((before for _, before in self.world.jumps), default=self.world.clock_offset)
        put_back = max(latest - self.world.clock_offset, timedelta(0)) // timedelta(milliseconds=1)
        oldest = self.world.scheduler.now - A_TEST - (put_back and put_back + A_QUIET_SWEEP)
        return any(at > oldest and test not in receiver.taken_ids for test, at in receiver.tests.items())

    def facts(self) -> Counter[str]:
        """What a run had of all that rules 14 to 16 are about."""
        receivers = self.receivers.values()
        return self.checker.facts() + Counter(
            {
                "reading": sum(len(each.seen) for each in self.readers),
                "endpoint": len(receivers),
                "request": sum(each.requests for each in receivers),
                "delivered": sum(len(each.taken) for each in receivers),
            }
        )

    def end(self, *, without_fault: bool) -> None:
        """In a task, once nothing goes wrong any more: look at everything once more."""
        feed = self._whole_feed()
        for event in feed:
            self.checker.seen(event.to_document())
        self.checker.ended(without_fault=without_fault)
        for reader in self.readers:
            reader.ended(feed)
        for receiver in self.receivers.values():
            if receiver.endpoint_id:
                self._end(receiver, without_fault=without_fault)

    def _whole_feed(self) -> list[Event]:
        found: list[Event] = []
        while part := edition.connect_events().feed.read(found[-1].id if found else None, 100):
            found += part
        return found

    def _end(self, receiver: Receiver, *, without_fault: bool) -> None:
        known = {each.id: each for each in edition.connect_events().webhooks.endpoints()}
        endpoint = known.get(receiver.endpoint_id)
        if endpoint is None or not endpoint.is_enabled:
            self._silent(receiver, endpoint)
            return
        failed = self._failed(receiver.endpoint_id)
        for key in receiver.owed:
            event_id = self.checker.ids.get(key, "")
            if receiver.is_owed(key):
                self._missing(receiver, key, event_id, is_failed=event_id in failed)
            elif without_fault and receiver.is_undisturbed:
                self._check_soon(receiver, key)
        for test in receiver.tests.keys() - receiver.taken_ids - failed:
            self.broken(15, receiver.url, f"the test {test} was neither taken nor did it fail")

    def _silent(self, receiver: Receiver, endpoint: Endpoint | None) -> None:
        """An endpoint that gets nothing."""
        if receiver.silent_since is None:
            self.broken(15, receiver.url, "its endpoint is gone or disabled, and nobody wanted it")
        elif endpoint and not endpoint.disabled_because:
            self.broken(15, receiver.url, "it is disabled, and nobody says why")

    def _missing(self, receiver: Receiver, key: Key, event_id: str, *, is_failed: bool) -> None:
        if not is_failed:
            self.broken(15, receiver.url, f"{event_id} ({key.type} of {key.row_id}) never came, and is not FAILED")
        elif receiver.tries[event_id] < 10:
            self.broken(15, receiver.url, f"{event_id} is FAILED after {receiver.tries[event_id]} attempts")

    def _check_soon(self, receiver: Receiver, key: Key) -> None:
        """Whom nothing befell has everything soon, whatever its neighbours do."""
        if receiver.taken[key][-1] - receiver.owed[key] > 60_000:
            self.broken(15, receiver.url, f"{key.type} of {key.row_id} was kept from it for more than a minute")

    def _failed(self, endpoint_id: str) -> set[str]:
        found: set[str] = set()
        cursor: str | None = None
        while True:
            page = edition.connect_events().webhooks.deliveries(endpoint_id, WebhookDeliveryStatus.FAILED, 50, cursor)
            found |= {each.event_id for each in page.deliveries}
            cursor = page.cursor
            if cursor is None:
                return found
