"""What monitoring reads of the table: right after any move, cheap with any number of orders."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.examples import BASKET, NINE

from orders.local.server.stored_metrics import Completions
from orders.local.sqlite import figures as figures_module
from orders.local.sqlite.figures import completion_times, figures
from orders.local.sqlite.mail_counts import add_mail_counts
from orders.local.sqlite.table import SqliteTable
from orders.order import validation
from orders.order.delivery import Addressee, Delivery, DeliveryStatus
from orders.order.failures import Failure
from orders.order.order import Order, Status, StoredReceipt

RECEIPT = StoredReceipt("receipts/x.pdf", "ab" * 32, 13_000)
LATER = NINE + timedelta(seconds=2)


def ordered(order_id: str) -> Order:
    return Order.received(validation.parse(BASKET | {"orderId": order_id}), "token", NINE)


def completed(order_id: str, mail: Delivery | None = None, copy: Delivery | None = None) -> Order:
    return ordered(order_id).completed(RECEIPT, LATER, mail, copy)


def move(table: SqliteTable, before: Order, after: Order) -> Order:
    assert table.replace(before, after) == after
    return after


def mails(table: SqliteTable) -> dict[str, int]:
    return {status.value: number for status, number in figures(table).mails.items() if number}


def test_each_move_of_an_e_mail_is_counted_for_the_customer_and_for_the_copy(tmp_path: Path):
    requested = Delivery.requested(LATER)
    with closing(SqliteTable(tmp_path / "orders.db")) as table:
        for order_id in ("a", "b"):
            table.create(ordered(order_id))
        assert mails(table) == {}
        first = move(table, ordered("a"), completed("a", requested, requested))
        move(table, ordered("b"), completed("b", requested))
        assert mails(table) == {"WAITING": 3}
        sending = move(table, first, first.mailed(requested.claimed("c", LATER), "claimed", "mail"))
        assert mails(table) == {"WAITING": 2, "SENDING": 1}
        sent = move(table, sending, sending.mailed(requested.sent("m", LATER), "sent", "mail"))
        gone = requested.lost_track_of("the line broke", LATER)
        move(table, sent, sent.mailed(gone, "unknown", "mail", to=Addressee.COPY))
        assert mails(table) == {"WAITING": 1, "SENT": 1, "UNKNOWN": 1}
        table.create(completed("c", requested.held(LATER)))
        assert mails(table) == {"WAITING": 1, "SENT": 1, "UNKNOWN": 1, "HELD": 1}


def test_a_move_that_is_refused_counts_nothing(tmp_path: Path):
    with closing(SqliteTable(tmp_path / "orders.db")) as table:
        table.create(ordered("a"))
        move(table, ordered("a"), completed("a", Delivery.requested(LATER)))
        table.replace(ordered("a"), completed("a", Delivery.left_out("no sender", LATER)))

        assert mails(table) == {"WAITING": 1}


def test_the_e_mails_of_an_older_file_are_counted_once_when_it_is_opened(tmp_path: Path):
    path = tmp_path / "orders.db"
    requested = Delivery.requested(LATER)
    with closing(SqliteTable(path)) as table:
        table.create(completed("a", requested.sent("m", LATER), requested))
        table.create(completed("b", requested.sent("m", LATER)))
        table.create(completed("c"))
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "DROP TRIGGER mailMoved; DROP TRIGGER mailAdded; DELETE FROM counts WHERE name LIKE 'mail %'"
        )
    for _ in range(2):
        with closing(SqliteTable(path)) as table:
            assert mails(table) == {"SENT": 2, "WAITING": 1}


@pytest.mark.parametrize("damage", ["{", "7", '"SENT"', '{"status": 5}', '{"copy": []}'])
def test_a_damaged_e_mail_stops_neither_moves_nor_counts(tmp_path: Path, damage: str):
    path = tmp_path / "orders.db"
    with closing(SqliteTable(path)) as table:
        table.create(completed("a", Delivery.requested(LATER)))
        table.create(ordered("b"))
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE orders SET mail = ? WHERE orderId = 'a'", (damage,))
        assert mails(table) == {}
        assert figures(table).deferred_mails == 0
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE orders SET mail = NULL WHERE orderId = 'a'")
        move(table, ordered("b"), completed("b", Delivery.requested(LATER)))
        assert mails(table) == {"WAITING": 1}


def test_an_e_mail_that_waits_for_another_try_is_deferred(tmp_path: Path):
    requested = Delivery.requested(LATER)
    tried = requested.deferred("the mail server is busy", LATER)
    with closing(SqliteTable(tmp_path / "orders.db")) as table:
        for number, each in enumerate([(requested, None), (tried, None), (requested, tried), (tried, tried)]):
            table.create(completed(f"o-{number}", *each))

        assert figures(table).deferred_mails == 3


def test_reasons_are_those_of_the_newest_failed_orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(figures_module, "_WHY_FAILED", figures_module._WHY_FAILED.replace("10000", "2"))
    with closing(SqliteTable(tmp_path / "orders.db")) as table:
        for number in range(5):
            table.create(ordered(f"o-{number}").failed("not completed within a day", LATER, "process"))
        found = figures(table)

    assert found.orders[Status.FAILED] == 5
    assert {kind: number for kind, number in found.failed.items() if number} == {Failure.OVERDUE: 2, Failure.OTHER: 3}


def test_every_query_of_monitoring_reads_an_index_or_counts_and_never_every_order(tmp_path: Path):
    with closing(SqliteTable(tmp_path / "orders.db")) as table:
        table.create(ordered("a").failed("no ink", LATER, "process"))
        asked = list[str]()
        table.ask(lambda connection: connection.set_trace_callback(asked.append))
        figures(table)
        completion_times(table, "2026-11-23T09:00", "2026-11-23T09:01")
        plans = [step for query in list(asked) for step in plan_of(table, query)]

    assert len(asked) >= 5
    assert {"orders"} & {step.split()[1] for step in plans}
    assert [step for step in plans if step.startswith("SCAN orders") and "INDEX" not in step] == []


def plan_of(table: SqliteTable, query: str) -> list[str]:
    """The steps by which SQLite answers it."""
    found = table.ask(lambda connection: connection.execute(f"EXPLAIN QUERY PLAN {query}").fetchall())
    return [step for *_, step in found]


def test_each_minute_of_completions_is_read_once_and_only_when_it_is_settled(tmp_path: Path):
    table = SqliteTable(tmp_path / "orders.db")

    def complete(order_id: str, seconds: float) -> None:
        table.create(ordered(order_id))
        move(table, ordered(order_id), ordered(order_id).completed(RECEIPT, NINE + timedelta(seconds=seconds)))

    def count(after_seconds: float) -> dict[str, float]:
        family = completions.read(table, NINE + timedelta(seconds=after_seconds))
        return {f"{sample.name} {sample.labels.get('le', '')}".strip(): sample.value for sample in family.samples}

    with closing(table):
        completions = Completions(NINE)
        complete("a", 0.015)
        complete("b", 4)
        complete("c", 61)
        assert count(70)["orders_completion_seconds_count"] == 0
        complete("d", 59.9)
        first = count(121)
        assert count(125) == first
        second = count(181)
        assert count(10) == count(181) == second  # as if the clock was set back, and corrected

    assert first["orders_completion_seconds_bucket 0.01"] == 0
    assert first["orders_completion_seconds_bucket 0.02"] == 1
    assert first["orders_completion_seconds_bucket 5.0"] == 2
    assert first["orders_completion_seconds_bucket +Inf"] == first["orders_completion_seconds_count"] == 3
    assert first["orders_completion_seconds_sum"] == pytest.approx(0.015 + 4 + 59)
    assert second["orders_completion_seconds_count"] == 4


def test_counting_twice_changes_nothing(tmp_path: Path):
    with closing(SqliteTable(tmp_path / "orders.db")) as table:
        table.create(completed("a", Delivery.requested(LATER)))
        with closing(sqlite3.connect(tmp_path / "orders.db")) as connection:
            add_mail_counts(connection)
        assert mails(table) == {DeliveryStatus.WAITING: 1}


def test_documents_are_in_figures_of_their_own_and_their_e_mails_in_those_of_all(tmp_path: Path):
    """The oldest one that waits may be a document: it must be noticed, too."""
    note = replace(ordered("a"), order_id="a/refunds/r-1", document_text="{}")
    failed, done = (replace(note, order_id=f"a/refunds/r-{number}") for number in (2, 3))
    with closing(SqliteTable(tmp_path / "orders.db")) as table:
        table.create(completed("a"))
        before = figures(table)
        for row in (note, failed, done):
            table.create(row)
        move(table, failed, failed.failed("no ink", LATER, "process"))
        move(table, done, done.completed(RECEIPT, LATER, Delivery.requested(LATER)))
        after = figures(table)

        assert {status for status, number in after.documents.items() if number} == {
            Status.RECEIVED, Status.FAILED, Status.COMPLETED,
        }  # fmt: skip
        assert (after.orders, after.failed) == (before.orders, before.failed)
        assert (before.oldest_waiting, after.oldest_waiting) == (None, NINE)
        assert mails(table) == {"WAITING": 1}
        assert sum(completion_times(table, "2026-11-23T00:00", "2026-11-24T00:00").values()) == 0
