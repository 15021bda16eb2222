"""A copy of a data folder is known for one, and its mails are held; the folder itself is never taken for a copy."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.local.test_mail import SENDER, awaited, basket, mail_of
from tests.support.api import Api
from tests.support.command import run
from tests.support.examples import BASKET, NINE
from tests.support.mail_server import MailServer, mail_server
from tests.support.servers import address_of, serving, start

from orders.local.folder import identity
from orders.local.folder.folder import DataFolder
from orders.local.sqlite import upkeep
from orders.local.sqlite.table import SqliteTable
from orders.local.sqlite.upkeep import FolderMemory
from orders.order import validation
from orders.order.delivery import Addressee, Delivery, DeliveryStatus
from orders.order.order import Order, StoredReceipt


def differences(data: Path) -> list[str]:
    folder = DataFolder.open(data)
    with closing(SqliteTable(folder.database)) as table:
        return identity.differences(folder, FolderMemory(table))


def begin(data: Path) -> Path:
    folder = DataFolder.open(data)
    with closing(SqliteTable(folder.database)) as table:
        identity.begin(folder, FolderMemory(table))
    return data


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder in which a server has been started twice."""
    return begin(begin(tmp_path / "data"))


def test_a_restart_is_no_copy(data: Path):
    assert differences(data) == []
    assert differences(begin(data)) == []


def test_a_folder_of_the_version_before_is_no_copy(tmp_path: Path):
    assert differences(tmp_path) == []


def test_a_start_that_ended_half_way_is_no_copy(data: Path):
    """It ends before the table knows the new token, then before the file has its name, then before others are gone."""
    folder, memory = DataFolder.open(data), FolderMemory(SqliteTable(data / "orders.db"))
    before = next(folder.identities())
    (data / "identity-next.unfinished").write_text(before.name.removeprefix("identity-"))
    assert identity.differences(folder, memory) == []
    memory.remember({"start": "next"})
    assert identity.differences(folder, memory) == []
    (data / "identity-next.unfinished").rename(data / "identity-next")
    assert identity.differences(folder, memory) == []
    before.unlink()
    assert identity.differences(folder, memory) == []
    memory.table.close()


def test_a_link_to_the_folder_is_no_copy(data: Path):
    (data.parent / "link").symlink_to(data)

    assert differences(data.parent / "link") == []


def test_a_container_with_a_new_machine_id_each_time_is_no_copy(data: Path, monkeypatch):
    for number in range(3):
        machine_id = data.parent / f"machine-id-{number}"
        machine_id.write_text(f"{number:032}\n")
        monkeypatch.setattr(identity, "_MACHINE_IDS", (machine_id,))
        monkeypatch.setenv("container", "podman")
        assert differences(data) == []


def copied(data: Path) -> Path:
    return Path(shutil.copytree(data, data.parent / "copy"))


def moved(data: Path) -> Path:
    return data.rename(data.parent / "elsewhere")


def put_back_from_a_backup(data: Path) -> Path:
    backup = shutil.copytree(data, data.parent / "backup")
    shutil.rmtree(data)
    return Path(shutil.copytree(backup, data))


def with_an_older_database_written_into_it(data: Path) -> Path:
    """Its inode number stays the same."""
    older = (data / "orders.db").read_bytes()
    begin(data)
    (data / "orders.db").write_bytes(older)
    return data


def with_a_backup_put_over_it(data: Path) -> Path:
    """As `cp -a backup/. data/` does: files that are there keep their inode numbers, and newer ones stay."""
    backup = Path(shutil.copytree(data, data.parent / "backup"))
    begin(data)
    for file in filter(Path.is_file, backup.iterdir()):
        (data / file.name).write_bytes(file.read_bytes())
    return data


def with_a_copied_database(data: Path) -> Path:
    shutil.copy(data / "orders.db", data / "new")
    os.replace(data / "new", data / "orders.db")
    return data


def without_its_identity(data: Path) -> Path:
    next(data.glob("identity-*")).unlink()
    return data


@pytest.mark.parametrize(
    "made",
    [
        copied, moved, put_back_from_a_backup, with_a_backup_put_over_it, with_an_older_database_written_into_it,
        with_a_copied_database, without_its_identity,
    ],
)  # fmt: skip
def test_a_copy_is_known_for_one_until_its_first_start(made: Callable[[Path], Path], data: Path):
    copy = made(data)

    assert differences(copy)
    assert differences(begin(copy)) == []


def test_a_disk_that_was_copied_as_a_whole_is_known_on_another_machine(data: Path, monkeypatch):
    monkeypatch.setattr(identity, "machine", lambda: "another")
    with closing(sqlite3.connect(data / "orders.db")) as connection:
        connection.execute("UPDATE folder SET value = 'one' WHERE name = 'machine'")
        connection.commit()

    assert differences(data) == ["it was on another machine"]


