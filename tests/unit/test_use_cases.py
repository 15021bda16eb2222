"""Receive, process, fail, sweep, retrieve and retry, over an outside world in memory."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.support.examples import ALICE, ALICIA, BASKET
from tests.support.fakes import LaggingTable, MemoryTable, World

from orders import receipt
from orders.order import validation
from orders.order.delivery import DeliveryStatus
from orders.order.due import Task
from orders.order.errors import (
    DrawingAborted,
    Misconfigured,
    NotCancellable,
    NotCorrectable,
    NotRetryable,
    OrderCancelled,
    OrderConflict,
    OrderFailed,
    ReceiptImpossible,
    ReceiptLost,
    Unavailable,
    UnknownOrder,
)
from orders.order.order import Order, Status, StoredReceipt
from orders.ports import NOBODYS
from orders.shop import title
from orders.use_cases import cancel, correct, fail, process, receive, restore, retrieve, retry, send, sweep, verify


@pytest.fixture
def world() -> World:
    return World()


def accept(world: World, order: dict[str, object] = ALICE) -> receive.Acceptance:
    return receive.accept(validation.parse(order), world.outside)


class Spy:
    """A table that remembers what was asked of it."""

    def __init__(self, table: MemoryTable) -> None:
        self._table, self.calls = table, list[str]()

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        return getattr(self._table, name)


def renders(_row: Order) -> None:
    """A trial in which the receipt comes out well."""


def misconfigured(_row: Order) -> bytes:
    """A page with a fault that is no order's."""
    raise Misconfigured("shop.toml: name must be a text")


def takes_too_long(_row: Order) -> bytes:
    raise DrawingAborted("takes too long")


def crashes(_row: Order) -> None:
    raise ReceiptImpossible("rendering the receipt took its worker down (signal 11)")


class TestReceive:
    def test_an_accepted_order_is_in_the_table_and_the_bell_was_rung(self, world: World):
        acceptance = accept(world)

        assert world.table.read("12345") == acceptance.order
        assert world.queue.notified == ["12345"]
        assert not acceptance.replayed

    def test_the_same_order_again_is_a_replay_with_the_first_token(self, world: World):
        first, again = accept(world), accept(world)

        assert again.replayed
        assert again.order.receipt_token == first.order.receipt_token

    def test_another_order_under_the_id_is_refused_and_changes_nothing(self, world: World):
        first = accept(world)
        with pytest.raises(OrderConflict):
            accept(world, ALICIA)

        assert world.table.read("12345") == first.order

    def test_an_order_is_accepted_also_when_the_queue_is_down(self, world: World):
        world.queue.down = True

        assert accept(world).order.status is Status.RECEIVED

    def test_a_replay_of_a_completed_order_rings_no_bell(self, world: World):
        accept(world)
        process.make_receipt("12345", world.outside)
        world.queue.notified.clear()

        assert accept(world).replayed
        assert world.queue.notified == []


