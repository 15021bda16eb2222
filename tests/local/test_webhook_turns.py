"""Days of deliveries to one endpoint, in a second: the real database, feed, sender and HTTP, and a clock that is set.

The clock moves in the steps of the dispatcher, which asks `Turns` whether the endpoint has anything to do.
"""

import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.support.event_fakes import MemoryDoorbell
from tests.support.examples import ALICE, NINE
from tests.support.fakes import Clock

from orders.local.server.webhook_turns import Turns
from orders.local.sqlite.feed import SqliteFeed
from orders.local.sqlite.table import SqliteTable
from orders.local.sqlite.webhooks import SqliteWebhooks
from orders.order import signature, validation
from orders.order.errors import BadRequest, UnknownEndpoint, UnknownEvent
from orders.order.event import EventType
from orders.order.order import Order, StoredReceipt
from orders.order.webhook import (
    DISABLED_AFTER,
    LEASE,
    OPENS_AFTER,
    PROBE_EVERY,
    RETRIES,
    SECRETS_OVERLAP,
    EndpointStatus,
    Progress,
    WebhookDelivery,
)
from orders.outbound.http_sender import HttpSender
from orders.outbound.rules import Rules
from orders.ports.events import EventPorts
from orders.use_cases.webhooks import deliver, look, manage, notify

RECEIPT = StoredReceipt("receipts/2026-11-23/12345.pdf", "ab" * 32, 13_000)
Reply = tuple[int, dict[str, str]]
TAKES: Reply = (200, {})
FAILS: Reply = (503, {})


@dataclass(frozen=True)
class Got:
    at: datetime
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def order_id(self) -> str:
        return str(json.loads(self.body)["data"]["orderId"])


@dataclass
class Shop:
    """Orders, a receiver of webhooks, and one endpoint for it."""

    table: SqliteTable
    clock: Clock = field(default_factory=Clock)
    doorbell: MemoryDoorbell = field(default_factory=MemoryDoorbell)
    got: list[Got] = field(default_factory=list)
    answer: Callable[[Got], Reply] = lambda _got: TAKES
    url: str = ""
    endpoint: str = ""

    def __post_init__(self) -> None:
        sender = HttpSender(Rules(with_loopback=True))
        self.feed, self.webhooks = SqliteFeed(self.table), SqliteWebhooks(self.table)
        self.ports = EventPorts(self.feed, self.webhooks, sender, self.doorbell, self.clock)
        self.turns = Turns(self.feed, self.webhooks, self.clock)

    def add(self, *types: EventType) -> manage.WithSecret:
        added = manage.add(self.url, types, "", self.ports, by="maria")
        self.endpoint = added.endpoint.id
        return added

    def order(self, order_id: str) -> str:
        """The id of the event of a new order."""
        self.table.create(Order.received(validation.parse(ALICE | {"orderId": order_id}), "token", self.clock.now))
        return self.feed.end() or ""

    def turn(self) -> None:
        deliver.take_turn(self.endpoint, self.ports, lambda: True)

    def live(self, duration: timedelta, step: timedelta = timedelta(minutes=1)) -> None:
        """What the dispatcher does in this time."""
        end = self.clock.now + duration
        while self.clock.now < end:
            self.clock.now = min(self.clock.now + step, end)
            if self.endpoint in self.turns.enabled() and self.turns.is_due(self.endpoint):
                self.turn()

    def set(self, status: EndpointStatus, *, skip_missed: bool = False) -> None:
        manage.change(self.endpoint, self.ports, status=status, skip_missed=skip_missed)

    def seen(self) -> tuple[Progress, Sequence[WebhookDelivery]]:
        page = self.webhooks.deliveries(self.endpoint, None, 1000, None)
        return self.webhooks.progress(self.endpoint), page.deliveries

    def of_orders(self) -> list[str]:
        """The ids of the orders that the receiver got events of, in the order of arrival, each as often as it did."""
        return [each.order_id for each in self.got]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with closing(SqliteTable(tmp_path / "orders.db")) as table:
        shop, lock = Shop(table), threading.Lock()

        class Receiver(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): text for name, text in self.headers.items()}
                with lock:
                    shop.got.append(Got(shop.clock.now, headers, body))
                    status, others = shop.answer(shop.got[-1])
                self.send_response(status)
                for name, text in {**others, "Content-Length": "0"}.items():
                    self.send_header(name, text)
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        shop.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        shop.add()
        yield shop
        server.shutdown()
        server.server_close()


