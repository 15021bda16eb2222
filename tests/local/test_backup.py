"""A backup of a data folder has every order acknowledged before it, and nothing that a server would refuse."""

import fcntl
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from tests.local.backups import ORDERS, backup, orders, receipts, restore, started, tried, whole
from tests.local.starts import refusal
from tests.local.test_identity import differences
from tests.local.test_mail import SENDER, awaited
from tests.support import extent
from tests.support.api import Api
from tests.support.examples import ALICE, NINE
from tests.support.mail_server import mail_server
from tests.support.proof import hashes_of_files, wait_until_all_are_completed
from tests.support.servers import serving
from tests.support.shop import Shop

from orders.local.backup import snapshot
from orders.local.bucket import FolderBucket
from orders.local.folder.folder import DataFolder
from orders.local.sqlite import checkpoint
from orders.local.sqlite.table import SqliteTable
from orders.order import validation
from orders.order.document import DocumentReference, Kind
from orders.order.order import Order

WITH_MAIL = ALICE | {"orderId": "mail", "customerEmail": "alice@example.com"}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with some completed orders, whose server has stopped."""
    data = tmp_path_factory.mktemp("kept") / "data"
    with serving(data) as address:
        for number in range(ORDERS):
            Api(address).post_order(ALICE | {"orderId": f"o{number}"})
        wait_until_all_are_completed(Api(address))
    return data


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    """A folder with a copy of it as `data`."""
    shutil.copytree(kept, tmp_path / "data")
    return tmp_path


def sql(database: Path, statement: str) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(statement)
        connection.commit()


def wait_for_receipts(api: Api) -> None:
    """Until lost ones are made again."""
    assert awaited(lambda: all(api.get(f"/receipt/o{number}").status == 200 for number in range(ORDERS)), 30)


def changed(path: Path) -> None:
    """Other bytes of the same size, in a new file: other backups may share the old one."""
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[:-9] + b"?" + content[-8:])


def test_a_restored_backup_of_a_running_server_has_its_orders_and_sends_no_mail_again(tmp_path: Path):
    with mail_server() as mails:
        settings = SENDER | {"ORDERS_SMTP": f"smtp://127.0.0.1:{mails.port}"}
        with serving(tmp_path / "data", ORDERS_SMTP="smtp://127.0.0.1:9", **SENDER) as address:
            Api(address).post_order(ALICE)
            Api(address).post_order(WITH_MAIL)
            issued = {order: Api(address).receipt(order) for order in (ALICE["orderId"], "mail")}
            backup(tmp_path)

        with serving(restore(tmp_path), **settings) as address:
            assert {order: Api(address).receipt(order) for order in issued} == issued
            assert mail_of_order(Api(address), "mail") == "HELD"
        assert mails.taken == []


def mail_of_order(api: Api, order_id: str) -> str:
    return str(api.get(f"/operations/orders/{order_id}").body["mail"]["status"])


def test_a_restored_folder_of_a_format_that_knew_no_copies_is_a_copy(folder: Path):
    sql(folder / "data" / "orders.db", "DELETE FROM folder WHERE name <> 'needsLog'")
    assert differences(folder / "data") == []
    backup(folder)

    assert differences(restore(folder)) == ["it was restored from a backup"]


def test_a_restored_folder_continues_each_series_after_the_last_number_in_the_backup(tmp_path: Path):
    """The backup has credit notes and their files, too."""
    number_and_refund(tmp_path / "data", 1)
    backup(tmp_path)
    number_and_refund(tmp_path / "data", 2)
    restored = restore(tmp_path)

    assert "Every number, document and file is as registered." in orders(tmp_path, "audit", "--data", "restored").stdout
    number_and_refund(restored, 3)
    with closing(SqliteTable(restored / "orders.db")) as table:
        assert [entry.order_id for entry in table.entries("R{number}", 1, 10)] == ["o1", "o3"]
        assert [(entry.order_id, entry.document_id) for entry in table.entries("C{number}", 1, 10)] == [
            ("o1", "r-1"),
            ("o3", "r-1"),
        ]


def number_and_refund(data: Path, number: int) -> None:
    """A completed order and its credit note, each with a number."""
    folder = DataFolder.open(data)
    bucket = FolderBucket(folder.objects, folder.link_key())
    order = Order.received(validation.parse(ALICE | {"orderId": f"o{number}"}), "token", NINE)
    note = replace(order, order_id=f"o{number}/refunds/r-1")
    reference = DocumentReference(Kind.CREDIT_NOTE, "r-1", NINE, "0" * 64)

    def completed(row: Order, series: str) -> Order:
        (issued,) = table.issue([(row, series)], NINE)
        stored = bucket.store_once(issued.receipt_key, f"%PDF- {issued.order_id}".encode())
        return table.replace(issued, issued.completed(stored, NINE))

    with closing(SqliteTable(folder.database)) as table:
        order = completed(table.create(order), "R{number}")
        table.append(order, order.followed(reference, "refund r-1 accepted", "shop"), note)
        completed(note, "C{number}")


def test_the_backup_lists_every_file_for_sha256sum(folder: Path):
    made = backup(folder)

    listed = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=made, capture_output=True, text=True
    )
    assert (listed.returncode, listed.stderr) == (0, "")
    others = {"SHA256SUMS", "manifest.json"}
    assert {line.partition(":")[0] for line in listed.stdout.splitlines()} == hashes_of_files(made).keys() - others


def test_a_restored_folder_has_the_same_files(folder: Path):
    made = hashes_of_files(backup(folder))
    restored = hashes_of_files(restore(folder))

    ours = {"identity-restored", "server.lock"}
    assert {name: sha for name, sha in restored.items() if name not in ours} == {
        name: sha for name, sha in made.items() if name not in {"SHA256SUMS", "manifest.json"}
    }
    assert (folder / "restored").stat().st_mode & 0o777 == 0o700


def test_keys_are_only_in_a_file_of_their_own(tmp_path: Path):
    with serving(tmp_path / "data", "--ask-for-keys"):
        made = backup(tmp_path, "--keys", "keys")
    secret = (tmp_path / "data" / "first-keys.txt").read_text().split()[1]
    assert {path.name for path in made.iterdir()} == {"audit.log", "manifest.json", "orders.db", "SHA256SUMS"}
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o600

    restore(tmp_path, made, "with", "--keys", "keys")
    restore(tmp_path, made, "without")
    for name in ("link.key", "keys.json", "first-keys.txt"):
        assert (tmp_path / "with" / name).read_bytes() == (tmp_path / "data" / name).read_bytes()
    assert not {"link.key", "keys.json", "first-keys.txt"} & {path.name for path in (tmp_path / "without").iterdir()}
    with serving(tmp_path / "with", "--ask-for-keys") as address:
        assert Api(address, secret).post_order(ALICE).status == 202


def test_keys_that_cant_be_written_are_named_and_no_backup_is_made(folder: Path):
    done = tried(folder, "backup", "backups", "--keys", "nowhere/keys")

    assert done.code == 1
    assert "The file with the keys, nowhere/keys, can't be written (No such file or directory)." in done.stderr
    assert not (folder / "backups").exists()


def test_the_command_tells_what_it_did(folder: Path):
    first, second = (orders(folder, "backup", "backups", "--keep", "1").stdout.splitlines() for _ in range(2))

    assert first[0].startswith("Backed up 6 orders to backups/2")
    assert first[1:] == ["Files: 8."]
    assert second[1:] == ["Files: 8, 8 of them from the previous backup.", "Removed 1 older backup."]
    (made,) = whole(folder)
    checked = orders(folder, "check", "backups").stdout.splitlines()
    assert [line.split() for line in checked] == [
        ["Backup", f"backups/{made.name}"],
        ["files", "8", "ok"],
        ["database", f"{(made / 'orders.db').stat().st_size / 1000:.0f}", "kB", "ok"],
        ["orders", "6", "ok"],
        ["receipts", "of", "orders", "6", "ok"],
        ["Nothing", "is", "missing", "or", "damaged."],
    ]
    restored = orders(folder, "restore", "backups", "--data", "restored").stdout.splitlines()
    assert restored[0] == "Restored 6 orders, 8 files, to restored."
    assert restored[1].endswith(": later orders are not in it.")


@pytest.mark.parametrize("place", ["data", "data/backups", "data/backup.tar"])
def test_a_backup_inside_the_data_folder_is_refused(folder: Path, place: str):
    done = tried(folder, "backup", place)

    assert (done.code, done.stderr) == (
        1, f"orders: {place} is inside the data folder data. Name a place elsewhere.\n",
    )  # fmt: skip


@pytest.mark.parametrize("place", ["s3:/bucket/orders", "S3://bucket", "https://example.com/orders", ""])
def test_a_place_that_only_looks_like_a_url_is_no_folder_on_this_machine(folder: Path, place: str):
    there = set(folder.iterdir())
    done = tried(folder, "backup", place)

    assert done.code == 1
    assert "Name a folder, a file that ends in .tar or .tar.gz, or s3://bucket/prefix." in done.stderr
    assert set(folder.iterdir()) == there


def test_a_file_for_keys_that_can_not_be_written_is_told_before_the_backup(folder: Path):
    done = tried(folder, "backup", "backups", "--keys", "safe/keys")

    assert (done.code, done.stderr) == (
        1,
        "orders: The file with the keys, safe/keys, can't be written (No such file or directory).\n",
    )
    assert not (folder / "backups").exists()


def test_two_backups_at_once_are_refused(folder: Path):
    backup(folder)
    with (folder / "backups" / "backup.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = tried(folder, "backup", "backups")

    assert (done.code, done.stderr) == (
        1, "orders: Another backup to backups is running. Wait until it has ended.\n",
    )  # fmt: skip


def test_a_receipt_is_in_many_backups_and_on_the_disk_once(folder: Path):
    first, second = backup(folder), backup(folder)

    same = {path.stat().st_ino for path in receipts(folder / "data")}
    assert len(same) == ORDERS
    assert {path.stat().st_ino for path in receipts(first)} == {path.stat().st_ino for path in receipts(second)} == same


def test_nothing_that_the_server_does_later_changes_a_backup(folder: Path):
    """A lost receipt is made again, an altered one is replaced, and the audit log grows."""
    lost, altered, *_ = receipts(folder / "data")
    made = backup(folder)
    before = hashes_of_files(made)
    lost.unlink()
    changed(altered)
    with serving(folder / "data") as address:
        Api(address).get("/operations/orders")
        wait_for_receipts(Api(address))

    assert hashes_of_files(made) == before


def to_a_link(receipt: Path) -> None:
    """One to `/dev/zero` would be read until the disk is full."""
    receipt.symlink_to(receipt.rename(receipt.parents[4] / "elsewhere.pdf"))


def to_a_pipe(receipt: Path) -> None:
    receipt.unlink()
    os.mkfifo(receipt)


@pytest.mark.parametrize("change", [to_a_link, to_a_pipe])
def test_a_link_or_a_pipe_is_no_file_of_a_backup(folder: Path, change: Callable[[Path], None]):
    change(receipts(backup(folder))[0])

    assert "1 file is missing or altered" in tried(folder, "restore", "backups", "--data", "restored").stderr
    assert len(receipts(folder / "restored")) == ORDERS - 1
    assert tried(folder, "check", "backups").code == 1


def test_a_backup_has_the_file_that_a_link_in_the_folder_leads_to(folder: Path):
    receipt = receipts(folder / "data")[0]
    receipt.symlink_to(receipt.rename(folder / "elsewhere.pdf"))
    made = backup(folder)

    assert not receipts(made)[0].is_symlink()
    orders(folder, "check", "backups")


@pytest.mark.parametrize("field", ["orders", "files", "lost"])
def test_a_manifest_without_its_numbers_is_refused_before_anything_is_restored(folder: Path, field: str):
    manifest = backup(folder) / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {field: None}))
    done = tried(folder, "restore", "backups", "--data", "restored")

    assert (done.code, "manifest.json of the backup can't be read" in done.stderr) == (1, True)
    assert not (folder / "restored").exists()


def test_an_error_does_not_quote_the_password_of_an_address(folder: Path, monkeypatch: pytest.MonkeyPatch):
    for name in "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION":
        monkeypatch.setenv(name, "eu-west-1")
    wrong = "http://luna:moonlight@127.0.0.1/?token"
    done = tried(folder, "backup", "s3://a-bucket/orders", "--endpoint-url", wrong)

    assert done.code == 1
    assert "127.0.0.1" in done.stderr
    assert "moonlight" not in done.stderr


def test_no_server_and_no_command_works_in_a_backup(folder: Path):
    """Backups share their files, the database too if nothing has happened between them."""
    made = backup(folder)
    before = hashes_of_files(made)

    assert f"{made} is a backup, which must not change. Restore it" in refusal(made)
    assert "is a backup" in tried(folder, "keys", "make", "shop", "--name", "eve", "--data", str(made)).stderr
    assert hashes_of_files(made) == before


def test_nothing_is_restored_into_a_backup(folder: Path):
    inside = backup(folder) / "restored"
    done = tried(folder, "restore", "backups", "--data", str(inside))

    assert (done.code, "is in a backup, and would be removed with it" in done.stderr) == (1, True)
    assert not inside.exists()


def test_other_files_in_the_folder_for_backups_stay(folder: Path):
    """It may be somebody's home."""
    for name in "unfinished", "removing", "bucket":
        (folder / "backups" / name).mkdir(parents=True)
        (folder / "backups" / name / "novel.txt").write_text("mine")
    backup(folder, "--keep", "1")
    backup(folder, "--keep", "1")

    assert len([*(folder / "backups").rglob("novel.txt")]) == 3


