"""`orders check`: it sees everything, changes nothing, and says how many, which and what to do, in 80 columns."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.support.api import Api
from tests.support.command import Done, run
from tests.support.examples import ALICE
from tests.support.proof import hashes_of_files, wait_until_all_are_completed
from tests.support.servers import serving

ORDERS = 6


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with some completed orders, half of them with an e-mail, whose server has stopped."""
    data = tmp_path_factory.mktemp("kept") / "data"
    with serving(data) as address:
        for number in range(ORDERS):
            mail = {"customerEmail": "alice@casaluna.example"} if number < 3 else {}
            Api(address).post_order(ALICE | {"orderId": f"o{number}"} | mail)
        wait_until_all_are_completed(Api(address))
    return data


@pytest.fixture
def data(kept: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(kept, tmp_path / "data"))


def check(data: Path) -> Done:
    return run(("check", "--data", data.name), "", {}, data.parent)


def receipts(data: Path) -> list[Path]:
    return sorted((data / "bucket" / "receipts").rglob("*.pdf"))


def sql(data: Path, statement: str) -> None:
    with closing(sqlite3.connect(data / "orders.db")) as connection:
        connection.execute(statement)
        connection.commit()


def test_all_is_well(data: Path):
    before = hashes_of_files(data)
    done = check(data)

    assert (done.code, done.stderr) == (0, "")
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["database", f"{(data / 'orders.db').stat().st_size / 1000:.0f}", "kB", "ok"],
        ["orders", "6", "ok"],
        ["receipts", "of", "orders", "6", "ok"],
        ["receipt", "files", "6", "ok"],
        ["Nothing", "is", "missing", "or", "damaged."],
    ]
    assert {name: digest for name, digest in hashes_of_files(data).items() if name in before} == before


def test_all_is_well_under_a_server_that_goes_on(data: Path):
    with serving(data) as address:
        Api(address).post_order(ALICE)
        assert check(data).code == 0
        assert Api(address).receipt(ALICE["orderId"])
        assert check(data).code == 0


def test_all_is_well_while_mails_are_kept_and_in_a_folder_that_does_not_count_mails_yet(data: Path):
    with serving(data) as address:
        Api(address).post_order(ALICE | {"customerEmail": "alice@example.com"})
        assert Api(address).receipt(ALICE["orderId"])
        assert check(data).code == 0
    sql(data, "DROP TRIGGER mailMoved")
    sql(data, "DELETE FROM counts WHERE name LIKE 'mail %'")

    assert check(data).code == 0


def two_missing(data: Path) -> None:
    for receipt in receipts(data)[:2]:
        receipt.unlink()


def five_missing(data: Path) -> None:
    for receipt in receipts(data)[:5]:
        receipt.unlink()


def one_altered(data: Path) -> None:
    content = receipts(data)[0].read_bytes()
    receipts(data)[0].write_bytes(content[:-9] + b"?" + content[-8:])


def one_of_an_unknown_order(data: Path) -> None:
    sql(data, "DELETE FROM orders WHERE orderId = 'o3'")


def a_body_altered(data: Path) -> None:
    sql(data, "UPDATE orders SET body = replace(body, 'Alice', 'Alina') WHERE orderId = 'o2'")


def miscounted(data: Path) -> None:
    sql(data, "UPDATE counts SET number = number + 1 WHERE name = 'COMPLETED'")


def miscounted_mails(data: Path) -> None:
    sql(data, "INSERT INTO counts VALUES ('', 'mail SENT', 1)")


def an_index_without_an_order(data: Path) -> None:
    sql(data, "PRAGMA writable_schema = 1")
    with closing(sqlite3.connect(data / "orders.db")) as connection:
        connection.execute("PRAGMA writable_schema = 1")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'receivedAt, orderId', 'orderId, receivedAt')"
            " WHERE name = 'newest'"
        )
        connection.commit()


def an_older_format(data: Path) -> None:
    sql(data, "PRAGMA user_version = 5")


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (two_missing, "2 missing: o0, o1. The server makes a lost receipt again when it starts,"),
        (five_missing, "5 missing: o0, o1, o2 and 2 more."),
        (one_altered, "1 altered: o0. The server makes an altered receipt again"),
        (one_of_an_unknown_order, "1 of orders that the table does not know: o3 ("),
        (one_of_an_unknown_order, "1 counted wrong: COMPLETED."),
        (a_body_altered, "1 can't be read: o2. Put back a backup of the whole folder."),
        (miscounted, "1 counted wrong: COMPLETED."),
        (miscounted_mails, "1 counted wrong: mail SENT."),
        (an_index_without_an_order, "it is damaged"),
        (an_older_format, "has format 5, and this program looks at format"),
    ],
)
def test_what_is_wrong_is_told(harm: Callable[[Path], None], told: str, data: Path):
    harm(data)
    done = check(data)

    assert done.code == 1
    assert told in " ".join(done.stdout.split())
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert done.stderr == "orders: Some data is missing or damaged.\n"


def test_a_folder_that_is_not_there_is_told_and_not_made(tmp_path: Path):
    done = check(tmp_path / "nowhere")

    assert (done.code, done.stderr) == (1, "orders: There is no data folder nowhere. Name the server's with --data.\n")
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_without_orders_is_called_another_one_and_left_as_it_is(tmp_path: Path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data").chmod(0o755)
    done = check(tmp_path / "data")

    assert done.code == 1
    assert "There is no orders.db in data. Name the server's data folder with --data." in done.stderr
    assert [*(tmp_path / "data").iterdir()] == []
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o755