class TestFiveDays:
    def test_an_endpoint_that_takes_nothing_for_five_days_is_disabled_with_a_notice_and_gets_all_when_enabled(
        self, shop: Shop, caplog: pytest.LogCaptureFixture
    ):
        shop.answer = lambda _got: FAILS
        for day in range(4):
            shop.order(f"day-{day}")
            shop.live(timedelta(days=1), PROBE_EVERY)
        shop.live(timedelta(days=1) - PROBE_EVERY, PROBE_EVERY)
        assert shop.webhooks.endpoint(shop.endpoint).is_enabled
        shop.order("day-5")
        shop.live(2 * PROBE_EVERY, PROBE_EVERY)

        disabled = shop.webhooks.endpoint(shop.endpoint)
        assert (disabled.status, disabled.disabled_because) == (
            EndpointStatus.DISABLED,
            "it accepted no event for five days",
        )
        assert shop.got[-1].at - shop.got[0].at >= DISABLED_AFTER
        assert [(each.levelname, each.getMessage()) for each in caplog.records if "disabled" in each.getMessage()] == [
            ("ERROR", f"webhook endpoint {shop.endpoint} is disabled: it accepted no event for five days")
        ]
        assert (look.count(shop.ports).enabled, look.count(shop.ports).disabled) == (0, 1)

        tried, shop.answer = len(shop.got), lambda _got: TAKES
        shop.order("missed")
        shop.live(timedelta(days=1), timedelta(hours=1))
        assert len(shop.got) == tried, "sent to a disabled endpoint"

        failed = {each.event_id for each in shop.seen()[1] if each.status == "FAILED"}
        shop.set(EndpointStatus.ENABLED)
        shop.live(timedelta(minutes=10))
        events = {event.id for event in shop.feed.read(None, 100)}
        assert {each.id for each in shop.got[tried:]} == events - failed
        manage.replay(shop.endpoint, NINE, shop.clock.now, shop.ports)
        shop.live(timedelta(minutes=10))
        assert {each.id for each in shop.got[tried:]} == events

    def test_one_success_in_between_begins_the_five_days_anew(self, shop: Shop):
        shop.answer = lambda _got: FAILS
        shop.order("a")
        shop.live(timedelta(days=4, hours=23), timedelta(hours=1))
        shop.answer = lambda _got: TAKES
        shop.order("b")
        shop.live(timedelta(hours=1))
        shop.answer = lambda _got: FAILS
        for day in range(4):
            shop.order(f"c-{day}")
            shop.live(timedelta(days=1), timedelta(hours=1))

        assert shop.webhooks.endpoint(shop.endpoint).is_enabled

    def test_five_days_of_many_events_cost_few_attempts(self, shop: Shop):
        """While the circuit is open one attempt follows the other: those that are due, and one each five minutes."""
        for number in range(300):
            shop.order(f"o-{number}")
        shop.answer = lambda _got: FAILS
        shop.live(timedelta(hours=4))

        tries = Counter(each.id for each in shop.got)
        probes = timedelta(hours=4) // PROBE_EVERY
        assert len(tries) <= deliver.AT_ONCE + probes
        assert max(tries.values()) <= 1 + sum(pause <= timedelta(hours=4) for pause in RETRIES)