def test_a_receipt_lost_in_the_folder_comes_from_the_backup_before(folder: Path):
    backup(folder)
    receipts(folder / "data")[0].unlink()

    assert len(receipts(backup(folder))) == ORDERS


def test_a_damaged_list_in_the_backup_before_is_no_obstacle(folder: Path):
    (backup(folder) / "SHA256SUMS").write_text("damaged")
    (backup(folder) / "manifest.json").write_text("damaged")
    made = backup(folder)

    orders(folder, "check", str(made))


def test_a_receipt_that_is_nowhere_is_told_and_everything_else_is_in_the_backup(folder: Path):
    older = folder / "backups" / "2025-01-01T000000.000Z"
    older.mkdir(parents=True)
    (older / "manifest.json").write_text("{}")
    receipts(folder / "data")[0].unlink()
    changed(receipts(folder / "data")[0])
    done = tried(folder, "backup", "backups", "--keep", "1")

    assert done.code == 1
    assert "2 receipts are missing or altered in data and not in it: bucket/receipts/" in done.stderr
    assert older in whole(folder)
    with serving(restore(folder)) as address:
        wait_for_receipts(Api(address))


def test_the_receipt_of_an_order_that_the_copied_database_does_not_have_is_left_out(folder: Path):
    """It was completed while the receipts were copied."""
    first, *_ = receipts(folder / "data")
    (first.parent / f"later-{'0' * 16}.pdf").write_bytes(b"%PDF")
    sql(folder / "data" / "orders.db", f"INSERT INTO orders SELECT 'later', {COLUMNS} FROM orders WHERE orderId = 'o0'")
    sql(folder / "data" / "orders.db", "UPDATE orders SET status = 'RECEIVED', receipt = NULL WHERE orderId = 'later'")

    assert len(receipts(backup(folder))) == ORDERS


