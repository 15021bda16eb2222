"""The table's file over the years."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from tests.formats.folders import CUSTOMERS, FOLDERS, Recorded
from tests.support.examples import ALICE, NINE

from orders.local.mail.outbox import file_name
from orders.local.sqlite import listing, upkeep
from orders.local.sqlite.connections import connect
from orders.local.sqlite.formats import FORMAT, bring_up_to_date
from orders.local.sqlite.table import _PROOF, SqliteTable
from orders.local.sqlite.writer import Statement
from orders.order import record, validation
from orders.order.delivery import Delivery, DeliveryStatus
from orders.order.due import Task
from orders.order.mailbox import Mailbox
from orders.order.order import Order, Status, StoredReceipt
from orders.ports import NOBODYS, Proof, Selection

DAMAGED = "".join(
    f"""
    CREATE TEMP TABLE copy AS SELECT * FROM orders WHERE orderId = 'waiting';
    UPDATE copy SET orderId = '{order_id}', body = {body};
    INSERT INTO orders SELECT * FROM copy;
    DROP TABLE copy;
    """
    for order_id, body in [("cut", "'{\"customerName\":'"), ("garbled", "CAST(x'ff' AS TEXT)")]
)


@pytest.mark.parametrize("recorded", [each for each in FOLDERS if each.format < FORMAT], ids=lambda each: each.name)
def test_a_file_of_an_older_format_with_damaged_rows_is_taken_over_and_marked_so_that_older_programs_refuse_it(
    recorded: Recorded, tmp_path: Path
):
    path = recorded.unpack(tmp_path) / "orders.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(DAMAGED)
    waiting = sum(told["status"] == "RECEIVED" for told in recorded.ledger().values()) + 2

    for _ in range(2):  # the second time it is of today's format
        with closing(SqliteTable(path)) as table:
            assert table.read("waiting").posted.customer_name == CUSTOMERS["waiting"]
            assert [row.order_id for row in table.page(Selection(text="ZOE wait"), 10, None).orders] == ["waiting"]
            assert table.activity(NINE).by_status[Status.RECEIVED] == waiting
    with closing(SqliteTable(path)) as table:
        posted = validation.parse(ALICE | {"orderId": "2", "orderNumber": "#1001"})
        table.create(Order.received(posted, "t", NINE, "http://localhost:8000/"))
        assert [row.order_id for row in table.page(Selection(text="#1001"), 10, None).orders] == ["2"]
        assert table.read("2").api_url == "http://localhost:8000/"
        assert table.activity(NINE).by_status[Status.RECEIVED] == waiting + 1
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (FORMAT,)


def test_a_file_of_the_version_without_order_numbers_finds_them_from_now_on_and_that_version_can_still_open_it(
    tmp_path: Path,
):
    (recorded,) = (each for each in FOLDERS if "without-numbers" in each.name)
    path = recorded.unpack(tmp_path) / "orders.db"
    before = row_of_waiting(path)

    for order_id in ("1", "2"):  # the second time the file has the column
        with closing(SqliteTable(path)) as table:
            numbered = ALICE | {"orderId": order_id, "orderNumber": "RE 17"}
            table.create(Order.received(validation.parse(numbered), "t", NINE))
            assert {row.order_id for row in table.page(Selection(text="re 17"), 10, None).orders} >= {order_id}
            assert table.read("waiting").posted.order_number is None
    after = row_of_waiting(path)
    assert {name: after[name] for name in before} == before
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (6,)


def test_orders_that_an_older_program_adds_to_such_a_file_stay_readable_and_have_no_number(tmp_path: Path):
    path = tmp_path / "orders.db"
    with closing(SqliteTable(path)) as table:
        numbered = ALICE | {"orderId": "numbered", "orderNumber": "RE 17"}
        table.create(Order.received(validation.parse(numbered), "t", NINE))
        row = Order.received(validation.parse(ALICE), "t", NINE)
        columns, values = record.FIELDS, record.values(row)
        table.write(Statement(f"INSERT INTO orders ({', '.join(columns)}) VALUES {{rows}}", len(columns)), [values])

        assert table.read("12345") == row
        assert [order.order_id for order in table.page(Selection(text="re 17"), 10, None).orders] == ["numbered"]


def row_of_waiting(path: Path) -> dict[str, object]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return dict(connection.execute("SELECT * FROM orders WHERE orderId = 'waiting'").fetchone())


@pytest.mark.parametrize("text", ["zoe", "zoe@example.com", "#1001", "12345"])
def test_a_search_reads_indexes_and_never_the_whole_table(tmp_path: Path, text: str):
    with closing(SqliteTable(tmp_path / "orders.db")) as table:
        plan = table.ask(lambda connection: plan_of(connection, Selection(text=text)))

    assert [step for step in plan if step.startswith("SCAN orders")] == []
    assert any("byNumber" in step for step in plan)


def test_processes_that_open_a_new_folder_at_the_same_time_all_open_it(tmp_path: Path):
    """They wait for each other's first step, so that all of them find an empty folder."""
    program = (
        "import sys; from pathlib import Path; from orders.local.sqlite.table import SqliteTable;"
        "print(flush=True); input(); SqliteTable(Path(sys.argv[1])).close()"
    )
    for number in range(3):
        database = tmp_path / str(number) / "orders.db"
        database.parent.mkdir()
        started = [
            subprocess.Popen(
                [sys.executable, "-c", program, database],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(4)
        ]
        for process in started:
            assert process.stdout
            process.stdout.readline()
        with ThreadPoolExecutor(len(started)) as together:
            ended = list(together.map(lambda process: process.communicate("\n", timeout=60), started))

        assert [complaint for _, complaint in ended] == [""] * len(started)


def plan_of(connection: sqlite3.Connection, selection: Selection) -> list[str]:
    """The steps by which SQLite finds the selected orders."""
    asked = list[str]()
    connection.set_trace_callback(asked.append)
    listing.selected(connection, selection, 10, None)
    connection.set_trace_callback(None)
    return [str(step[-1]) for step in connection.execute(f"EXPLAIN QUERY PLAN {asked[-1]}")]


def test_at_a_start_mails_that_wait_are_due_as_orders_are(tmp_path: Path):
    """The queues in memory are gone with the last process."""
    with closing(SqliteTable(tmp_path / "orders.db")) as table:
        row = table.create(Order.received(validation.parse(ALICE), "t", NINE))
        receipt = StoredReceipt(row.receipt_key, "00" * 32, 1)
        table.replace(row, row.completed(receipt, NINE, Delivery.requested(NINE)))
        assert list(table.due(Task.MAIL, NINE)) == []
        table.make_all_due(NINE)

        assert [order.order_id for order in table.due(Task.MAIL, NINE)] == ["12345"]


def test_mails_of_format_5_that_are_only_in_the_outbox_become_kept_and_the_others_stay_sent(tmp_path: Path):
    path = tmp_path / "orders.db"
    names = {"kept": file_name("kept", 1), "again": file_name("again", 2), "sent": "2.0.0 Ok: queued as 1"}
    with closing(SqliteTable(path)) as table:
        for order_id, name in names.items():
            row = table.create(Order.received(validation.parse(ALICE | {"orderId": order_id}), "t", NINE))
            asked = Delivery.requested(NINE, number=2 if order_id == "again" else 1)
            row = table.replace(row, row.completed(StoredReceipt(row.receipt_key, "00" * 32, 1), NINE, asked))
            table.replace(row, row.mailed(asked.sent(name, NINE), "mail sent", by="mail"))
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "DROP TABLE folder; DROP TABLE mailboxes; DROP INDEX proofs; PRAGMA user_version = 5;"
            "UPDATE orders SET history = '[' WHERE orderId = 'again';"
            "CREATE TEMP TABLE damaged AS SELECT * FROM orders WHERE orderId = 'sent';"
            "UPDATE damaged SET orderId = 'damaged', mail = '{'; INSERT INTO orders SELECT * FROM damaged;"
        )

    with closing(SqliteTable(path)) as table:
        kept, sent = table.read("kept"), table.read("sent")
        assert upkeep.with_mail(table, DeliveryStatus.OUTBOX) == ["again", "kept"]
        assert kept.mail
        assert (kept.mail.reason, kept.mail.message_id) == ("no mail server is set", names["kept"])
        assert kept.history[-1].what == "mail kept in the outbox, not sent: no mail server is set"
        assert sent.mail
        assert (sent.mail.status, sent.history[-1].what) == (DeliveryStatus.SENT, "mail sent")