class TestCircuit:
    def test_it_opens_tries_one_at_a_time_and_closes_with_the_first_success(self, shop: Shop):
        shop.answer = lambda _got: FAILS
        for number in range(OPENS_AFTER - 1):
            shop.order(f"o-{number}")
        shop.turn()
        assert not shop.seen()[0].is_open
        shop.order("the-last-straw")
        shop.turn()
        assert shop.seen()[0].is_open

        for number in range(150):
            shop.order(f"waits-{number}")
        shop.turn()
        assert len(shop.got) == OPENS_AFTER, "a new event right after it opened"
        shop.live(PROBE_EVERY - timedelta(seconds=1), timedelta(seconds=1))
        retries = Counter(each.id for each in shop.got)
        assert max(retries.values()) == 2
        assert max(Counter(each.at for each in shop.got[OPENS_AFTER:]).values()) <= OPENS_AFTER

        shop.answer = lambda _got: TAKES
        shop.live(PROBE_EVERY + timedelta(seconds=1), timedelta(seconds=1))
        progress, deliveries = shop.seen()
        assert (progress.failures, progress.failing_since, progress.cursor) == (0, None, shop.feed.end())
        assert {each.status for each in deliveries} == {"DELIVERED"}
        assert len(deliveries) == OPENS_AFTER + 150

    @pytest.mark.parametrize("seed", range(4))
    def test_the_dispatcher_calls_a_turn_exactly_when_there_is_something_to_do(self, shop: Shop, seed: int):
        """Or else an endpoint waits for ever, or a processor turns in a circle."""
        chance = random.Random(seed)
        shop.add(*chance.choice([(), (EventType.ORDER_RECEIVED,), (EventType.ORDER_FAILED,)]))
        shop.answer = lambda _got: chance.choice([TAKES, FAILS, FAILS, (429, {"Retry-After": "400"})])
        moves: list[Callable[[], object]] = [
            lambda: shop.order(f"o-{chance.random()}"),
            lambda: shop.order(f"o-{chance.random()}"),
            lambda: shop.set(EndpointStatus.DISABLED),
            lambda: shop.set(EndpointStatus.ENABLED, skip_missed=chance.random() < 0.3),
            lambda: len(shop.seen()[0].replays) < 9 and manage.replay(shop.endpoint, NINE, shop.clock.now, shop.ports),
            lambda: shop.feed.end() and manage.replay_event(shop.endpoint, shop.feed.end() or "", shop.ports),
            lambda: manage.test(shop.endpoint, shop.ports) if shop.endpoint in shop.turns.enabled() else None,
            lambda: shop.clock.advance(seconds=chance.choice([1, 6, 60, 301, 3_600])),
            lambda: shop.clock.advance(seconds=chance.choice([1, 6, 60, 301, 3_600])),
        ]
        for _ in range(120):
            if shop.endpoint in shop.turns.enabled():
                before, due = shop.seen(), shop.turns.is_due(shop.endpoint)
                shop.turn()
                assert due == (shop.seen() != before)
                assert not shop.turns.is_due(shop.endpoint), "a turn left something"
            shop.clock.advance(seconds=1)
            chance.choice(moves)()


class TestSecrets:
    def test_for_a_day_after_a_rotation_both_secrets_sign_and_then_only_the_new_one(self, shop: Shop):
        old = shop.add().secret
        new = manage.rotate(shop.endpoint, shop.ports).secret
        for order_id, pause in (("at-once", timedelta(0)), ("just-in-time", SECRETS_OVERLAP - timedelta(seconds=1))):
            shop.clock.now = NINE + pause
            shop.order(order_id)
            shop.turn()
            assert [signs(each, shop.got[-1]) for each in (old, new)] == [True, True]
        shop.clock.now = NINE + SECRETS_OVERLAP
        shop.order("after-the-day")
        shop.turn()

        assert [signs(each, shop.got[-1]) for each in (old, new)] == [False, True]
        assert len(shop.got[-1].headers["webhook-signature"].split()) == 1

    def test_after_two_rotations_the_first_secret_signs_nothing(self, shop: Shop):
        first = shop.add().secret
        second, third = (manage.rotate(shop.endpoint, shop.ports).secret for _ in range(2))
        shop.order("a")
        shop.turn()

        assert [signs(each, shop.got[0]) for each in (first, second, third)] == [False, True, True]

    def test_a_retry_after_a_rotation_is_signed_by_the_secrets_of_its_own_time(self, shop: Shop):
        old, shop.answer = shop.add().secret, lambda _got: FAILS
        shop.order("a")
        shop.turn()
        new = manage.rotate(shop.endpoint, shop.ports).secret
        shop.live(timedelta(seconds=10), timedelta(seconds=1))

        assert [signs(each, got) for got in shop.got for each in (old, new)] == [True, False, True, True]
        assert shop.got[0].body == shop.got[1].body