def test_the_machines_id_is_not_kept_as_it_is(tmp_path: Path, monkeypatch):
    (tmp_path / "machine-id").write_text(f"{'a1' * 16}\n")
    monkeypatch.setattr(identity, "_MACHINE_IDS", (tmp_path / "nothing", tmp_path / "machine-id"))
    monkeypatch.setattr(identity, "_SIGNS_OF_A_CONTAINER", ())
    for variable in identity._VARIABLES_OF_A_CONTAINER:
        monkeypatch.delenv(variable, raising=False)

    assert len(identity.machine()) == 64
    assert "a1a1" not in identity.machine()


def test_a_database_from_before_an_orderly_stop_is_recognised(tmp_path: Path):
    with serving(tmp_path):
        older = sqlite3_backup(tmp_path)
    (tmp_path / "orders.db").write_bytes(older)

    assert differences(tmp_path) == ["its database is from another start than its other files"]


def sqlite3_backup(data: Path) -> bytes:
    """A hot backup."""
    with closing(sqlite3.connect(data / "orders.db")) as source, closing(sqlite3.connect(data.parent / "b.db")) as copy:
        source.backup(copy)
    return (data.parent / "b.db").read_bytes()


def test_mails_that_a_lost_log_may_have_sent_are_held(tmp_path: Path):
    with mail_server() as server:
        settings = SENDER | {"ORDERS_SMTP": f"smtp://127.0.0.1:{server.port}"}
        process = start(tmp_path / "data", **settings)
        api = Api(address_of(process))
        for number in range(3):
            api.post_order(basket(number))
        assert awaited(lambda: len(server.taken) == 3, 20)
        process.kill()
        process.communicate()
        (tmp_path / "data" / "orders.db-wal").unlink()
        with serving(tmp_path / "data", "--accept-missing-orders", **settings) as address:
            rows = [Api(address).get(f"/operations/orders/o{number}").body for number in range(3)]

    assert {row["mail"]["status"] for row in rows if row.get("mail")} <= {"HELD", "SENT"}
    assert len(server.taken) == 3


def test_the_mails_that_the_original_may_send_are_held_and_no_others(tmp_path: Path):
    with closing(SqliteTable(tmp_path / "orders.db")) as table:
        asked = Delivery.requested(NINE)
        mails = {
            "waiting": asked,
            "kept": asked.kept("file", NINE),
            "claimed": asked.claimed("c", NINE),
            "sent": asked.sent("m1", NINE),
            "unknown": asked.lost_track_of("no answer", NINE),
        }
        for order_id in ("received", *mails):
            table.create(Order.received(validation.parse(BASKET | {"orderId": order_id}), "t", NINE))
        table.create(Order.received(validation.parse({"orderId": "nobody", "customerName": "Alice"}), "t", NINE))
        for order_id, mail in mails.items():
            row = table.read(order_id)
            row = table.replace(row, row.completed(StoredReceipt(row.receipt_key, "00" * 32, 1), NINE, asked))
            table.replace(row, row.mailed(mail, None, by="mail"))
        assert upkeep.held(table) == []
        upkeep.hold_mails(table, NINE)

        assert upkeep.held(table) == upkeep.with_mail(table, DeliveryStatus.HELD) == ["kept", "received", "waiting"]
        assert [table.read(order_id).mail for order_id in ("claimed", "sent", "unknown")] == [
            mails[order_id] for order_id in ("claimed", "sent", "unknown")
        ]
        assert table.read("nobody").mail is None


def test_a_copy_is_held_for_itself(tmp_path: Path):
    """Those that wait, those in the outbox, and those of orders that are not completed yet."""
    with closing(SqliteTable(tmp_path / "orders.db")) as table:
        asked = Delivery.requested(NINE)
        copies = {
            "waiting": asked,
            "kept": asked.kept("file", NINE),
            "claimed": asked.claimed("c", NINE),
            "sent": asked.sent("m1", NINE),
        }
        for order_id in ("received", *copies):
            table.create(Order.received(validation.parse({"orderId": order_id, "customerName": "Alice"}), "t", NINE))
        for order_id, copy in copies.items():
            row = table.read(order_id)
            row = table.replace(row, row.completed(StoredReceipt(row.receipt_key, "00" * 32, 1), NINE, None, asked))
            table.replace(row, row.mailed(copy, None, by="mail", to=Addressee.COPY))
        upkeep.hold_mails(table, NINE, are_copied=True)

        assert upkeep.held(table) == ["kept", "received", "waiting"]
        assert upkeep.with_mail(table, DeliveryStatus.HELD, Addressee.COPY) == ["kept", "received", "waiting"]
        assert upkeep.with_mail(table, DeliveryStatus.HELD) == []
        assert [table.read(order_id).copy for order_id in ("claimed", "sent")] == [copies["claimed"], copies["sent"]]