class TestProcess:
    def test_the_row_is_completed_with_the_hash_of_what_is_stored(self, world: World):
        accept(world, BASKET)
        row = process.make_receipt("basket-1", world.outside)

        assert row.status is Status.COMPLETED
        assert row.receipt is not None
        assert world.bucket.store_once(row.receipt.key, b"") == row.receipt

    def test_processing_again_changes_nothing(self, world: World):
        accept(world)
        once = process.make_receipt("12345", world.outside)
        world.clock.advance(hours=1)

        assert process.make_receipt("12345", world.outside) == once
        assert len(world.bucket.objects) == 1

    def test_a_receipt_that_cannot_be_made_fails_the_order_with_the_reason(self, world: World, monkeypatch):
        def impossible(_row: Order) -> bytes:
            raise ReceiptImpossible("no ink")

        monkeypatch.setattr(receipt, "draw", impossible)
        accept(world)
        row = process.make_receipt("12345", world.outside)

        assert (row.status, row.last_error) == (Status.FAILED, "no ink")

    def test_a_receipt_that_takes_long_to_draw_is_left_to_those_who_draw_it_alone(self, world: World, monkeypatch):
        monkeypatch.setattr(receipt, "draw", takes_too_long)
        monkeypatch.setattr(receipt, "draw_alone", lambda _row: b"%PDF-")
        accept(world)
        row = process.make_receipt("12345", world.outside)

        assert (row.status, row.attempts, row.last_error) == (Status.RECEIVED, 1, "takes too long")
        assert (world.slow_queue.notified, world.bucket.objects) == (["12345"], {})
        assert process.make_slow_receipt("12345", world.outside).status is Status.COMPLETED

    def test_a_slow_order_that_nobody_was_told_of_is_swept(self, world: World, monkeypatch):
        monkeypatch.setattr(receipt, "draw", takes_too_long)
        accept(world)
        world.slow_queue.down = True
        process.make_receipt("12345", world.outside)
        world.clock.advance(minutes=2)

        assert sweep.requeue_waiting(world.outside) == 1

    def test_a_fault_of_the_page_is_noted_and_fails_no_order(self, world: World, monkeypatch):
        monkeypatch.setattr(receipt, "draw", misconfigured)
        accept(world)
        row = process.make_receipt("12345", world.outside)

        assert (row.status, row.last_error) == (Status.RECEIVED, "shop.toml: name must be a text")

    def test_an_outage_of_the_bucket_is_noted_and_the_order_still_waits(self, world: World):
        accept(world)
        world.bucket.down = True
        row = process.make_receipt("12345", world.outside)

        assert world.table.read("12345") == row
        assert (row.status, row.attempts, row.last_error) == (Status.RECEIVED, 1, "bucket down")

    @pytest.mark.parametrize(("minutes", "level"), [(14, "WARNING"), (15, "ERROR")])
    def test_an_outage_is_told_as_an_error_once_an_order_has_waited_for_a_quarter_of_an_hour(
        self, world: World, caplog: pytest.LogCaptureFixture, minutes: int, level: str
    ):
        """Nothing else raises an alarm: the order waits in the table, and no message of it in the queue."""
        accept(world)
        world.bucket.down = True
        world.clock.advance(minutes=minutes)
        process.make_receipt("12345", world.outside)

        assert [line.levelname for line in caplog.records if "not completed" in line.getMessage()] == [level]

    def test_an_outage_that_can_not_even_be_noted_is_for_the_queue_to_remember(self, world: World, monkeypatch):
        def down(_before: Order, _after: Order) -> Order:
            raise Unavailable("table down")

        accept(world)
        world.bucket.down = True
        monkeypatch.setattr(world.table, "replace", down)
        with pytest.raises(Unavailable, match="table down"):
            process.make_receipt("12345", world.outside)

    @pytest.mark.parametrize(
        ("attempts", "hours", "status"),
        [(90, 24, Status.RECEIVED), (90, 25, Status.FAILED), (89, 25, Status.RECEIVED)],
    )
    def test_an_outage_fails_an_order_after_a_day_of_attempts_and_not_before(
        self, world: World, attempts: int, hours: int, status: Status
    ):
        """Nor does a clock that jumps a day ahead."""
        accept(world)
        world.bucket.down = True
        for _ in range(attempts):
            process.make_receipt("12345", world.outside)
        world.clock.advance(hours=hours)
        row = process.make_receipt("12345", world.outside)

        assert row.status is status
        assert "bucket down" in (row.last_error or "")

    def test_noting_an_attempt_does_not_undo_what_the_sweep_put_off(self, world: World, monkeypatch):
        """The sweep rings first: its doorbell may be heard, and the row read, before the order is put off."""
        accept(world)
        world.clock.advance(minutes=10)
        world.bucket.down = True

        def meanwhile(_row: Order) -> bytes:
            sweep.requeue_waiting(world.outside)
            return b""

        monkeypatch.setattr(receipt, "draw", meanwhile)
        process.make_receipt("12345", world.outside)

        assert list(world.table.due(Task.RECEIPT, world.clock())) == []

    def test_what_somebody_has_to_mend_fails_no_order_however_long_it_takes(self, world: World, monkeypatch):
        monkeypatch.setattr(receipt, "draw", misconfigured)
        accept(world)
        for _ in range(100):
            world.clock.advance(minutes=15)
            row = process.make_receipt("12345", world.outside)

        assert row.status is Status.RECEIVED

    def test_a_message_for_no_order_is_poison(self, world: World):
        with pytest.raises(UnknownOrder):
            process.make_receipt("nobody", world.outside)

    def test_a_row_that_changes_under_its_hands_is_read_again_before_deciding(self, world: World, monkeypatch):
        """Someone notes an attempt between this worker's read and its write."""
        accept(world)
        store_once = world.bucket.store_once

        def meanwhile(key: str, pdf: bytes, **_: bool):
            row = world.table.read("12345")
            world.table.replace(row, row.deferred("other worker", world.clock(), by="process"))
            return store_once(key, pdf)

        monkeypatch.setattr(world.bucket, "store_once", meanwhile)

        assert process.make_receipt("12345", world.outside).status is Status.COMPLETED
        assert world.table.read("12345").attempts == 2

    def test_a_row_that_someone_else_completed_meanwhile_stays_as_it_is(self, world: World, monkeypatch):
        accept(world)
        store_once = world.bucket.store_once
        others: list[Order] = []

        def meanwhile(key: str, pdf: bytes, **_: bool):
            monkeypatch.setattr(world.bucket, "store_once", store_once)
            others.append(process.make_receipt("12345", world.outside))
            world.clock.advance(minutes=1)
            return store_once(key, pdf)

        monkeypatch.setattr(world.bucket, "store_once", meanwhile)

        assert process.make_receipt("12345", world.outside) == others[0] == world.table.read("12345")

    def test_a_row_that_was_cancelled_since_its_batch_was_read_stays_cancelled(self, world: World):
        accept(world)
        make, _ = process.receipt_maker(["12345"], world.outside)
        cancelled = cancel.cancel("12345", world.outside, "maria")

        assert make("12345") == cancelled == world.table.read("12345")