def signs(secret: str, got: Got) -> bool:
    try:
        signature.verify(secret, got.headers, got.body, got.at)
    except signature.NotVerified:
        return False
    return True


class TestCrash:
    def test_what_was_sent_and_not_stored_is_sent_again_under_its_id_with_the_same_bytes(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ):
        """The worker dies between the answer and the commit. The order moves on before the next worker comes."""
        events = [shop.order(f"o-{number}") for number in range(3)]
        advance = SqliteWebhooks.advance

        def die(self: SqliteWebhooks, before: Progress, after: Progress, deliveries: Sequence[WebhookDelivery] = ()):
            if deliveries:
                raise Killed
            return advance(self, before, after, deliveries)

        with monkeypatch.context() as patch:
            patch.setattr(SqliteWebhooks, "advance", die)
            with pytest.raises(Killed):
                shop.turn()
        order = shop.table.read("o-0")
        shop.table.replace(order, order.completed(RECEIPT, shop.clock.now))
        shop.turn()
        assert len(shop.got) == 3, "the dead worker still has the lease"
        shop.clock.now += LEASE
        shop.turn()

        assert Counter(each.id for each in shop.got) == Counter([*events, *events, shop.feed.end()])
        assert len({(each.id, each.body) for each in shop.got}) == 4
        assert [each.status for each in shop.seen()[1]] == ["DELIVERED"] * 4


class Killed(BaseException):
    pass


class TestReplays:
    def test_one_of_a_time_begins_with_from_and_ends_before_to(self, shop: Shop):
        for hour in range(6):
            shop.clock.now = NINE + timedelta(hours=hour)
            shop.order(f"hour-{hour}")
        shop.turn()
        shop.got.clear()
        count = manage.replay(shop.endpoint, NINE + timedelta(hours=2), NINE + timedelta(hours=4), shop.ports)
        shop.turn()

        assert count == 1
        assert sorted(shop.of_orders()) == ["hour-2", "hour-3"]
        assert shop.seen()[0].replays == ()

    def test_what_comes_after_the_call_is_new_and_sent_once(self, shop: Shop):
        shop.order("old")
        shop.turn()
        manage.replay(shop.endpoint, NINE, NINE + timedelta(days=1), shop.ports)
        shop.order("new")
        shop.turn()

        assert Counter(shop.of_orders()) == {"old": 2, "new": 1}

    def test_it_sends_only_the_types_that_the_endpoint_takes_but_one_event_whatever_its_type(self, shop: Shop):
        shop.add(EventType.ORDER_COMPLETED)
        event = shop.order("a")
        manage.replay(shop.endpoint, NINE, NINE + timedelta(hours=1), shop.ports)
        shop.turn()
        assert shop.got == []
        manage.replay_event(shop.endpoint, event, shop.ports)
        shop.turn()

        assert [each.id for each in shop.got] == [event]

    def test_one_to_a_disabled_endpoint_waits_until_it_is_enabled(self, shop: Shop):
        event = shop.order("a")
        shop.turn()
        shop.set(EndpointStatus.DISABLED)
        manage.replay(shop.endpoint, NINE, NINE + timedelta(hours=1), shop.ports)
        manage.replay_event(shop.endpoint, event, shop.ports)
        shop.live(timedelta(hours=1))
        assert len(shop.got) == 1
        shop.set(EndpointStatus.ENABLED)
        shop.live(timedelta(minutes=1))

        assert Counter(each.id for each in shop.got) == {event: 2}, "both replays are of one event"

    def test_ten_wait_and_no_more(self, shop: Shop):
        shop.order("a")
        shop.turn()
        counts = [manage.replay(shop.endpoint, NINE, shop.clock.now + timedelta(1), shop.ports) for _ in range(10)]
        with pytest.raises(BadRequest, match="10 replays"):
            manage.replay(shop.endpoint, NINE, shop.clock.now + timedelta(1), shop.ports)
        assert counts == [*range(1, 11)]
        shop.live(timedelta(minutes=2))

        assert shop.seen()[0].replays == ()
        assert len(shop.got) == 11

    def test_one_of_nothing_is_refused_or_sends_nothing(self, shop: Shop):
        assert manage.replay(shop.endpoint, NINE, NINE + timedelta(hours=1), shop.ports) == 0
        shop.order("a")
        with pytest.raises(BadRequest, match="from must be earlier than to"):
            manage.replay(shop.endpoint, NINE, NINE, shop.ports)
        with pytest.raises(UnknownEvent):
            manage.replay_event(shop.endpoint, "evt_000000000000001_00000000", shop.ports)
        with pytest.raises(UnknownEndpoint):
            manage.replay("we_nobody", NINE, NINE + timedelta(hours=1), shop.ports)
        with pytest.raises(UnknownEndpoint):
            manage.replay_event("we_nobody", shop.feed.end() or "", shop.ports)
        shop.turn()

        assert shop.of_orders() == ["a"]

    def test_a_failed_delivery_begins_anew(self, shop: Shop):
        event, shop.answer = shop.order("a"), lambda _got: FAILS
        shop.live(timedelta(days=4), timedelta(minutes=30))
        assert [(each.status, each.attempts) for each in shop.seen()[1]] == [("FAILED", 10)]
        shop.answer = lambda _got: TAKES
        manage.replay_event(shop.endpoint, event, shop.ports)
        shop.turn()

        assert [(each.status, each.attempts) for each in shop.seen()[1]] == [("DELIVERED", 1)]
        assert {each.id for each in shop.got} == {event}


