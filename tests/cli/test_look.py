"""`orders status`, `list`, `receipt` and `retry`."""

import json
import sqlite3
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console
from tests.support.command import Orders, Server
from tests.support.servers import serving

from orders.cli import order_table


@pytest.fixture
def failed(server: Server, orders: Orders, tmp_path: Path) -> str:
    """The id of an order that failed."""
    orders("submit", "--id", "failed-1", "--name", "Carol")
    orders("receipt", "failed-1", "-o", "made.pdf")
    with sqlite3.connect(server.data / "orders.db") as connection:
        connection.execute(
            "UPDATE orders SET status = 'FAILED', receipt = NULL, lastError = 'out of ink' WHERE orderId = 'failed-1'"
        )
    connection.close()
    return "failed-1"


def test_the_status_of_an_order_shows_its_history(orders: Orders) -> None:
    orders("submit", "--id", "history-1", "--name", "Zoë Ångström", "--email", "zoe@example.com")
    orders("receipt", "history-1")

    done = orders("status", "history-1")

    assert (done.code, done.stderr) == (0, "")
    assert done.stdout.startswith("COMPLETED  history-1")
    assert "Zoë Ångström <zoe@example.com>" in done.stdout
    assert "received  by shop" in done.stdout
    assert "completed  by process" in done.stdout


@pytest.mark.parametrize("unknown", ["nobody", "..", "a/b", "ü", "50%"])
@pytest.mark.parametrize("command", ["status", "receipt", "retry"])
def test_an_unknown_order_has_an_exit_code_of_its_own(orders: Orders, command: str, unknown: str) -> None:
    done = orders(command, unknown)

    assert (done.code, done.stdout) == (3, "")
    assert len(done.stderr.splitlines()) == 1


def test_a_receipt_is_downloaded_as_soon_as_it_is_made(orders: Orders, tmp_path: Path) -> None:
    orders("submit", "--id", "paper-1", "--name", "Alice")

    done, again = orders("receipt", "paper-1"), orders("receipt", "paper-1", "-o", "-")

    assert "receipt-paper-1.pdf" in done.stdout
    assert (tmp_path / "receipt-paper-1.pdf").read_bytes() == again.pdf
    assert again.pdf.startswith(b"%PDF-")
    assert [path.name for path in tmp_path.iterdir()] == ["receipt-paper-1.pdf"]


def test_a_receipt_in_json_says_where_it_is(orders: Orders, tmp_path: Path) -> None:
    orders("submit", "--id", "paper-2", "--name", "Alice")

    written = orders("receipt", "paper-2", "-o", "new.pdf", "--json").json()

    assert written == {
        "orderId": "paper-2",
        "file": str(tmp_path / "new.pdf"),
        "size": (tmp_path / "new.pdf").stat().st_size,
    }


def test_a_receipt_that_can_not_be_written_is_one_line(orders: Orders) -> None:
    orders("submit", "--id", "paper-3", "--name", "Alice")

    done = orders("receipt", "paper-3", "-o", "nowhere/new.pdf")

    assert done.code == 1
    assert done.stderr == (
        "orders: nowhere/new.pdf can't be written (No such file or directory). Name another file with -o.\n"
    )


def test_a_failed_order_is_retried(orders: Orders, failed: str) -> None:
    assert orders("receipt", failed).code == 1
    assert orders("status", failed).code == 1
    listed = orders("list", "--status", "failed")
    assert listed.code == 0
    assert "out of ink" in listed.stdout

    assert orders("retry", failed, "--json").json()["status"] == "RECEIVED"

    assert orders("receipt", failed).code == 0
    assert orders("status", failed, "--json").json()["status"] == "COMPLETED"
    assert orders("retry", failed).code == 1


def test_the_list_fits_eighty_columns_in_any_script(orders: Orders) -> None:
    for name in (
        "山田太郎 株式会社サンプル東京支店営業第一部",
        "محمد بن عبد الله الأنصاري" * 3,
        "e\u0301" * 60,
        "👩‍👩‍👧 & Co",
    ):
        orders("submit", "--name", name)
    orders("submit", "--name", "Alice", "--id", "i" * 64, "--item", "Yacht x 9 @ 123456789", "--currency", "EUR")

    done = orders("list", "--limit", 5)

    assert max(cell_len(line) for line in done.stdout.splitlines()) <= 80
    assert "i" * 64 in done.stdout
    assert "1111111101.00 EUR" in done.stdout
    assert "…" in done.stdout