COLUMNS = (
    "body, '0000000000000000', receiptToken, status, receivedAt, waitingSince, dueAt, completedAt, receipt, attempts,"
    " lastError, history, revision, apiUrl, schemaVersion, total, nameKey, emailKey, took, mail, mailDueAt, numberKey,"
    " issue, settlement, document"
)


def test_only_whole_backups_count_and_only_the_oldest_are_removed(folder: Path):
    first, second = backup(folder), backup(folder)
    (folder / "backups" / "unfinished-backup").mkdir()
    shutil.copytree(second, folder / "backups" / "2999-01-01T000000.000Z")
    (folder / "backups" / "2999-01-01T000000.000Z" / "manifest.json").unlink()
    (folder / "backups" / "notes").write_text("mine")
    third = backup(folder, "--keep", "2")

    assert whole(folder) == [second, third]
    assert (folder / "backups" / "notes").exists()
    assert not first.exists()
    assert f"to {third.relative_to(folder)}" in orders(folder, "check", "backups").stdout.replace("Backup ", "to ")


def test_the_backup_just_made_is_kept_where_the_clock_was_set_back(folder: Path):
    made = backup(folder)
    made.rename(made.with_name("2999-01-01T000000.000Z"))
    backup(folder, "--keep", "1")

    assert [path.name[:2] for path in whole(folder)] == ["20"]
    assert not (folder / "backups" / "2999-01-01T000000.000Z").exists()