class TestMissed:
    def test_an_endpoint_that_is_enabled_gets_what_it_missed_or_begins_with_the_next_event(self, shop: Shop):
        for skipped in (False, True):
            shop.set(EndpointStatus.DISABLED)
            shop.order(f"missed-{skipped}")
            shop.live(timedelta(hours=1), timedelta(minutes=10))
            shop.set(EndpointStatus.ENABLED, skip_missed=skipped)
            shop.order(f"next-{skipped}")
            shop.turn()

        assert Counter(shop.of_orders()) == dict.fromkeys(["missed-False", "next-False", "next-True"], 1)

    def test_what_was_tried_already_is_tried_again_though_the_rest_is_skipped(self, shop: Shop):
        shop.answer = lambda _got: FAILS
        shop.order("tried")
        shop.turn()
        shop.set(EndpointStatus.DISABLED)
        shop.order("missed")
        shop.clock.advance(hours=1)
        shop.answer = lambda _got: TAKES
        shop.set(EndpointStatus.ENABLED, skip_missed=True)
        shop.live(timedelta(minutes=1))

        assert shop.of_orders() == ["tried", "tried"]
        assert shop.seen()[0].cursor == shop.feed.end()


class TestAnswers:
    @pytest.mark.parametrize("status", [200, 201, 202, 299])
    def test_each_2xx_takes_the_event(self, shop: Shop, status: int):
        shop.answer = lambda _got: (status, {})
        shop.order("a")
        shop.live(timedelta(hours=1))

        assert len(shop.got) == 1
        assert [each.status for each in shop.seen()[1]] == ["DELIVERED"]

    @pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 401, 404, 408, 409, 429, 500, 503])
    def test_everything_else_is_tried_again(self, shop: Shop, status: int):
        shop.answer = lambda _got: (status, {"Location": f"{shop.url}/elsewhere"})
        shop.order("a")
        shop.live(timedelta(seconds=8), timedelta(seconds=1))

        assert len(shop.got) == 2
        assert [(each.status, each.answer and each.answer.status) for each in shop.seen()[1]] == [("PENDING", status)]
        assert shop.webhooks.endpoint(shop.endpoint).is_enabled

    @pytest.mark.parametrize(
        ("header", "pause"),
        [
            ("120", timedelta(minutes=2)),
            ("1", RETRIES[0]),
            ("999999999", timedelta(hours=24)),
            ("soon", RETRIES[0]),
            ("-5", RETRIES[0]),
        ],
    )
    def test_429_is_tried_again_when_it_says_so_but_not_before_the_usual_pause(
        self, shop: Shop, header: str, pause: timedelta
    ):
        shop.answer = lambda _got: (429, {"Retry-After": header})
        shop.order("a")
        shop.turn()
        shop.clock.now = NINE + pause - timedelta(seconds=1)
        shop.turn()
        assert len(shop.got) == 1
        shop.clock.now = NINE + pause * 1.1
        shop.turn()

        assert len(shop.got) == 2

    def test_410_disables_it_at_once_also_among_others(self, shop: Shop):
        for number in range(5):
            shop.order(f"o-{number}")
        shop.answer = lambda got: (410, {}) if got.order_id == "o-2" else TAKES
        shop.turn()
        shop.order("later")
        shop.live(timedelta(days=1), timedelta(hours=1))

        assert shop.webhooks.endpoint(shop.endpoint).disabled_because == "it answered 410 Gone"
        assert sorted(shop.of_orders()) == [f"o-{number}" for number in range(5)]
        assert Counter(each.status.value for each in shop.seen()[1]) == {"DELIVERED": 4, "PENDING": 1}