def test_the_list_shows_order_numbers_if_there_are_any_and_finds_orders_by_them(orders: Orders, tmp_path: Path) -> None:
    numbers = {"a": "#1001", "b": "RE 2024-17 of the Zürich shop", "c": None}
    with serving(tmp_path / "data") as url:
        orders("submit", "--id", "without", "--name", "Alice", ORDERS_URL=url)
        without = orders("list", ORDERS_URL=url).stdout
        for order_id, number in numbers.items():
            line = json.dumps({"orderId": order_id, "customerName": "Alice", "orderNumber": number})
            orders("submit", "-", stdin=line, ORDERS_URL=url)
        everything = orders("list", ORDERS_URL=url).stdout
        found = orders("list", "--find", "re 2024-17  OF THE zürich SHOP", "--json", ORDERS_URL=url).json()["orders"]

    assert "NUMBER" not in without
    assert "#1001" in everything
    assert "RE 2024-17 of…" in everything
    assert max(cell_len(line) for line in everything.splitlines()) <= 80
    assert [(order["orderId"], order["orderNumber"]) for order in found] == [("b", numbers["b"])]


def test_the_list_has_a_column_of_order_numbers_if_there_are_any(capsys: pytest.CaptureFixture[str]) -> None:
    numbered = {
        "orderId": "de-1", "orderNumber": "GST/24-25/0001/a", "customerName": "Zoë", "status": "COMPLETED",
        "receivedAt": "2026-01-23T09:00:00.000Z", "total": "25.64", "currency": "EUR", "mail": None, "lastError": None,
    }  # fmt: skip
    others = [numbered | {"orderNumber": None}, {name: numbered[name] for name in numbered if name != "orderNumber"}]
    wide, usual = Console(width=80, highlight=False), Console(width=80, highlight=False)

    order_table.show([numbered, *others], wide)
    heading, *lines = capsys.readouterr().out.splitlines()
    order_table.show(others, usual)
    without = capsys.readouterr().out

    assert heading.split() == ["STATUS", "ORDER", "NUMBER", "CUSTOMER", "TOTAL", "AGE"]
    assert "GST/24-25/000…  Zoë" in lines[0]
    assert {cell_len(line) for line in (heading, *lines)} == {80}
    assert "NUMBER" not in without
    assert {cell_len(line) for line in without.splitlines()} == {80}


def test_the_list_follows_the_cursor(orders: Orders, tmp_path: Path) -> None:
    with serving(tmp_path / "data") as url:
        lines = "".join(f'{{"orderId":"n-{number}","customerName":"Ann"}}\n' for number in range(230))
        orders("submit", "-", stdin=lines, ORDERS_URL=url)

        all_there_are = orders("list", "--limit", 500, "--json", ORDERS_URL=url).json()["orders"]
        some = orders("list", "--limit", 130, "--json", ORDERS_URL=url).json()["orders"]

    assert {order["orderId"] for order in all_there_are} == {f"n-{number}" for number in range(230)}
    assert [order["orderId"] for order in some] == [order["orderId"] for order in all_there_are][:130]


def test_an_order_that_the_server_can_not_read_is_named(orders: Orders, tmp_path: Path) -> None:
    with serving(tmp_path / "data") as url:
        for order_id in ("of-today", "of-tomorrow"):
            orders("submit", "--id", order_id, "--name", "Ann", ORDERS_URL=url)
            orders("receipt", order_id, "-o", "-", ORDERS_URL=url)
        with sqlite3.connect(tmp_path / "data" / "orders.db") as connection:
            connection.execute("UPDATE orders SET schemaVersion = 99 WHERE orderId = 'of-tomorrow'")
        connection.close()
        done, document = orders("list", ORDERS_URL=url), orders("list", "--json", ORDERS_URL=url).json()

    assert "of-today" in done.stdout
    assert "of-tomorrow" not in done.stdout
    assert "the server can't read of-tomorrow. A newer version of the server wrote" in done.stderr
    assert [order["orderId"] for order in document["orders"]] == ["of-today"]
    assert document["unreadable"] == ["of-tomorrow"]


def test_no_such_status_is_wrong_usage(orders: Orders) -> None:
    done = orders("list", "--status", "lost")

    assert done.code == 2
    assert "RECEIVED, COMPLETED, FAILED" in done.stderr


def test_usage_errors_are_one_line_that_leads_to_the_help(orders: Orders) -> None:
    done = orders("list", "--limit", "many")

    assert done.code == 2
    assert done.stderr.endswith("See orders list --help.\n")
    assert len(done.stderr.splitlines()) == 1


def test_help_explains_the_exit_codes(orders: Orders) -> None:
    done = orders("--help")

    assert done.code == 0
    assert "3  there is no such order" in done.stdout
    assert orders().stdout == done.stdout


def test_the_version_is_shown(orders: Orders) -> None:
    assert orders("--version").stdout.startswith("orders 0.")