class TestFail:
    def test_an_order_that_renders_well_was_the_victim_of_an_outage_and_still_waits(self, world: World):
        accept(world)
        fail.decide("12345", world.outside, renders)

        row = world.table.read("12345")
        assert (row.status, row.attempts, row.last_error) == (Status.RECEIVED, 1, "delivered without success")

    def test_an_order_that_takes_its_worker_down_fails_with_the_reason(self, world: World):
        accept(world)
        fail.decide("12345", world.outside, crashes)

        row = world.table.read("12345")
        assert row.status is Status.FAILED
        assert "signal 11" in (row.last_error or "")

    @pytest.mark.parametrize(
        ("attempts", "hours", "status"),
        [(90, 23, Status.RECEIVED), (90, 25, Status.FAILED), (89, 25, Status.RECEIVED)],
    )
    def test_an_order_fails_after_a_day_of_attempts_and_not_before(
        self, world: World, attempts: int, hours: int, status: Status
    ):
        accept(world)
        for _ in range(attempts):
            fail.decide("12345", world.outside, renders)
        world.clock.advance(hours=hours)
        fail.decide("12345", world.outside, renders)

        assert world.table.read("12345").status is status

    def test_the_day_begins_again_with_an_operators_retry(self, world: World):
        accept(world)
        fail.decide("12345", world.outside, crashes)
        world.clock.advance(hours=48)
        retry.try_again("12345", world.outside, by="ann")
        fail.decide("12345", world.outside, renders)

        assert world.table.read("12345").status is Status.RECEIVED

    def test_a_completed_order_is_left_alone(self, world: World):
        accept(world)
        completed = process.make_receipt("12345", world.outside)
        fail.decide("12345", world.outside, crashes)

        assert world.table.read("12345") == completed

    def test_a_message_for_no_order_is_dropped_with_a_line_in_the_log(self, world: World, caplog):
        fail.decide("nobody", world.outside, renders)

        assert "nobody" in caplog.text


