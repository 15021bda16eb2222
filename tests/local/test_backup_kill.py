"""`kill -9` at any moment of a backup or a restore loses nothing, and leaves nothing half done.

Each is killed four times, 50 times with `ORDERS_FULL=yes`. `ORDERS_SEED` repeats the moments of a run that failed.
"""

import faulthandler
import os
import random
import shutil
import time
from collections import Counter
from pathlib import Path

import pytest
from tests.local.backups import backup, orders, restore, started, tried, whole
from tests.local.filled import filled
from tests.support import extent
from tests.support.proof import hashes_of_files

from orders.local.folder.folder import DataFolder, FolderError

SEED = int(os.environ.get("ORDERS_SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)
KILLS = 50 if extent.ALL else 4
ORDERS = 400
"""So that there is a moment at which some of the files are written."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    filled(tmp_path / "data", ORDERS)
    return tmp_path


MOMENTS_OF_A_BACKUP = (
    "unfinished-backup/orders.db",
    "unfinished-backup/SHA256SUMS",
    "unfinished-backup/manifest.json",
    "removing-backup",
)
MOMENTS_OF_A_RESTORE = ("restoring", "restoring/bucket", "restoring/identity-restored", "orders.db")
"""What appears one after another while the command works."""
LONGEST_PAUSE = 0.2
"""Seconds from there to the kill."""


def killed(folder: Path, at: Path, chance: random.Random, *words: str) -> None:
    """Run the command, and kill it some time after it has written or renamed this path, or before."""
    pause, began = chance.choice([0, chance.uniform(0, LONGEST_PAUSE)]), time.time()
    with started(folder, *words) as process:
        while process.poll() is None and not is_new(at, began):
            pass  # some of them are there for a millisecond
        time.sleep(pause)
        process.kill()


def is_new(path: Path, began: float) -> bool:
    try:
        return path.stat().st_ctime >= began
    except FileNotFoundError:
        return False


@pytest.fixture
def chance() -> random.Random:
    faulthandler.cancel_dump_traceback_later()  # it takes as long as a test that hangs
    print(f"\nORDERS_SEED={SEED}")
    return random.Random(SEED)


def test_a_backup_that_is_killed_leaves_whole_backups_and_an_unchanged_folder(folder: Path, chance: random.Random):
    backup(folder)
    backups, seen = folder / "backups", Counter[str]()
    data = hashes_of_files(folder / "data")
    for number in range(KILLS):
        at = MOMENTS_OF_A_BACKUP[number % len(MOMENTS_OF_A_BACKUP)]
        killed(folder, backups / at, chance, "backup", "backups", "--keep", "1")
        seen += Counter(
            path.name for path in backups.iterdir() if path.name in {"unfinished-backup", "removing-backup"}
        )
        seen["whole"] += len(whole(folder))
        assert whole(folder)
        for each in whole(folder):
            orders(folder, "check", str(each))

    last = backup(folder, "--keep", "1")
    assert {path.name for path in backups.iterdir()} == {last.name, "backup.lock"}
    orders(folder, "check", "backups")
    now = hashes_of_files(folder / "data")
    assert {name: now[name] for name in data} == data
    print(f"{KILLS} kills: {dict(seen)}")


def test_a_restore_that_is_killed_is_refused_until_it_is_restored_again(folder: Path, chance: random.Random):
    backup(folder)
    command, seen = ("restore", "backups", "--data", "restored"), Counter[str]()
    files = hashes_of_files(restore(folder))
    for number in range(KILLS):
        shutil.rmtree(folder / "restored")
        at = MOMENTS_OF_A_RESTORE[number % len(MOMENTS_OF_A_RESTORE)]
        killed(folder, folder / "restored" / at, chance, *command)
        seen[how := state_of(folder / "restored")] += 1
        if how != "whole":
            orders(folder, *command)
        assert hashes_of_files(folder / "restored") == files
    orders(folder, "check", "restored")
    print(f"{KILLS} kills: {dict(seen)}")


def state_of(restored: Path) -> str:
    """As whoever opens the folder sees it."""
    if not {path.name for path in restored.iterdir()} - {"server.lock"}:
        return "empty"
    if (restored / "restoring").exists():
        with pytest.raises(FolderError, match="has not ended"):
            DataFolder.existing(restored)
        return "refused"
    return "whole"


def test_a_killed_backup_does_not_copy_its_receipts_again(folder: Path):
    """On another disk, where it can't link to them: the unfinished backup is continued."""
    unfinished = folder / "backups" / "unfinished-backup"
    kept = next((folder / "data" / "bucket" / "receipts").rglob("*.pdf"))
    copied = unfinished / kept.relative_to(folder / "data")
    copied.parent.mkdir(parents=True)
    shutil.copyfile(kept, copied)
    inode = copied.stat().st_ino
    made = backup(folder)

    assert (made / kept.relative_to(folder / "data")).stat().st_ino == inode


def test_an_unfinished_receipt_is_written_again(folder: Path):
    kept = next((folder / "data" / "bucket" / "receipts").rglob("*.pdf")).relative_to(folder / "data")
    half = folder / "backups" / "unfinished-backup" / kept
    half.parent.mkdir(parents=True)
    half.write_bytes(b"half")
    made = backup(folder)

    assert (made / kept).read_bytes() == (folder / "data" / kept).read_bytes()
    assert tried(folder, "check", "backups").code == 0


def test_an_unfinished_file_is_restored_again(folder: Path):
    made = backup(folder)
    kept = next((made / "bucket" / "receipts").rglob("*.pdf")).relative_to(made)
    begun = folder / "restored" / "restoring"
    (begun / kept).parent.mkdir(parents=True)
    (begun / kept).write_bytes(b"half")
    shutil.copy(made / "manifest.json", begun)

    assert (restore(folder) / kept).read_bytes() == (made / kept).read_bytes()
