"""What every feed must do: each move that the table took has its events, once, and a reader misses none of them."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.support.examples import ALICE, BASKET, NINE
from tests.support.resources import new_table
from tests.support.second_opinions import TRANSACTIONS
from tests.support.stream import RecordedFeed

from orders.aws.dynamodb.table import DynamoTable
from orders.local.sqlite.feed import SqliteFeed
from orders.local.sqlite.table import SqliteTable
from orders.order import record, validation
from orders.order.delivery import Addressee, Delivery, DeliveryStatus
from orders.order.document import Document, DocumentReference, Kind, Reference, parts_of
from orders.order.errors import CursorExpired, UnknownEvent
from orders.order.event import Event, EventType, Happening, data_of, event_id, happened
from orders.order.order import Order, Status, StoredReceipt
from orders.ports import Table
from orders.ports.events import Feed

RECEIPT = StoredReceipt("receipts/2026-11-23/12345.pdf", "ab" * 32, 13_000)
LATER = NINE + timedelta(minutes=5)
KEPT_APART = {Kind.CREDIT_NOTE: "refund", Kind.CORRECTED_RECEIPT: "correction"}


@dataclass
class Told:
    """A table and its feed, and what the moves that the table took should be told as."""

    table: Table
    feed: Feed
    expected: list[Happening] = field(default_factory=list)

    def create(self, order: Order) -> Order:
        self.expected += happened(None, record.from_order(order))
        return self.table.create(order)

    def received(self, order_id: str = "12345", posted: dict[str, object] = ALICE) -> Order:
        return self.create(Order.received(validation.parse({**posted, "orderId": order_id}), "token", NINE))

    def move(self, before: Order, after: Order) -> Order:
        self.expected += happened(record.from_order(before), record.from_order(after))
        assert self.table.replace(before, after) == after
        return after

    def completed(self, order_id: str = "12345", mail: Delivery | None = None, copy: Delivery | None = None) -> Order:
        before = self.received(order_id)
        return self.move(before, before.completed(RECEIPT, NINE, mail, copy))

    def follow(self, order: Order, kind: Kind, document_id: str) -> tuple[Order, Order]:
        """The order with a refund or a correction, and the row of that document."""
        named = Reference(order.order_id, "R2026-000001", NINE)
        credited = {"total": "5.00"} if kind is Kind.CREDIT_NOTE else None
        document = Document(kind, order.order_id, document_id, {"id": document_id}, named, credited)
        after = order.followed(DocumentReference(kind, document_id, LATER, "f" * 64, "5.00"), KEPT_APART[kind], "shop")
        row = Order.following(document, order, order.posted, LATER, by="shop", total="5.00")
        self.expected += [
            *happened(record.from_order(order), record.from_order(after)),
            *happened(None, record.from_order(row)),
        ]
        assert self.table.append(order, after, row) == after
        return after, row

    def all(self) -> list[Event]:
        """The whole feed, read in parts."""
        found = list[Event]()
        while part := self.feed.read(found[-1].id if found else None, 7):
            found += part
        return found

    def types(self, row_id: str = "12345") -> list[str]:
        return [event.type.value for event in self.all() if event.happening.row_id == row_id]

    def check(self) -> None:
        """Each happening is told once, those of one row in their order, with the data of its row."""
        events = self.all()
        rows = {happening.row_id for happening in self.expected}
        for row_id in rows:
            told = [event.happening for event in events if event.happening.row_id == row_id]
            assert told == [each for each in self.expected if each.row_id == row_id]
        assert len(events) == len(self.expected)
        for event in events:
            assert event.data == data_of(event.happening, record.from_order(self.table.read(event.happening.row_id)))


@pytest.fixture(params=["SQLite", *TRANSACTIONS])
def told(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Told]:
    if request.param == "SQLite":
        table = SqliteTable(tmp_path / "orders.db")
        yield Told(table, SqliteFeed(table))
        table.close()
    else:
        request.getfixturevalue(request.param)
        name = new_table()
        yield Told(DynamoTable(name), RecordedFeed(name))


def mailed(order: Order, mail: Delivery, to: Addressee = Addressee.CUSTOMER) -> Order:
    return order.mailed(mail, f"{to} {mail.status}", "mail", to=to)


def mail_of(order: Order, to: Addressee = Addressee.CUSTOMER) -> Delivery:
    mail = order.delivery(to)
    assert mail
    return mail


class TestMoves:
    def test_an_order_is_received_and_completed(self, told: Told):
        told.completed()

        assert told.types() == ["order.received", "order.completed"]
        told.check()

    def test_an_order_that_failed_is_retried_and_cancelled(self, told: Told):
        order = told.received()
        order = told.move(order, order.failed("no ink", LATER, "process"))
        order = told.move(order, order.retried(LATER + timedelta(minutes=1), "maria"))
        order = told.move(order, order.failed("no ink again", LATER + timedelta(minutes=2), "process"))
        told.move(order, order.cancelled(LATER + timedelta(minutes=3), "maria"))

        assert told.types() == ["order.received", "order.failed", "order.retried", "order.failed", "order.cancelled"]
        assert [event.happening.at - LATER for event in told.all()[1:]] == [timedelta(minutes=n) for n in range(4)]
        told.check()

    @pytest.mark.parametrize(
        ("kind", "types"),
        [
            (Kind.CREDIT_NOTE, ["refund.received", "refund.failed", "refund.retried", "refund.completed"]),
            (
                Kind.CORRECTED_RECEIPT,
                ["correction.received", "correction.failed", "correction.retried", "receipt.corrected"],
            ),
        ],
    )
    def test_a_document_that_follows_an_order_has_types_of_its_own(self, told: Told, kind: Kind, types: list[str]):
        after, row = told.follow(told.completed(), kind, "r-1")
        row = told.move(row, row.failed("no ink", LATER, "process"))
        row = told.move(row, row.retried(LATER, "maria"))
        row = told.move(row, row.completed(RECEIPT, LATER, Delivery.requested(LATER)))
        told.move(row, mailed(row, mail_of(row).claimed("c", LATER).sent("m-1", LATER)))

        assert told.types(row.order_id) == [*types, "mail.sent"]
        assert told.types(after.order_id) == ["order.received", "order.completed"]
        assert told.all()[-1].data["document"] == {"kind": kind.value, "id": "r-1"}
        told.check()

    def test_what_others_need_not_know_is_no_event(self, told: Told):
        order = told.received()
        order = told.move(order, order.deferred("bucket down", LATER, "process"))
        (order,) = told.table.issue([(order, "R{number}")], LATER)
        order = told.move(order, order.completed(RECEIPT, LATER, Delivery.requested(LATER)))
        order = told.move(order, order.receipt_made_again(LATER))
        order = told.move(order, mailed(order, mail_of(order).claimed("c", LATER)))
        told.move(order, mailed(order, mail_of(order).deferred("try later", LATER)))

        assert told.types() == ["order.received", "order.completed"]
        told.check()

    def test_what_the_table_refused_is_no_event(self, told: Told):
        order = told.received()
        completed = told.move(order, order.completed(RECEIPT, LATER))

        assert told.table.create(order) == completed
        assert told.table.replace(order, order.failed("no ink", LATER, "process")) == completed
        _, note = told.follow(completed, Kind.CREDIT_NOTE, "r-1")
        assert told.table.append(completed, completed.receipt_made_again(LATER), replace(note, order_id="12345/x"))
        told.check()

    def test_a_completion_without_an_address_that_can_get_mail_is_two_events(self, told: Told):
        told.completed(mail=Delivery.left_out("the address is bad", NINE), copy=Delivery.requested(NINE))

        assert told.types() == ["order.received", "order.completed", "mail.not_sent"]
        told.check()

    @pytest.mark.parametrize("to", Addressee)
    def test_each_e_mail_tells_of_its_own_states(self, told: Told, to: Addressee):
        order = told.completed(mail=Delivery.requested(NINE), copy=Delivery.requested(NINE))
        mail = mail_of(order, to)
        claimed = mail.claimed("c", LATER)
        for state in (
            claimed,
            claimed.lost_track_of("no answer", LATER),
            claimed.sent("m-1", LATER),
            claimed.sent("m-1", LATER).bounced("no such box", LATER),
            claimed.sent("m-1", LATER).complained("spam", LATER),
            Delivery.requested(LATER, number=2),
            replace(claimed, number=2).sent("m-2", LATER),
            replace(claimed, number=3).sent("m-3", LATER),
            replace(claimed, number=3).given_up("the address is bad", LATER),
        ):
            order = told.move(order, mailed(order, state, to))

        mails = ["unknown", "sent", "bounced", "complained", "sent", "sent", "not_sent"]
        assert told.types()[2:] == [f"mail.{each}" for each in mails]
        assert {event.happening.to for event in told.all()[2:]} == {to}
        told.check()

    def test_an_e_mail_that_only_gets_another_reason_is_no_event(self, told: Told):
        order = told.completed(mail=Delivery.left_out("the address is bad", NINE))
        told.move(order, mailed(order, replace(mail_of(order), reason="the address is still bad")))
        told.check()

    def test_a_held_e_mail_that_is_dropped_is_told_of(self, told: Told):
        order = told.completed(mail=Delivery.requested(NINE))
        order = told.move(order, order.mail_held(LATER))
        told.move(order, order.mail_dropped(LATER, "maria"))

        assert told.types()[2:] == ["mail.not_sent"]
        told.check()

    def test_the_data_is_that_of_the_order_and_of_the_moment(self, told: Told):
        posted = BASKET | {"metadata": {"cart": "9"}, "orderNumber": "#1001"}
        order = told.received("A-1001", posted)
        told.move(order, order.completed(RECEIPT, LATER))
        received, completed = (event.to_document() for event in told.all())

        assert received["data"] == {
            "orderId": "A-1001",
            "orderNumber": "#1001",
            "status": "RECEIVED",
            "revision": 1,
            "total": order.total,
            "currency": "EUR",
            "metadata": {"cart": "9"},
        }
        assert completed["data"] == received["data"] | {
            "status": "COMPLETED",
            "revision": 2,
            "receipt": {"sha256": RECEIPT.sha256, "size": RECEIPT.size},
        }
        assert completed["timestamp"] == "2026-11-23T09:05:00.000Z"

    @pytest.mark.parametrize("seed", range(5))
    def test_whatever_happens_is_told_as_the_two_forms_of_the_row_say(self, told: Told, seed: int):
        """Some rows take some dozens of moves that are chosen by chance."""
        chance = random.Random(seed)
        rows = [told.received(f"o-{number}") for number in range(3)]
        for minute in range(60):
            row = chance.choice(rows)
            moves = possible_moves(row, NINE + timedelta(minutes=minute), chance)
            if row.status is Status.COMPLETED and parts_of(row.order_id)[1] is Kind.RECEIPT and chance.random() < 0.2:
                kind = chance.choice(list(KEPT_APART))
                after, document = told.follow(row, kind, f"d-{minute}")
                rows.append(document)
            elif moves:
                after = told.move(row, chance.choice(moves)())
            else:
                continue
            rows[rows.index(row)] = after
        told.check()


def possible_moves(row: Order, at: datetime, chance: random.Random) -> list[Callable[[], Order]]:
    mails = [None, Delivery.requested(at), Delivery.left_out("the address is bad", at)]
    if row.status is Status.RECEIVED:
        return [
            lambda: row.completed(RECEIPT, at, chance.choice(mails), chance.choice(mails)),
            lambda: row.failed("no ink", at, "process"),
            lambda: row.deferred("bucket down", at, "process"),
        ]
    if row.status is Status.FAILED:
        return [lambda: row.retried(at, "maria"), lambda: row.cancelled(at, "maria")]

    def mail_moved(to: Addressee) -> Order:
        mail = row.delivery(to) or Delivery.requested(at)
        status, number = chance.choice(list(DeliveryStatus)), mail.number + (chance.random() < 0.3)
        return mailed(row, replace(mail, status=status, at=at, number=number), to)

    return [lambda: mail_moved(Addressee.CUSTOMER), lambda: mail_moved(Addressee.COPY)] if row.receipt else []


class TestReading:
    def test_an_empty_feed_has_no_end(self, told: Told):
        assert (told.feed.read(None, 10), told.feed.end(), told.feed.before(NINE)) == ([], None, None)

    def test_a_reader_who_follows_the_cursor_sees_each_event_once(self, told: Told):
        for number in range(20):
            told.completed(f"o-{number}")
        events = told.all()

        assert [event.id for event in events] == sorted(event.id for event in events)
        assert len({event.id for event in events}) == 40
        assert told.feed.read(events[9].id, 3) == events[10:13]
        assert told.feed.end() == events[-1].id
        assert list(told.feed.read(events[-1].id, 3)) == []
        told.check()

    def test_a_reader_sees_every_event_while_orders_are_written_on_many_threads(self, told: Told):
        """What was read once is never preceded by an event that comes later."""
        ids, seen = [f"o-{number}" for number in range(40)], list[Event]()

        def write(order_id: str) -> None:
            order = told.table.create(Order.received(validation.parse(ALICE | {"orderId": order_id}), "token", NINE))
            told.table.replace(order, order.completed(RECEIPT, LATER))

        with ThreadPoolExecutor(8) as threads:
            written = [threads.submit(write, order_id) for order_id in ids]
            while not all(each.done() for each in written):
                seen += told.feed.read(seen[-1].id if seen else None, 5)
            for each in written:
                each.result()
        while part := told.feed.read(seen[-1].id if seen else None, 5):
            seen += part

        assert seen == told.all()
        assert sorted((event.happening.row_id, event.type) for event in seen) == sorted(
            (order_id, type_) for order_id in ids for type_ in (EventType.ORDER_RECEIVED, EventType.ORDER_COMPLETED)
        )

    def test_an_event_is_found_by_its_id(self, told: Told):
        told.completed()
        first, second = told.all()

        assert (told.feed.find(first.id), told.feed.find(second.id)) == (first, second)

    @pytest.mark.parametrize(
        "event",
        ["evt_000000000000001_00000000", event_id(999_999, "9f3a1c2b"), "evt_1_1", "evt_test_9f3a", "", "x" * 9],
    )
    def test_an_id_that_the_feed_never_gave_is_unknown(self, told: Told, event: str):
        told.completed()

        with pytest.raises(UnknownEvent):
            told.feed.find(event)
        with pytest.raises(CursorExpired):
            told.feed.read(event, 10)

    def test_all_events_of_a_time_and_later_are_behind_the_place_before_it(self, told: Told):
        at = [NINE + timedelta(hours=hour) for hour in range(6)]
        for hour, instant in enumerate(at):
            told.create(Order.received(validation.parse(ALICE | {"orderId": f"o-{hour}"}), "token", instant))
        events = told.all()

        for hour, instant in enumerate(at):
            behind = told.feed.read(told.feed.before(instant), 10)
            assert list(behind[-len(events[hour:]) :]) == events[hour:]
            assert len(behind) <= len(events[hour:]) + 1
        assert told.feed.before(at[0]) is None
        assert list(told.feed.read(told.feed.before(at[-1] + timedelta(hours=1)), 10)) in ([], events[-1:])

    def test_an_event_that_came_some_minutes_late_is_behind_the_place_before_its_time(self, told: Told):
        minutes = [0, 20, 40, 43, 41, 38, 60]
        for minute in minutes:
            at = NINE + timedelta(minutes=minute)
            told.create(Order.received(validation.parse(ALICE | {"orderId": f"o-{minute}"}), "token", at))

        for minute in minutes:
            at = NINE + timedelta(minutes=minute)
            behind = {event.id for event in told.feed.read(told.feed.before(at), 10)}
            assert behind >= {event.id for event in told.all() if event.happening.at >= at}