class TestSweep:
    @pytest.fixture(params=[0, 0.06, 1, 2], ids="index {} s behind".format)
    def world(self, request: pytest.FixtureRequest) -> World:
        """No time passes during a sweep: to the index nothing has happened yet when it is read again."""
        world = World()
        world.table = LaggingTable(clock=world.clock, lag=timedelta(seconds=request.param))
        return world

    def test_an_order_is_rung_for_once_it_has_waited_a_minute(self, world: World):
        accept(world)
        world.queue.notified.clear()

        assert sweep.requeue_waiting(world.outside) == 0
        world.clock.advance(seconds=61)
        assert sweep.requeue_waiting(world.outside) == 1
        assert world.queue.notified == ["12345"]

    def test_an_order_is_rung_for_more_and_more_rarely_but_always_again(self, world: World):
        accept(world)
        world.queue.notified.clear()
        for _ in range(24 * 60):
            world.clock.advance(minutes=1)
            sweep.requeue_waiting(world.outside)

        assert 24 * 4 <= len(world.queue.notified) <= 24 * 4 + 10

    def test_nothing_is_rung_for_completed_and_failed_orders(self, world: World):
        accept(world)
        process.make_receipt("12345", world.outside)
        world.clock.advance(days=1)

        assert sweep.requeue_waiting(world.outside) == 0

    def test_a_backlog_of_any_length_is_swept_in_pages(self, world: World):
        for number in range(1203):
            accept(world, ALICE | {"orderId": f"o-{number}"})
        world.queue.notified.clear()
        world.clock.advance(minutes=2)

        assert sweep.requeue_waiting(world.outside) == 1203
        assert sorted(world.queue.notified) == sorted(world.table.rows)

    def test_a_queue_that_is_down_leaves_every_order_due(self, world: World):
        accept(world)
        world.clock.advance(minutes=2)
        world.queue.down = True
        assert sweep.requeue_waiting(world.outside) == 0

        world.queue.down = False
        assert sweep.requeue_waiting(world.outside) == 1

    def test_the_sweep_stops_when_its_time_is_over(self, world: World):
        accept(world)
        world.clock.advance(minutes=2)

        assert sweep.requeue_waiting(world.outside, in_time=lambda: False) == 0

    def test_what_one_sweep_has_no_time_for_is_left_to_the_next_the_longest_due_first(self, world: World):
        for number in range(3 * sweep.PART):
            accept(world, ALICE | {"orderId": f"o-{number:04}"})
        world.queue.notified.clear()
        world.clock.advance(minutes=2)
        time_left = iter([True, True])
        assert sweep.requeue_waiting(world.outside, lambda: next(time_left, False)) == 2 * sweep.PART
        world.clock.advance(seconds=50)

        assert sweep.requeue_waiting(world.outside) == sweep.PART
        assert world.queue.notified == sorted(world.table.rows)


class TestRetrieve:
    def test_a_completed_order_has_a_link_for_five_minutes(self, world: World):
        accept(world)
        link = retrieve.receipt_link(process.make_receipt("12345", world.outside), world.outside)

        assert link is not None
        assert (link.expires_at - world.clock()).total_seconds() == 300

    def test_a_waiting_order_has_no_link_yet(self, world: World):
        assert retrieve.receipt_link(accept(world).order, world.outside) is None

    def test_a_failed_order_has_none_at_all(self, world: World):
        accept(world)
        fail.decide("12345", world.outside, crashes)
        with pytest.raises(OrderFailed):
            retrieve.receipt_link(world.table.read("12345"), world.outside)

    @pytest.mark.parametrize("token", ["", "wrong", "é", "\ud800"])
    def test_a_wrong_token_opens_as_little_as_an_unknown_id(self, world: World, token: str):
        accept(world)
        with pytest.raises(UnknownOrder):
            retrieve.order_of_customer("12345", token, world.outside)

    @pytest.mark.parametrize("token", ["", "wrong", "x" * 22, NOBODYS.receipt_token, "\ud800"])
    def test_a_wrong_token_and_an_unknown_id_take_the_same_steps(self, world: World, token: str):
        """Or the time they take would tell which of the two it is."""
        accept(world)
        steps: dict[str, list[str]] = {}
        for order_id in ("12345", "nobody"):
            spy = Spy(world.table)
            with pytest.raises(UnknownOrder):
                retrieve.order_of_customer(order_id, token, replace(world.outside, table=spy))
            assert not verify.is_issued(order_id, "0" * 64, replace(world.outside, table=spy))
            steps[order_id] = spy.calls

        assert steps["12345"] == steps["nobody"] == ["proof", "proof"]

    def test_the_right_token_opens_the_order(self, world: World):
        row = accept(world).order

        assert retrieve.order_of_customer("12345", row.receipt_token, world.outside) == row

    def test_what_can_be_no_id_is_unknown_without_asking_the_table(self, world: World, monkeypatch):
        monkeypatch.setattr(MemoryTable, "read", None)
        with pytest.raises(UnknownOrder):
            retrieve.order("a/b", world.outside)


class TestRetry:
    def test_a_failed_order_is_received_again_and_rung_for_and_its_history_says_by_whom(self, world: World):
        accept(world)
        fail.decide("12345", world.outside, crashes)
        world.queue.notified.clear()
        row = retry.try_again("12345", world.outside, by="ann")

        assert row.status is Status.RECEIVED
        assert row.history[-1].by == "ann"
        assert row.attempts == 0
        assert world.queue.notified == ["12345"]
        assert process.make_receipt("12345", world.outside).status is Status.COMPLETED

    def test_an_order_that_did_not_fail_is_not_retried(self, world: World):
        accept(world)
        with pytest.raises(NotRetryable, match="RECEIVED"):
            retry.try_again("12345", world.outside, by="ann")