def test_a_damaged_database_makes_no_backup_and_removes_none(folder: Path):
    first = backup(folder)
    database = folder / "data" / "orders.db"
    content = bytearray(database.read_bytes())
    content[3 * 4096 : 3 * 4096 + 100] = bytes(100)
    database.write_bytes(content)
    done = tried(folder, "backup", "backups", "--keep", "1")

    assert done.code == 1
    assert "is damaged" in done.stderr
    assert whole(folder) == [first]


def test_a_database_without_its_log_makes_no_backup(folder: Path):
    """It would look complete in the backup."""
    sql(folder / "data" / "orders.db", "UPDATE folder SET value = '3 yes' WHERE name = 'needsLog'")
    done = tried(folder, "backup", "backups")

    assert done.code == 1
    assert "lacks its newest orders" in done.stderr
    assert whole(folder) == []


def quiet(_what: str, _done: int, _total: int) -> None:
    pass


def test_a_copy_of_a_database_that_others_write_to_never_begins_again(folder: Path, monkeypatch):
    """SQLite would, after each of these writes."""
    database, steps = folder / "data" / "orders.db", []
    monkeypatch.setattr(snapshot, "_PAGES_A_STEP", 1)

    def write_another(_what: str, done: int, total: int) -> None:
        steps.append((done, total))
        assert len(steps) <= total, "it began again"
        sql(database, f"INSERT INTO counts VALUES ('{len(steps):04}', 'x', 1)")

    snapshot.take(database, folder / "copy.db", write_another)

    assert [done for done, _ in steps] == [*range(1, len(steps) + 1)]
    assert steps[-1][0] == steps[-1][1]
    with closing(sqlite3.connect(folder / "copy.db")) as copy:
        assert copy.execute("SELECT count(*) FROM counts WHERE name = 'x'").fetchone() == (0,)


