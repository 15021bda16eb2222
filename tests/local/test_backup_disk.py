"""A backup on another disk than the data folder's, which may be full."""

from pathlib import Path

import pytest
from tests.local.backups import backup, orders, receipts, restore, tried, whole
from tests.local.disks import small_disk
from tests.local.filled import filled
from tests.support.proof import hashes_of_files

from orders.local.backup import names, snapshot

ORDERS = 60


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    filled(tmp_path / "data", ORDERS)
    return tmp_path


def test_receipts_are_copied_once_to_another_disk(folder: Path):
    with small_disk(folder / "backups", 128):
        first, second = backup(folder), backup(folder)

        ours, theirs, again = (receipts(each) for each in (folder / "data", first, second))
        assert {path.stat().st_dev for path in ours} != {path.stat().st_dev for path in theirs}
        assert [path.stat().st_ino for path in again] == [path.stat().st_ino for path in theirs]
        orders(folder, "check", "backups")
        assert hashes_of_files(restore(folder) / "bucket") == hashes_of_files(folder / "data" / "bucket")


def test_a_disk_without_room_is_told_before_anything_is_written(folder: Path):
    with small_disk(folder / "backups", 32):
        done = tried(folder, "backup", "backups")

        assert done.code == 1
        assert "The disk of backups/unfinished-backup has " in done.stderr
        assert "MB left, and the database alone needs" in done.stderr
        assert whole(folder) == []


def test_a_backup_continues_once_its_disk_has_room(folder: Path, monkeypatch):
    monkeypatch.setattr(snapshot, "_ROOM_TO_LEAVE", 0)
    with small_disk(folder / "backups", 32) as disk:
        disk.fill(but=(folder / "data" / "orders.db").stat().st_size + ORDERS // 2 * 4096)
        done = tried(folder, "backup", "backups")
        assert done.code == 1
        assert done.stderr == "orders: The disk of backups is full. Make room, and run the same command again.\n"
        assert whole(folder) == []

        copied = {path.stat().st_ino for path in receipts(folder / "backups" / names.UNFINISHED)}
        assert 0 < len(copied) < ORDERS
        disk.make_room()
        made = backup(folder)
        assert len(copied & {path.stat().st_ino for path in receipts(made)}) >= len(copied) - 1
        orders(folder, "check", "backups")


def test_a_restore_onto_a_full_disk_names_it_and_continues_once_it_has_room(folder: Path):
    """Not the file of the backup that was being copied: its disk has room."""
    backup(folder)
    with small_disk(folder / "other", 32) as disk:
        disk.fill(but=200_000)
        done = tried(folder, "restore", "backups", "--data", "other/data")
        assert done.code == 1
        assert done.stderr == "orders: The disk of other/data is full. Make room, and run the same command again.\n"

        disk.make_room()
        orders(folder, "check", "--data", str(restore(folder, data="other/data")))