def test_a_correction_of_a_corrected_receipt_keeps_the_date_of_the_order(world: World):
    accept(world, BASKET)
    process.make_receipt("basket-1", world.outside)
    for correction_id in ("c-1", "c-2"):
        world.clock.advance(days=30)
        posted = validation.parse_correction({"correctionId": correction_id, "customerName": "Zoë"})
        row = correct.accept("basket-1", posted, world.outside).row
        process.make_receipt(row.order_id, world.outside)

    assert title.date_of(row) == ("received", world.table.read("basket-1").received_at)


class TestRetryOfACorrection:
    """A correction failed. While an operator retries it, a shop posts another one."""

    @pytest.fixture
    def failed(self, world: World) -> Order:
        accept(world, BASKET)
        process.make_receipt("basket-1", world.outside)
        row = self.post(world, "c-1")
        return world.table.replace(row, row.failed("no ink", world.clock(), "process"))

    def post(self, world: World, correction_id: str) -> Order:
        posted = validation.parse_correction({"correctionId": correction_id, "customerName": "Zoë"})
        return correct.accept("basket-1", posted, world.outside).row

    def test_it_is_received_again_and_the_order_says_by_whom(self, world: World, failed: Order):
        row = retry.try_again(failed.order_id, world.outside, by="maria")

        assert row.status is Status.RECEIVED
        last = world.table.read("basket-1").history[-1]
        assert (last.what, last.by) == ("correction c-1 retried", "maria")

    def test_after_a_later_one_it_is_refused(self, world: World, failed: Order):
        self.post(world, "c-2")

        with pytest.raises(NotRetryable, match="later correction"):
            retry.try_again(failed.order_id, world.outside, by="maria")
        assert world.table.read(failed.order_id) == failed

    def test_one_that_comes_during_the_retry_wins(self, world: World, failed: Order, monkeypatch):
        replace, others = world.table.replace, list[Order]()

        def first_somebody_else(before: Order, after: Order) -> Order:
            if not others:
                others.append(self.post(world, "c-2"))
            return replace(before, after)

        monkeypatch.setattr(world.table, "replace", first_somebody_else)
        with pytest.raises(NotRetryable, match="later correction"):
            retry.try_again(failed.order_id, world.outside, by="maria")

        assert world.table.read(failed.order_id).status is Status.FAILED

    def test_one_that_saw_it_failed_has_to_look_again(self, world: World, failed: Order, monkeypatch):
        append, retried = world.table.append, list[Order]()

        def first_the_operator(before: Order, after: Order, document: Order) -> Order:
            if not retried:
                retried.append(retry.try_again(failed.order_id, world.outside, by="maria"))
            return append(before, after, document)

        monkeypatch.setattr(world.table, "append", first_the_operator)
        with pytest.raises(NotCorrectable, match="being made"):
            self.post(world, "c-2")

        assert process.make_receipt(failed.order_id, world.outside).status is Status.COMPLETED


class TestCancel:
    def test_an_order_without_a_receipt_is_cancelled_for_good(self, world: World):
        accept(world)
        row = cancel.cancel("12345", world.outside, by="maria")

        assert (row.status, row.due_at, row.history[-1].by) == (Status.CANCELLED, None, "maria")
        assert cancel.cancel("12345", world.outside, by="olga") == row
        assert process.make_receipt("12345", world.outside) == row
        with pytest.raises(OrderCancelled):
            retrieve.receipt_link(row, world.outside)
        with pytest.raises(NotRetryable):
            retry.try_again("12345", world.outside, by="maria")

    def test_who_cancels_an_order_that_is_completed_meanwhile_is_told_so(self, world: World, monkeypatch):
        accept(world)
        replace, completed = world.table.replace, list[Order]()

        def first_somebody_else(before: Order, after: Order) -> Order:
            if not completed:
                completed.append(replace(before, process_one(before)))
            return replace(before, after)

        def process_one(row: Order) -> Order:
            stored = world.bucket.store_once(row.receipt_key, b"%PDF")
            return row.completed(stored, world.clock())

        monkeypatch.setattr(world.table, "replace", first_somebody_else)
        with pytest.raises(NotCancellable):
            cancel.cancel("12345", world.outside, by="maria")

        assert world.table.read("12345").status is Status.COMPLETED

    def test_a_retry_that_meets_another_ones_failing_retry_tries_again(self, world: World, monkeypatch):
        row = accept(world).order
        world.table.replace(row, row.failed("no ink", world.clock(), "process"))
        replace, others = world.table.replace, list[Order]()

        def first_somebody_else(before: Order, after: Order) -> Order:
            if not others:
                others.append(replace(before, before.retried(world.clock(), "olga")))
                replace(others[0], others[0].failed("no ink yet", world.clock(), "process"))
            return replace(before, after)

        monkeypatch.setattr(world.table, "replace", first_somebody_else)

        assert retry.try_again("12345", world.outside, by="maria").status is Status.RECEIVED
        assert world.table.read("12345").history[-1].by == "maria"