def test_a_copy_made_during_a_checkpoint_needs_no_log(folder: Path):
    database = folder / "data" / "orders.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE folder SET value = '3 yes' WHERE name = 'needsLog'")
        connection.commit()
        snapshot.take(database, folder / "copy.db", quiet)

    with closing(sqlite3.connect(folder / "copy.db")) as copy:
        assert checkpoint.Mark.of(copy) == checkpoint.Mark(3, needs_log=False)


def test_a_restore_into_a_folder_that_is_not_empty_changes_nothing(folder: Path):
    backup(folder)
    before = hashes_of_files(folder / "data")
    done = tried(folder, "restore", "backups", "--data", "data")

    assert done.code == 1
    assert "data is not empty: it has " in done.stderr
    assert hashes_of_files(folder / "data") == before


def test_a_folder_whose_restore_has_not_ended_is_not_served_until_it_is_restored_again(folder: Path):
    backup(folder)
    restored = restore(folder)
    (restored / "restoring").mkdir()

    assert f"A restore into {restored} has not ended." in refusal(restored)
    assert "has not ended" in tried(folder, "keys", "list", "--data", "restored").stderr
    restore(folder)
    orders(folder, "check", "restored")


def test_an_interrupted_restore_of_another_backup_leaves_no_trace(folder: Path):
    made = backup(folder)
    begun = folder / "restored" / "restoring"
    (begun / "bucket" / "receipts" / "2026-11-26").mkdir(parents=True)
    (begun / "bucket" / "receipts" / "2026-11-26" / f"other-{'0' * 16}.pdf").write_bytes(b"%PDF")
    (begun / "manifest.json").write_text("of another")
    restored = restore(folder)

    assert [path.name for path in receipts(restored)] == [path.name for path in receipts(made)]


def test_a_damaged_receipt_in_the_backup_is_not_restored(folder: Path):
    """The server makes it again from its order, as any lost receipt."""
    changed(receipts(backup(folder))[0])
    done = tried(folder, "restore", "backups", "--data", "restored")

    assert done.code == 0
    assert "1 file is missing or altered in the backup and not restored: bucket/receipts/" in done.stderr
    assert len(receipts(folder / "restored")) == ORDERS - 1


@pytest.mark.parametrize(
    ("damaged", "said"), [("orders.db", "Nothing was restored."), ("SHA256SUMS", "is missing or damaged")]
)
def test_a_backup_whose_database_or_list_of_files_is_damaged_restores_nothing(folder: Path, damaged: str, said: str):
    changed(backup(folder) / damaged)
    done = tried(folder, "restore", "backups", "--data", "restored")

    assert done.code == 1
    assert said in done.stderr
    assert not (folder / "restored").exists()


@pytest.mark.parametrize("acknowledgements", [0, 40, 120, 360] if extent.ALL else [40])
def test_a_backup_at_any_moment_of_the_load_has_every_order_acknowledged_before(acknowledgements: int, tmp_path: Path):
    shop = Shop()
    with serving(tmp_path / "data") as address, shop.trading(address):
        shop.wait_for("acknowledged", acknowledgements)
        before = shop.acknowledged
        with started(tmp_path, "backup", "backups") as process:
            assert (process.wait(), process.stderr.read()) == (0, b"")  # type: ignore[union-attr]
        shop.moved(None)

    orders(tmp_path, "check", "backups")
    with serving(restore(tmp_path)) as address:
        wait_until_all_are_completed(Api(address))
        for order_id, acknowledged in before.items():
            shown = Api(address).get(f"/orders/{order_id}").body
            assert (shown["status"], shown["order"]) == ("COMPLETED", acknowledged.order)
            assert Api(address).get(acknowledged.receipt_path).status == 303
    orders(tmp_path, "check", "restored")
