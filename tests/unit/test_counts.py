"""What is counted, and how times are told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.examples import ALICE, NINE

from orders.api import present
from orders.order import counts, validation
from orders.order.counts import Activity, Count
from orders.order.order import Order, Status, StoredReceipt
from orders.use_cases.overview import Overview

RECEIPT = StoredReceipt("receipts/x.pdf", "ab" * 32, 13_000)
RECEIVED = Order.received(validation.parse(ALICE), "token", NINE)


@pytest.mark.parametrize(
    ("exact", "told"),
    [
        (-5, 0), (0, 0), (9, 9), (10, 10), (99, 99), (100, 100), (109, 100), (119, 110), (12_345, 12_000),
        (86_400_000, 86_000_000),
    ],
)  # fmt: skip
def test_times_are_rounded_down_to_two_digits(exact: int, told: int):
    completed = RECEIVED.completed(RECEIPT, NINE + timedelta(milliseconds=exact))

    assert counts.milliseconds_taken(completed) == told


def test_a_percentile_is_the_time_within_which_so_many_were_completed():
    took = dict.fromkeys(range(1, 101), 1)

    assert [counts.percentile(took, share) for share in (0.5, 0.95, 1)] == [50, 95, 100]
    assert counts.percentile({340: 39, 980: 1}, 0.95) == 340
    assert counts.percentile({340: 18, 980: 2}, 0.95) == 980
    with pytest.raises(ValueError, match="no order"):
        counts.percentile({}, 0.5)


def test_each_move_is_counted_once_in_and_once_out():
    later = NINE + timedelta(minutes=2)
    failed = RECEIVED.failed("no ink", NINE, "process")

    assert list(counts.changes(None, RECEIVED)) == [("2026-11-23T09:00", "accepted", 1), ("", "RECEIVED", 1)]
    assert list(counts.changes(RECEIVED, failed)) == [("", "RECEIVED", -1), ("", "FAILED", 1)]
    assert list(counts.changes(RECEIVED, RECEIVED.deferred("x", NINE, "process"))) == []
    assert list(counts.changes(RECEIVED, RECEIVED.completed(RECEIPT, later))) == [
        ("", "RECEIVED", -1),
        ("", "COMPLETED", 1),
        ("2026-11-23T09:02", "completed", 1),
        ("2026-11-23T09:02", "took 120000", 1),
    ]


def test_a_document_that_follows_an_order_is_counted_under_a_name_of_its_own_and_in_no_minute():
    note = replace(RECEIVED, order_id="12345/refunds/r-1")

    assert list(counts.changes(None, note)) == [("", "document RECEIVED", 1)]
    assert list(counts.changes(note, note.completed(RECEIPT, NINE))) == [
        ("", "document RECEIVED", -1),
        ("", "document COMPLETED", 1),
    ]


def test_documents_are_shown_by_state_and_are_no_orders():
    activity = counts.activity(
        [Count("", "document FAILED", 2), Count("", "FAILED", 1), Count("", "document ?", 1)], None
    )

    assert activity.by_status == dict.fromkeys(Status, 0) | {Status.FAILED: 1}
    assert activity.documents == dict.fromkeys(Status, 0) | {Status.FAILED: 2}


def test_what_a_newer_version_counts_is_counted_by_its_name_and_shown_by_that_version_alone():
    counted = [Count(counts.ALWAYS, "ON_HOLD", 3), Count("2026-11-23T08:59", "refunded", 1)]
    activity = counts.activity([*counted, Count(counts.ALWAYS, "FAILED", 2)], None)

    assert activity.by_status == dict.fromkeys(Status, 0) | {Status.FAILED: 2}
    assert activity.took == {}


def test_the_summary_tells_seconds_and_the_last_hour():
    states = dict.fromkeys(Status, 0) | {Status.RECEIVED: 1}
    activity = Activity(
        states, NINE - timedelta(seconds=90), {"2026-11-23T08:59": 7}, {"2026-11-23T09:00": 5}, {250: 18, 2000: 2}
    )
    summary = present.summary(Overview(NINE, activity, 3), {"enabled": 0, "disabled": 0, "failing": 0})

    assert summary["secondsToComplete"] == {"p50": 0.25, "p95": 2.0}
    assert (summary["oldestWaitingSeconds"], summary["queueDepth"]) == (90.0, 3)
    assert [(line["accepted"], line["completed"]) for line in summary["lastHour"][-2:]] == [(7, 0), (0, 5)]
    assert summary["lastHour"][0]["at"] == "2026-11-23T08:01:00.000Z"
