from dataclasses import replace
from itertools import product

import pytest
from tests.support.examples import ALICE, BASKET, NINE

from orders.order import record, validation
from orders.order.delivery import Delivery
from orders.order.document import row_of_key
from orders.order.errors import NewerVersion
from orders.order.order import MOVES, Order, Status, StoredReceipt
from orders.order.register import Issue

RECEIPT = StoredReceipt("receipts/2026-11-23/12345.pdf", "ab" * 32, 13_000, "v1")


def row_of(order: dict[str, object]) -> Order:
    return Order.received(validation.parse(order), "token", NINE)


def moved(row: Order, to: Status) -> Order:
    moves = {
        Status.RECEIVED: lambda: row.retried(NINE, "operator"),
        Status.COMPLETED: lambda: row.completed(RECEIPT, NINE),
        Status.FAILED: lambda: row.failed("too long", NINE, "process"),
        Status.CANCELLED: lambda: row.cancelled(NINE, "operator"),
    }
    return moves[to]()


@pytest.mark.parametrize(("before", "after"), list(product(Status, Status)))
def test_a_row_moves_as_the_table_of_moves_says_and_never_otherwise(before: Status, after: Status):
    row = replace(row_of(ALICE), status=before)
    if after in MOVES[before]:
        assert moved(row, after).status is after
    else:
        with pytest.raises(ValueError, match="never moves"):
            moved(row, after)


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.CANCELLED])
def test_what_is_completed_or_cancelled_stays_so(status: Status):
    assert MOVES[status] == frozenset()


def test_every_move_is_one_revision_and_one_entry_of_history():
    row = row_of(ALICE)
    for step in (
        row.deferred("bucket down", NINE, "process"),
        row.failed("x", NINE, "fail"),
        row.completed(RECEIPT, NINE),
        row.cancelled(NINE, "ann"),
    ):
        assert step.revision == row.revision + 1
        assert step.history[:-1] == row.history


def test_only_a_waiting_row_is_due():
    row = row_of(ALICE)

    assert row.due_at is not None
    assert row.completed(RECEIPT, NINE).due_at is None
    assert row.failed("x", NINE, "fail").due_at is None
    assert row.cancelled(NINE, "ann").due_at is None
    assert row.failed("x", NINE, "fail").retried(NINE, "ann").due_at is not None


def test_a_long_history_keeps_its_first_entry_and_the_newest():
    row = row_of(ALICE)
    for attempt in range(200):
        row = row.deferred(f"attempt {attempt}", NINE, "process")

    assert len(row.history) == 50
    assert row.history[0].what == "received"
    assert row.history[-1].what == "attempt failed: attempt 199"
    assert row.attempts == 200


def test_what_operators_did_outlasts_any_number_of_mails_and_attempts():
    row = row_of(BASKET)
    for number in range(60):
        row = row.deferred(f"attempt {number}", NINE, "process")
    row = row.failed("no ink", NINE, "process").retried(NINE, "olga").completed(RECEIPT, NINE, Delivery.requested(NINE))
    for number in range(120):
        row = row.mailed(Delivery.requested(NINE, number + 2), "mail requested again", "maria") if number == 60 else row
        row = row.mailed(Delivery.requested(NINE).bounced(f"{number}", NINE), f"mail came back: {number}", "mail")
    told = [entry.what for entry in row.history]

    assert len(told) == 50
    assert [told[0], told[-1]] == ["received", "mail came back: 119"]
    assert {"failed: no ink", "retried", "completed", "mail requested again"} <= set(told)
    assert told.index("retried") < told.index("completed") < told.index("mail requested again")


def test_the_history_is_bounded_though_operators_do_ever_more():
    row = row_of(ALICE)
    for number in range(200):
        row = row.failed(f"{number}", NINE, "process").retried(NINE, f"olga {number}")

    assert len(row.history) == 50
    assert [row.history[0].by, row.history[-1].by] == ["shop", "olga 199"]
    assert [entry.by for entry in row.history[1:]] == [f"olga {number}" for number in range(151, 200)]


def test_two_ids_never_share_a_receipt_even_where_file_names_ignore_case():
    keys = {row_of(ALICE | {"orderId": order_id}).receipt_key.lower() for order_id in ("abc", "ABC", "Abc")}

    assert len(keys) == 3


@pytest.mark.parametrize("row_id", ["12345", "1-2", "12345/refunds/r-1", "12345/corrections/refunds", "a/refunds/b-c"])
def test_the_key_of_a_receipt_leads_back_to_its_row_with_and_without_a_number(row_id: str):
    row = replace(row_of(ALICE), order_id=row_id)
    numbered = row.issued(Issue("R2026-{number:06}", 17, NINE))
    again = row.issued(Issue("R2026-{number:06}", 18, NINE))
    keys = [each.receipt_key for each in (row, numbered, again)]

    assert [row_of_key(key) for key in keys] == [row_id] * 3
    assert len(set(keys)) == 3


def test_the_longest_ids_and_a_number_make_a_file_name():
    row = replace(row_of(ALICE), order_id=f"{'o' * 64}/corrections/{'c' * 64}")

    assert len(row.issued(Issue("{number}", 10**12, NINE)).receipt_key.rpartition("/")[2]) <= 255


@pytest.mark.parametrize("order", [ALICE, BASKET], ids=["Alice", "basket"])
def test_a_row_comes_back_from_its_record_as_it_was(order):
    row = row_of(order)
    rows = [row, row.deferred("x", NINE, "process"), row.completed(RECEIPT, NINE), row.failed("é", NINE, "fail")]

    assert [record.to_order(record.from_order(each)) for each in rows] == rows


def test_a_row_of_an_unknown_version_is_left_to_those_who_can_read_it():
    with pytest.raises(NewerVersion, match="schema version 99"):
        record.to_order(record.from_order(replace(row_of(ALICE), schema_version=99)))
