"""A move knows whether it took effect; the table is read again only where it may not have."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.support.examples import ALICE, NINE

from orders.local.sqlite import table as table_module
from orders.local.sqlite.columns import REPLACE, values_of_move
from orders.local.sqlite.connections import connect
from orders.local.sqlite.due import WAITING
from orders.local.sqlite.table import SqliteTable
from orders.local.sqlite.writer import Statement, _Write
from orders.order import validation
from orders.order.due import Task
from orders.order.order import Order


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked on the connections that only read."""
    asked = list[str]()

    def traced(path: Path, mode: str) -> sqlite3.Connection:
        connection = connect(path, mode)
        connection.set_trace_callback(asked.append)
        return connection

    monkeypatch.setattr(table_module, "connect", traced)
    return asked


@pytest.fixture
def table(tmp_path: Path, reads: list[str]) -> Iterator[SqliteTable]:
    with closing(SqliteTable(tmp_path / "orders.db")) as opened:
        yield opened


def created(table: SqliteTable, order_id: str) -> Order:
    return table.create(Order.received(validation.parse(ALICE | {"orderId": order_id}), "token", NINE))


def test_a_move_that_takes_effect_is_not_read_again(table: SqliteTable, reads: list[str]):
    row = created(table, "12345")
    failed = table.replace(row, row.failed("x", NINE, "process"))
    table.replace(failed, failed.retried(NINE, "ann"))

    assert reads == []
    assert table.read("12345").revision == 3


def test_a_move_that_is_refused_is_read_again_once(table: SqliteTable, reads: list[str]):
    row = created(table, "12345")
    moved = table.replace(row, row.deferred("bucket down", NINE, "process"))

    assert table.replace(row, row.failed("too late", NINE, "process")) == moved
    assert len(reads) == 1


def together(table: SqliteTable, statement: Statement, *rows: list[object]) -> list[object]:
    """What those are told whose writes share a commit."""
    writes = [_Write(statement, [row]) for row in rows]
    table._writer._waiting.extend(writes)
    table._writer._commit_waiting()
    return [write.outcome for write in writes]


def move(before: Order) -> list[object]:
    return [before.order_id, before.revision, *values_of_move(before.failed("x", NINE, "process"))]


def test_moves_that_share_a_commit_know_that_all_took_effect(table: SqliteTable):
    rows = [created(table, f"o{number}") for number in range(3)]

    assert together(table, REPLACE, *map(move, rows)) == [True] * 3
    assert [table.read(row.order_id).revision for row in rows] == [2] * 3


def test_where_one_move_of_a_commit_is_refused_all_are_told_to_read(table: SqliteTable):
    rows = [created(table, f"o{number}") for number in range(3)]
    table.replace(rows[1], rows[1].deferred("bucket down", NINE, "process"))

    assert together(table, REPLACE, *map(move, rows)) == [False] * 3
    assert [table.read(row.order_id).status for row in rows] == ["FAILED", "RECEIVED", "FAILED"]


def test_two_moves_of_one_row_in_a_commit_are_not_both_told_that_they_took_effect(table: SqliteTable):
    row = created(table, "12345")

    assert together(table, REPLACE, move(row), move(row)) == [False] * 2
    assert table.read("12345").revision == 2


@pytest.mark.parametrize("task", Task)
def test_orders_that_no_longer_wait_for_a_bell_are_not_counted_as_postponed(table: SqliteTable, task: Task):
    created(table, "12345")
    waits = task is Task.RECEIPT

    assert together(table, WAITING[task].postpone, ["12345", "2026-11-23T10:00:00.000Z"]) == [waits]
    assert together(table, WAITING[task].all_due, ["2026-11-23T09:00:00.000Z"]) == [waits]
    assert [order.order_id for order in table.due(task, NINE)] == (["12345"] if waits else [])