def test_a_mailbox_is_forgotten_hours_after_its_last_mail(tmp_path: Path):
    path = tmp_path / "orders.db"
    with closing(SqliteTable(path)) as table:
        for hours in (0, 1, 4):
            box = Mailbox(f"after {hours}")
            table.count_mail(box, box.with_message("1 1", NINE + timedelta(hours=hours)))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT key FROM mailboxes").fetchall() == [("after 4",)]


def test_an_unknown_order_takes_as_many_steps_as_a_known_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Counted in instructions of SQLite's machine; nothing is decoded."""
    with closing(SqliteTable(tmp_path / "orders.db")) as table:
        for number in range(0, 1_000, 2):
            row = table.create(Order.received(validation.parse(ALICE | {"orderId": f"o{number:03}"}), "t" * 22, NINE))
            table.replace(row, row.completed(StoredReceipt(row.receipt_key, "00" * 32, 1), NINE))
        monkeypatch.setattr(record, "to_order", None)
        steps = {f"o{number:03}": steps_of(table, f"o{number:03}") for number in range(1_000)}

    assert len(set(steps.values())) == 1
    assert steps["o000"] > 10


def test_what_opens_an_order_is_found_without_its_row(tmp_path: Path):
    """A row's later columns take longer to reach behind a long order."""
    with closing(SqliteTable(tmp_path / "orders.db")) as table:
        plan = table.ask(lambda connection: connection.execute(f"EXPLAIN QUERY PLAN {_PROOF}", ("o",)).fetchall())

    assert [step[-1] for step in plan] == ["SEARCH orders USING COVERING INDEX proofs (orderId<?)"]


