"""`orders register` and `orders audit`, in a folder and over the API."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from tests.support.command import Orders, Server
from tests.support.servers import serving


@pytest.fixture(scope="module")
def numbered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with three receipts, a credit note and a corrected receipt, all with numbers."""
    folder = tmp_path_factory.mktemp("numbered")
    (folder / "shop.toml").write_text('[numbers]\nreceipt = "R{number:04}"\ncredit_note = "C{number:04}"\n')
    with serving(folder / "data", ORDERS_RECEIPT=str(folder / "shop.toml")) as url:
        yield Server(url, folder / "data")


@pytest.fixture
def orders(quick: Orders) -> Orders:
    """The server has its documents before the first command."""
    if quick("status", "b/corrections/c-1").code == 3:
        fill(quick)
    return quick


def fill(orders: Orders) -> None:
    for name in ("a", "b", "c"):
        orders("submit", "--id", name, "--name", "Alice", "--item", "Mug x 3 @ 10.00 + 20%", "--currency", "EUR")
        orders("receipt", name, "-o", "made.pdf")
    orders("refund", "a", "--id", "r-1", "--amount", "6.00")
    orders("correct", "b", "--id", "c-1", "--name", "Bob")
    for document in ("a/refunds/r-1", "b/corrections/c-1"):
        assert orders("receipt", document, "-o", "made.pdf").code == 0


@pytest.fixture
def copied(orders: Orders, numbered: Server, tmp_path: Path) -> Path:
    """A copy of the folder that a test can damage."""
    folder = tmp_path / "copied"
    shutil.copytree(numbered.data, folder, ignore=shutil.ignore_patterns("orders.db*"))
    with sqlite3.connect(numbered.data / "orders.db") as live, sqlite3.connect(folder / "orders.db") as copy:
        live.backup(copy)
    live.close()
    copy.close()
    return folder


def note_of(folder: Path) -> Path:
    """The file of the credit note."""
    (file,) = (folder / "bucket" / "receipts").glob("*/a~refunds~r-1~*.pdf")
    return file


def change(folder: Path, statement: str, *values: Any) -> None:
    with sqlite3.connect(folder / "orders.db") as connection:
        assert connection.execute(statement, values).rowcount == 1
    connection.close()


def test_the_register_shows_which_document_has_which_number(orders: Orders):
    done = orders("register", "--series", "R{number:04}")

    assert (done.code, done.stderr) == (0, "")
    assert [line.split()[0] for line in done.stdout.splitlines()[3:]] == ["R0001", "R0002", "R0003", "R0004"]
    assert "ISSUED   b/corrections/c-1" in done.stdout
    assert max(map(cell_len, done.stdout.splitlines())) <= 80


def test_a_series_or_a_number_that_is_not_there_is_an_error(orders: Orders):
    unknown, beyond = orders("register", "--series", "X"), orders("register", "--series", "R{number:04}", "--from", "9")

    assert unknown.code == beyond.code == 1
    assert "R{number:04}  last 4" in unknown.stdout
    assert unknown.stderr == beyond.stderr == "orders: No such number was issued. Choose one of the series above.\n"


def test_the_last_numbers_are_shown_unless_a_first_one_is_named(orders: Orders):
    last = orders("register", "--series", "R{number:04}", "--limit", "2", "--json").json()["entries"]
    first = orders("register", "--series", "R{number:04}", "--limit", "2", "--from", "1", "--json").json()["entries"]

    assert [entry["number"] for entry in last] == [3, 4]
    assert [entry["number"] for entry in first] == [1, 2]


def test_the_register_as_csv_has_every_number(orders: Orders):
    lines = orders("register", "--csv", "--series", "R{number:04}").stdout.splitlines()

    assert lines[0].startswith("series,number,text,")
    assert len(lines) == 5


def test_an_unknown_series_is_empty(orders: Orders):
    assert orders("register", "--series", "X{number}", "--json").json()["entries"] == []


@pytest.mark.parametrize("where", ["folder", "deployment"])
def test_an_audit_of_a_sound_register_finds_nothing(orders: Orders, numbered: Server, where: str):
    options = ["--data", numbered.data] if where == "folder" else ["--url", numbered.url]
    done = orders("audit", *options)

    assert (done.code, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "Every number, document and file is as registered."
    assert max(map(cell_len, done.stdout.splitlines())) <= 80
    assert orders("audit", *options, "--json").json() == {
        "clean": True,
        "series": [
            {"series": "C{number:04}", "last": 1, "issued": 1, "void": 0, "pending": 0},
            {"series": "R{number:04}", "last": 4, "issued": 4, "void": 0, "pending": 0},
        ],
        "findings": [],
        "moreFindings": 0,
    }


def test_an_audit_is_of_the_folder_or_of_the_deployment(orders: Orders, numbered: Server):
    assert orders("audit", "--data", numbered.data, "--url", numbered.url).code == 2


def test_an_audit_finds_an_altered_file(orders: Orders, copied: Path):
    file = note_of(copied)
    file.write_bytes(file.read_bytes() + b" ")
    done = orders("audit", "--data", copied)

    assert (done.code, done.stderr) == (1, "orders: The audit has 1 finding.\n")
    assert "  C0001: the file of a/refunds/r-1 is missing or altered." in done.stdout.splitlines()


def test_an_audit_finds_an_altered_body(orders: Orders, copied: Path):
    change(copied, "UPDATE orders SET body = replace(body, 'Alice', 'Alicia') WHERE orderId = 'c'")
    done = orders("audit", "--data", copied, "--json")

    assert done.code == 1
    assert done.json()["findings"] == [
        "R0003: the row of c can't be read: it is damaged.",
        "The row of c can't be read, so that nobody knows whether it has a number.",
    ]


def test_an_audit_finds_a_gap(orders: Orders, copied: Path):
    change(copied, "DELETE FROM register WHERE series = 'R{number:04}' AND number = 2")
    done = orders("audit", "--data", copied, "--json")

    assert done.code == 1
    assert "R0002 is missing: the series has a gap." in done.json()["findings"]


def test_an_audit_over_the_api_finds_damage_too(orders: Orders, copied: Path):
    change(copied, "UPDATE orders SET body = replace(body, 'Alice', 'Alicia') WHERE orderId = 'c'")
    file = note_of(copied)
    file.write_bytes(file.read_bytes()[:-1] + b" ")
    with serving(copied) as url:
        done = orders("audit", "--url", url, "--json")

    assert done.code == 1
    assert done.json()["findings"] == [
        "C0001: the file of a/refunds/r-1 is missing or altered.",
        "R0003: the row of c can't be read: it is damaged.",
        "The row of c can't be read, so that nobody knows whether it has a number.",
    ]


def test_a_shop_without_numbers_has_an_empty_register(quick: Orders, server: Server):
    shown, audited = quick("register", ORDERS_URL=server.url), quick("audit", "--data", server.data)

    assert "No number was issued yet." in shown.stdout
    assert (audited.code, audited.stdout) == (0, "No number was issued yet.\n")


def test_a_document_with_a_long_id_has_a_line_of_its_own(orders: Orders):
    long = "r-" + 60 * "1"
    orders("refund", "c", "--id", long, "--amount", "1.00")
    assert orders("receipt", f"c/refunds/{long}", "-o", "made.pdf").code == 0
    done = orders("register", "--series", "C{number:04}")

    assert f"ISSUED\n  c/refunds/{long}\n" in done.stdout
    assert max(map(cell_len, done.stdout.splitlines())) <= 80