class TestTypes:
    def test_an_endpoint_gets_its_types_and_from_a_change_on_the_others(self, shop: Shop):
        shop.add(EventType.ORDER_COMPLETED)
        for number in range(4):
            order = Order.received(validation.parse(ALICE | {"orderId": f"o-{number}"}), "token", shop.clock.now)
            order = shop.table.create(order)
            shop.table.replace(order, order.completed(RECEIPT, shop.clock.now))
            if number == 1:
                shop.turn()
                manage.change(shop.endpoint, shop.ports, types=(EventType.ORDER_RECEIVED,))
        shop.turn()

        types = [(each.order_id, json.loads(each.body)["type"]) for each in shop.got]
        assert sorted(types) == [
            ("o-0", "order.completed"), ("o-1", "order.completed"), ("o-2", "order.received"),
            ("o-3", "order.received"),
        ]  # fmt: skip
        assert shop.seen()[0].cursor == shop.feed.end()

    def test_thousands_of_events_of_other_types_hold_up_none_that_it_takes(self, shop: Shop):
        shop.add(EventType.ORDER_FAILED)
        rows = [("order.received", f"o-{number}", "2026-11-23T09:00:00.000Z") for number in range(3_000)]
        rows += [("order.failed", "wanted", "2026-11-23T09:00:01.000Z")]
        insert = "INSERT INTO events (type, rowId, revision, at, status) VALUES (?, ?, 1, ?, '')"
        shop.table.take(lambda connection: connection.executemany(insert, rows), size=len(rows))
        shop.turn()

        assert shop.of_orders() == ["wanted"]
        assert [each.event_id for each in shop.seen()[1]] == [shop.feed.end()]


class TestNotice:
    def test_every_enabled_endpoint_is_notified_and_no_other(self, shop: Shop):
        first = shop.endpoint
        second, disabled, removed = (shop.add().endpoint.id for _ in range(3))
        shop.endpoint = disabled
        shop.set(EndpointStatus.DISABLED)
        manage.remove(removed, shop.ports)
        shop.doorbell.quiet()

        assert notify.notify_all(shop.ports) == 2
        assert shop.doorbell.quiet() == [(first, timedelta(0)), (second, timedelta(0))]
        for each in (first, second):
            manage.remove(each, shop.ports)
        assert notify.notify_all(shop.ports) == 0
        assert shop.doorbell.quiet() == []

    def test_a_turn_without_time_for_all_has_another_one_called(self, shop: Shop):
        for number in range(2 * deliver.AT_ONCE):
            shop.order(f"o-{number}")
        in_time = iter([True])
        deliver.take_turn(shop.endpoint, shop.ports, lambda: next(in_time, False))

        assert len(shop.got) == deliver.AT_ONCE
        assert shop.doorbell.quiet() == [(shop.endpoint, timedelta(0))]