def steps_of(table: SqliteTable, order_id: str) -> int:
    """How many instructions SQLite executes to look at what opens this order."""
    table.proof(order_id)
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1

    connection = table._reader.connection
    connection.set_progress_handler(step, 1)
    table.proof(order_id)
    connection.set_progress_handler(None, 1)
    return steps


@pytest.mark.parametrize("receipt", ["{", "[]", "null", '"x"', "1"])
def test_a_damaged_row_is_no_sign_of_an_order_either(tmp_path: Path, receipt: str):
    path = tmp_path / "orders.db"
    with closing(SqliteTable(path)) as table:
        table.create(Order.received(validation.parse(ALICE), "t" * 22, NINE))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE orders SET receipt = ?, history = '{', body = 'x'", (receipt,))
        connection.commit()
    with closing(SqliteTable(path)) as table:
        assert table.proof("12345") == Proof("t" * 22, NOBODYS.sha256)
        assert table.proof("12346") == NOBODYS


@pytest.mark.parametrize("recorded", [each for each in FOLDERS if each.format < FORMAT], ids=lambda each: each.name)
def test_a_conversion_that_is_interrupted_anywhere_leaves_the_file_to_the_older_program(
    recorded: Recorded, tmp_path: Path
):
    path = recorded.unpack(tmp_path) / "orders.db"
    before, steps, done = dump(path), 20, False
    while not done:
        with closing(connect(path, "rw")) as connection, suppress(sqlite3.OperationalError):
            connection.set_progress_handler(lambda: 1, steps)
            bring_up_to_date(connection, recorded.format)
            done = True
        assert done or dump(path) == before
        steps += steps // 4

    with closing(SqliteTable(path)) as table:
        assert table.read("waiting").posted.customer_name == CUSTOMERS["waiting"]


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [*connection.iterdump(), str(connection.execute("PRAGMA user_version").fetchone())]
