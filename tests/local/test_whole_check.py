"""The check of a large database while it is served: it finds what SQLite's own check finds, in short reads."""

import os
import random
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.api import Api
from tests.support.examples import ALICE, NINE, ROOT
from tests.support.extent import ALL
from tests.support.servers import serving

from orders.local.sqlite.columns import CREATE, values
from orders.local.sqlite.connections import connect
from orders.local.sqlite.short_checks import Shape, reads
from orders.local.sqlite.table import SqliteTable
from orders.local.sqlite.writer import MOST_ROWS_A_COMMIT
from orders.order import validation
from orders.order.due import Task
from orders.order.order import Order, Status

PAGE = 4096
ORDERS, NUMBERED = 1_200, 400
SEEDS = 2_000 if ALL else 60
SECONDS_TO_CHECK = 60
UNCHECKED = {"PYTHONPATH": os.pathsep.join([str(ROOT / "tests" / "local" / "unchecked"), str(ROOT / "src")])}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that no server touches: a few orders wait, the others failed. Some orders need several pages.

    Those that wait have numbers, of two series.
    """
    path = tmp_path_factory.mktemp("filled") / "orders.db"
    with closing(SqliteTable(path)) as table:
        waiting = [replace(order(ORDERS + number), status=Status.RECEIVED) for number in range(NUMBERED)]
        table.write(CREATE, [values(each) for each in waiting])
        table.issue([(each, f"{'RC'[n % 2]}{{number}}") for n, each in enumerate(waiting)], NINE)
        rows = [values(order(number)) for number in range(ORDERS)]
        for start in range(0, ORDERS, MOST_ROWS_A_COMMIT):
            table.write(CREATE, rows[start : start + MOST_ROWS_A_COMMIT])
    return path


@pytest.fixture
def data(filled: Path, tmp_path: Path) -> Path:
    shutil.copy(filled, tmp_path / "orders.db")
    return tmp_path


def order(number: int) -> Order:
    items = [{"name": f"Cup {n} " + "x" * 60, "quantity": 1, "unitPrice": "1"} for n in range(1 if number % 9 else 60)]
    posted = ALICE | {"orderId": f"o{number}", "currency": "EUR", "items": items}
    if number % 2:
        posted |= {"customerEmail": f"c{number}@example.com", "orderNumber": f"#{number}"}
    return Order.received(validation.parse(posted), f"token-{number}", NINE).failed("no ink", NINE, "process")


def complaint(database: Path) -> str:
    """What the reads find."""
    try:
        with closing(connect(database, "rw")) as connection:
            for read in reads(Shape.of(connection)):
                read(connection)
    except sqlite3.DatabaseError as error:
        return str(error)
    return ""


def complaint_of_sqlite(database: Path) -> str:
    try:
        with closing(connect(database, "rw")) as connection:
            verdict = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if verdict == "ok" else verdict


def write_page(database: Path, page: int, content: bytes) -> None:
    """Overwrite the beginning of a page; the number of the first is 1."""
    with database.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(content)


def page_with(database: Path, text: str) -> int:
    return database.read_bytes().index(text.encode()) // PAGE + 1


def root_of(database: Path, name: str) -> int:
    with closing(sqlite3.connect(database)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,)).fetchone()
    return int(page)


def test_a_sound_database_passes_with_rows_that_come_meanwhile(data: Path):
    with closing(SqliteTable(data / "orders.db")) as table:
        for number, read in enumerate(reads(table.ask(Shape.of))):
            table.create(order(ORDERS + number))
            table.ask(read)
    assert complaint(data / "orders.db") == ""


@pytest.mark.parametrize(
    "name", ["sqlite_autoindex_orders_1", "newest", "newestByStatus", "byName", "byEmail", "byNumber", "proofs"]
)
def test_an_index_that_lost_orders_is_found(data: Path, name: str):
    """Each page is well-formed: the index is a leaf without entries."""
    write_page(data / "orders.db", root_of(data / "orders.db", name), bytes([10, 0, 0, 0, 0, 16, 0, 0]))

    assert complaint(data / "orders.db").startswith(f"{name} lacks ")


def test_a_table_that_lost_all_orders_is_found(data: Path):
    """It is a leaf without rows."""
    write_page(data / "orders.db", root_of(data / "orders.db", "orders"), bytes([13, 0, 0, 0, 0, 16, 0, 0]))

    assert complaint(data / "orders.db").endswith(" orders, and the table has 0 of them")


def test_a_table_that_lost_its_newest_orders_is_found(data: Path):
    """Its root has the first half of its pages only, and says that the last of them has all others."""
    database = data / "orders.db"
    start = (root_of(database, "orders") - 1) * PAGE
    root = bytearray(database.read_bytes()[start : start + PAGE])
    half = int.from_bytes(root[3:5], "big") // 2
    cell = int.from_bytes(root[12 + 2 * half : 14 + 2 * half], "big")
    root[3:5] = half.to_bytes(2, "big")
    root[8:12] = root[cell : cell + 4]
    write_page(database, root_of(database, "orders"), bytes(root))

    assert " orders, and the table has " in complaint(database)
    assert complaint_of_sqlite(database)


@pytest.mark.parametrize(
    ("lost", "complaint_begins"),
    [
        ("number > 150", "the register lacks 100 of the rows "),
        ("number = 17", "register lacks entries before number 18 of C{number}"),
        ("series = 'C{number}'", "the register lacks "),
        ("number < 3", "the register lacks "),
    ],
)
def test_a_register_that_lost_numbers_is_found(data: Path, lost: str, complaint_begins: str):
    """Whether orders have the numbers or not: a void number may be lost, too."""
    with closing(connect(data / "orders.db", "rw")) as connection:
        if "lacks entries" in complaint_begins:
            connection.execute("UPDATE orders SET issue = NULL")
        connection.execute(f"DELETE FROM register WHERE {lost}")

    assert complaint(data / "orders.db").startswith(complaint_begins)


def garbage(_: bytes, chance: random.Random) -> bytes:
    return chance.randbytes(PAGE)


def half_written(page: bytes, chance: random.Random) -> bytes:
    return page[: PAGE // 2] + chance.randbytes(PAGE // 2)


def zeros(_page: bytes, _chance: random.Random) -> bytes:
    return bytes(PAGE)


@pytest.mark.parametrize("damage", [garbage, half_written, zeros])
def test_wherever_a_page_is_damaged_the_reads_complain_if_the_check_of_sqlite_does(
    damage: Callable[[bytes, random.Random], bytes], filled: Path, tmp_path: Path
):
    whole, database = filled.read_bytes(), tmp_path / "orders.db"
    for seed in range(SEEDS // 3):
        chance = random.Random(seed)
        start = chance.randrange(1, len(whole) // PAGE) * PAGE
        page = damage(whole[start : start + PAGE], chance)
        database.write_bytes(whole[:start] + page + whole[start + PAGE :])

        assert bool(complaint(database)) >= bool(complaint_of_sqlite(database)), (seed, start)


def test_a_page_that_the_disk_wrote_to_the_place_of_another_is_found(filled: Path, tmp_path: Path):
    whole, database = filled.read_bytes(), tmp_path / "orders.db"
    chance = random.Random(1)
    for _ in range(SEEDS // 3):
        one, other = (place * PAGE for place in chance.sample(range(1, len(whole) // PAGE), 2))
        database.write_bytes(whole[:one] + whole[other : other + PAGE] + whole[one + PAGE :])

        assert bool(complaint(database)) >= bool(complaint_of_sqlite(database)), (one, other)


def test_between_two_reads_the_log_can_begin_again(data: Path):
    with closing(SqliteTable(data / "orders.db")) as table, closing(connect(data / "orders.db", "rw")) as other:
        for number, read in enumerate(reads(table.ask(Shape.of))):
            table.ask(read)
            table.create(order(ORDERS + number))
            is_blocked, *_ = other.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
            assert not is_blocked


def test_a_partial_index_has_the_rows_in_which_one_column_is_not_null(data: Path):
    """The check relies on it."""
    with closing(connect(data / "orders.db", "rw")) as connection:
        needed = {index.name: index.needed for index in Shape.of(connection).indexes if index.needed}
        partial = connection.execute("SELECT name FROM pragma_index_list('orders') WHERE partial").fetchall()
    assert {name for (name,) in partial} == needed.keys()
    assert sorted(needed.values()) == ["document", "dueAt", "emailKey", "mailDueAt", "numberKey"]


def test_a_read_looks_up_and_never_scans_what_it_looks_up_in(data: Path):
    with closing(connect(data / "orders.db", "rw")) as connection:
        for index in Shape.of(connection).indexes:
            steps = plan(connection, f"SELECT {index.lost()} FROM orders NOT INDEXED WHERE rowid > 1 AND rowid <= 9")
            assert not [step for step in steps if step.startswith("SCAN")], (index, steps)


@pytest.mark.parametrize("task", Task)
def test_a_start_makes_waiting_orders_due_by_an_index(data: Path, task: Task):
    """However many orders are completed."""
    asked = list[str]()
    with closing(SqliteTable(data / "orders.db")) as table:
        table._writer._connection.set_trace_callback(asked.append)
        table.make_all_due(NINE)
    (update,) = [sql for sql in asked if sql.startswith("UPDATE orders") and f"SET {task.due_field} " in sql]
    with closing(connect(data / "orders.db", "rw")) as connection:
        assert [step for step in plan(connection, update) if " orders" in step] == [
            f"SEARCH orders USING COVERING INDEX {'due' if task is Task.RECEIPT else 'mailDue'} ({task.due_field}>?)"
        ]


def plan(connection: sqlite3.Connection, query: str) -> list[str]:
    return [str(step[-1]) for step in connection.execute(f"EXPLAIN QUERY PLAN {query}")]


@pytest.mark.parametrize("place", ["a row", "an index"])
def test_damage_that_the_start_did_not_reach_is_found_while_serving_and_from_then_on_every_call_is_refused(
    data: Path, place: str, capfd: pytest.CaptureFixture[str]
):
    if place == "a row":
        write_page(data / "orders.db", page_with(data / "orders.db", '"orderId":"o601"'), bytes(PAGE))
    else:
        write_page(data / "orders.db", root_of(data / "orders.db", "byEmail"), bytes([10, 0, 0, 0, 0, 16, 0, 0]))
    before = (data / "orders.db").read_bytes()

    with serving(data, **UNCHECKED) as address:
        api = Api(address)
        log = told_until(capfd, "the check of the whole database did not pass: ")
        for reply in (api.get("/orders/o1"), api.post_order(ALICE), api.get("/operations/orders")):
            assert (reply.status, reply.problem) == (503, "unavailable")
    assert "orders.db: it is damaged (" in log
    assert " ERROR   the check of" in log
    assert (data / "orders.db").stat().st_size == len(before)


def test_a_large_sound_database_is_served_at_once_and_its_check_ends_with_a_line(
    data: Path, capfd: pytest.CaptureFixture[str]
):
    with serving(data, **UNCHECKED) as address:
        assert Api(address).get("/orders/o601").status == 200
        told_until(capfd, "the whole database is not damaged: checked in ")
        assert Api(address).post_order(ALICE).status == 202


def told_until(capfd: pytest.CaptureFixture[str], text: str) -> str:
    """What the server logs until it says this."""
    end, told = time.monotonic() + SECONDS_TO_CHECK, ""
    while text not in told:
        assert time.monotonic() < end
        time.sleep(0.02)  # the log is a file
        told += capfd.readouterr().err
    return told
