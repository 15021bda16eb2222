"""The export of a server on one machine: one document, whatever its length."""

import csv
import io
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import urllib3
from tests.support.api import Api
from tests.support.examples import ALICE, NINE
from tests.support.servers import serving

from orders.local.sqlite.table import SqliteTable
from orders.order import validation
from orders.order.order import Order

ORDERS = 1_700


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with more orders than a part may have; no two of one instant."""
    with closing(SqliteTable(tmp_path / "orders.db")) as table, ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda number: table.create(row(number)), range(ORDERS)))
    return tmp_path


def row(number: int) -> Order:
    order = validation.parse(ALICE | {"orderId": f"o{number}"})
    received = Order.received(order, "token", NINE + timedelta(seconds=number))
    return received.failed("no ink", NINE, "process")


def test_all_parts_come_as_one_document_with_one_heading(data: Path):
    with serving(data) as address:
        reply = Api(address).get("/operations/orders.csv")
    rows = list(csv.DictReader(io.StringIO(reply.content.decode(), newline="")))

    assert [row["orderId"] for row in rows] == [f"o{number}" for number in reversed(range(ORDERS))]
    assert reply.headers["Transfer-Encoding"] == "chunked"
    assert "Next-Cursor" not in reply.headers


def test_all_parts_are_of_the_same_form(data: Path):
    with serving(data) as address:
        reply = Api(address).get("/operations/orders.csv?for=excel&locale=de&timeZone=Asia/Tokyo")
    text = reply.content.decode()
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))

    assert [row["orderId"] for row in rows] == [f'="o{number}"' for number in reversed(range(ORDERS))]
    assert rows[-1]["receivedAt"] == "2026-11-23 18:00:00"
    assert text.count("\ufeff") == 1


def test_a_document_that_can_not_be_had_to_its_end_breaks_off(data: Path):
    """Its reader must not take the half for the whole."""
    with serving(data) as address:
        reply = urllib3.request(
            "GET", f"{address}/operations/orders.csv?limit=1", preload_content=False, retries=False, timeout=30
        )
        stream = reply.stream(64)
        next(stream)
        with closing(sqlite3.connect(data / "orders.db", isolation_level=None)) as connection:
            connection.execute("DROP TABLE orders")
        with pytest.raises(urllib3.exceptions.ProtocolError):
            list(stream)