class TestRestore:
    """A completed order whose receipt is gone."""

    @pytest.fixture
    def lost(self, world: World) -> Order:
        accept(world, BASKET)
        row = process.make_receipt("basket-1", world.outside)
        world.bucket.objects.clear()
        world.queue.notified.clear()
        return row

    def test_who_asks_for_it_is_refused_and_the_bell_is_rung(self, world: World, lost: Order):
        with pytest.raises(ReceiptLost):
            retrieve.receipt_link(lost, world.outside)

        assert world.queue.notified == ["basket-1"]

    def test_its_mail_waits_and_the_bell_is_rung(self, world: World, lost: Order):
        row = send.send_receipt("basket-1", world.outside)

        assert row.mail
        assert row.mail.status is DeliveryStatus.WAITING
        assert world.queue.notified == ["basket-1"]

    def test_it_is_made_again_and_is_what_was_issued(self, world: World, lost: Order):
        row = process.make_receipt("basket-1", world.outside)

        assert retrieve.receipt_link(row, world.outside)
        assert (row.receipt, row.status) == (lost.receipt, Status.COMPLETED)
        assert [entry.what for entry in row.history[-2:]] == ["completed", "lost receipt made again"]

    def test_another_receipt_never_takes_its_place(self, world: World, lost: Order, monkeypatch):
        monkeypatch.setattr(receipt, "draw", lambda _row: b"%PDF-another")
        row = process.make_receipt("basket-1", world.outside)

        assert world.bucket.objects == {}
        assert row.history[-1].what.startswith("lost receipt not made again: it would not be the receipt")

    def test_what_was_in_vain_is_tried_again_after_a_minute_and_the_history_keeps_the_last(
        self, world: World, lost: Order, monkeypatch
    ):
        rendered = list[str]()

        def another(row: Order) -> bytes:
            rendered.append(row.order_id)
            raise Misconfigured("shop.toml is missing")

        monkeypatch.setattr(receipt, "draw", another)
        for _ in range(3):
            process.make_receipt("basket-1", world.outside)
        world.clock.now += restore.PAUSE
        row = process.make_receipt("basket-1", world.outside)

        assert len(rendered) == 2
        assert len(row.history) == len(lost.history) + 1
        assert row.history[-1].at == world.clock.now

    def test_one_that_takes_long_to_draw_is_left_to_the_slow_queue(self, world: World, lost: Order, monkeypatch):
        monkeypatch.setattr(receipt, "draw", takes_too_long)
        assert process.make_receipt("basket-1", world.outside) == lost
        assert world.slow_queue.notified == ["basket-1"]

        process.make_slow_receipt("basket-1", world.outside)
        assert not world.bucket.is_lost(stored(lost))

    def test_an_outage_of_the_bucket_hands_the_bell_back(self, world: World, lost: Order):
        world.bucket.down = True

        with pytest.raises(Unavailable):
            process.make_receipt("basket-1", world.outside)

    def test_a_receipt_that_is_there_is_not_made_again(self, world: World, monkeypatch):
        accept(world)
        row = process.make_receipt("12345", world.outside)
        monkeypatch.setattr(receipt, "draw", misconfigured)

        assert process.make_receipt("12345", world.outside) == row


def stored(row: Order) -> StoredReceipt:
    assert row.receipt
    return row.receipt


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("Zoë", "completed"),
        ("Sigrún ᛋᛁᚷ", "completed: \ufffd is printed for 3 letters that no font has"),
    ],
)
def test_letters_that_no_font_has_are_counted_in_the_history(world: World, name: str, what: str):
    accept(world, ALICE | {"customerName": name})

    assert process.make_receipt("12345", world.outside).history[-1].what == what