def test_a_copy_is_held_where_the_mail_of_an_earlier_copy_of_the_folder_still_is(tmp_path: Path):
    """The shop named its address for copies between the two."""
    with closing(SqliteTable(tmp_path / "orders.db")) as table:
        table.create(Order.received(validation.parse(BASKET | {"orderId": "1"}), "t", NINE))
        upkeep.hold_mails(table, NINE)
        upkeep.hold_mails(table, NINE, are_copied=True)

        assert {to: upkeep.with_mail(table, DeliveryStatus.HELD, to) for to in Addressee} == {
            Addressee.CUSTOMER: ["1"],
            Addressee.COPY: ["1"],
        }
        before = table.read("1")
        upkeep.hold_mails(table, NINE, are_copied=True)
        assert table.read("1") == before


def test_an_order_whose_shop_has_no_address_for_copies_has_none_to_hold(tmp_path: Path):
    with closing(SqliteTable(tmp_path / "orders.db")) as table:
        table.create(Order.received(validation.parse({"orderId": "1", "customerName": "Alice"}), "t", NINE))
        upkeep.hold_mails(table, NINE)

        assert (table.read("1").copy, upkeep.held(table)) == (None, [])


ORDERS = 3


def numbered(number: int) -> dict[str, object]:
    return BASKET | {"orderId": f"o{number}"}


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """A folder with mails that wait, as their server is down, and a copy of it."""
    original, copy = tmp_path / "original", tmp_path / "copy"
    with serving(original, ORDERS_SMTP="smtp://127.0.0.1:9", **SENDER) as address:
        api = Api(address)
        for number in range(ORDERS):
            api.post_order(numbered(number))
        assert awaited(lambda: all(waits(api, number) for number in range(ORDERS)), 30)
    shutil.copytree(original, copy)
    return original, copy


def waits(api: Api, number: int) -> bool:
    mail = mail_of(api, number)
    return bool(mail and mail["reason"])


def smtp(server: MailServer) -> dict[str, str]:
    return SENDER | {"ORDERS_SMTP": f"smtp://127.0.0.1:{server.port}"}


def sent(server: MailServer) -> list[str]:
    """The orders whose mail arrived."""
    return sorted(
        next(line.rpartition(b" ")[2].decode() for line in taken.content.splitlines() if line.startswith(b"Subject:"))
        for taken in server.taken
    )


def outbox(data: Path, *words: str, **environment: str) -> str:
    done = run(("outbox", *words, "--data", str(data)), "", environment, data.parent)
    assert done.code == 0, done.stderr
    return done.stdout


def test_a_copy_sends_nothing_that_its_original_sends_until_an_operator_decides(two: tuple[Path, Path], capfd):
    original, copy = two
    with mail_server() as server:
        with serving(original, **smtp(server)) as address:
            assert awaited(lambda: len(server.taken) == ORDERS, 30)
        with serving(copy, **smtp(server)) as address:
            api = Api(address)
            assert {mail_of(api, number)["status"] for number in range(ORDERS)} == {"HELD"}
            assert api.get("/operations/orders").body["orders"][0]["mail"] == "HELD"
            listed = run(("list", "--url", address), "", {}, copy.parent).stdout
            assert listed.count("e-mail held: see orders outbox release --help") == ORDERS
            api.post_order(numbered(ORDERS))
            assert awaited(lambda: len(server.taken) > ORDERS, 30)
            log = capfd.readouterr().err
            assert "3 mails are held, because they may have been sent already." in log
            assert "orders outbox release" in log

            assert outbox(copy, "drop", "o0") == "1 e-mail dropped.\n"
            assert mail_of(api, 0)["status"] == "NOT_SENT"
            assert outbox(copy, "release").startswith("2 e-mails released:")
            assert {mail_of(api, number)["status"] for number in (1, 2)} <= {"WAITING", "SENDING", "SENT"}
        with serving(copy, **smtp(server)) as address:
            assert awaited(lambda: all(mail_of(Api(address), number)["status"] == "SENT" for number in (1, 2)), 30)
        assert "are held" not in capfd.readouterr().err

    assert sent(server) == ["o0", "o1", "o1", "o2", "o2", "o3"]


def test_a_command_in_a_copy_holds_its_mails_too(two: tuple[Path, Path]):
    _, copy = two
    with mail_server() as server:
        event = json.dumps({"Records": [{"messageId": "1", "body": "o1"}]})
        run(("invoke", "SendReceiptFunction", "--event", "-", "--data", "copy"), event, smtp(server), copy.parent)

    assert server.taken == []
