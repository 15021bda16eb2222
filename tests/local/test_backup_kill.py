"""`kill -9` at any moment of a backup or a restore loses nothing, and leaves nothing half done.

Each is killed four times, 50 times with `ORDERS_FULL=yes`. `ORDERS_SEED` repeats the moments of a run that failed.
"""

import os
import random
import shutil
import time
from collections import Counter
from pathlib import Path

import pytest
from tests.local.backups import backup, orders, started, tried, whole
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


def seconds_of(folder: Path, begun: Path, *words: str) -> float:
    """How long the command works after it has made the folder `begun`."""
    with started(folder, *words) as process:
        while not begun.exists():
            assert process.poll() is None
        begin = time.monotonic()
        assert process.wait() == 0
        return time.monotonic() - begin


def killed(folder: Path, begun: Path, seconds: float, *words: str) -> None:
    """Run the command, and kill it so many seconds after it has made the folder `begun`."""
    with started(folder, *words) as process:
        while not begun.exists() and process.poll() is None:
            pass
        time.sleep(seconds)
        process.kill()


def test_a_backup_that_is_killed_leaves_whole_backups_and_an_unchanged_folder(folder: Path):
    print(f"\nORDERS_SEED={SEED}")
    chance, seen = random.Random(SEED), Counter[str]()
    data, unfinished = hashes_of_files(folder / "data"), folder / "backups" / "unfinished"
    command = ("backup", "backups", "--keep", "1")
    lasts = seconds_of(folder, unfinished, *command)
    for _ in range(KILLS):
        killed(folder, unfinished, chance.uniform(0, lasts), *command)
        seen["unfinished"] += unfinished.exists()
        seen["removing"] += (folder / "backups" / "removing").exists()
        seen["whole"] += len(whole(folder))
        assert whole(folder)
        for each in whole(folder):
            orders(folder, "check", str(each))

    last = backup(folder, "--keep", "1")
    assert {path.name for path in (folder / "backups").iterdir()} == {last.name, "backup.lock"}
    orders(folder, "check", "backups")
    now = hashes_of_files(folder / "data")
    assert {name: now[name] for name in data} == data
    print(f"{KILLS} kills within {lasts:.2f} s: {dict(seen)}")


def test_a_restore_that_is_killed_is_refused_until_it_is_restored_again(folder: Path):
    print(f"\nORDERS_SEED={SEED}")
    chance, seen = random.Random(SEED), Counter[str]()
    backup(folder)
    restored, command = folder / "restored", ("restore", "backups", "--data", "restored")
    lasts = seconds_of(folder, restored / "restoring", *command)
    files = hashes_of_files(restored)
    for _ in range(KILLS):
        shutil.rmtree(restored)
        killed(folder, restored / "restoring", chance.uniform(0, lasts), *command)
        seen[how := state_of(restored)] += 1
        if how != "whole":
            orders(folder, *command)
        assert hashes_of_files(restored) == files
    orders(folder, "check", "restored")
    print(f"{KILLS} kills within {lasts:.2f} s: {dict(seen)}")


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
    unfinished = folder / "backups" / "unfinished"
    kept = next((folder / "data" / "bucket" / "receipts").rglob("*.pdf"))
    copied = unfinished / kept.relative_to(folder / "data")
    copied.parent.mkdir(parents=True)
    shutil.copyfile(kept, copied)
    inode = copied.stat().st_ino
    made = backup(folder)

    assert (made / kept.relative_to(folder / "data")).stat().st_ino == inode


def test_an_unfinished_receipt_is_written_again(folder: Path):
    kept = next((folder / "data" / "bucket" / "receipts").rglob("*.pdf")).relative_to(folder / "data")
    half = folder / "backups" / "unfinished" / kept
    half.parent.mkdir(parents=True)
    half.write_bytes(b"half")
    made = backup(folder)

    assert (made / kept).read_bytes() == (folder / "data" / kept).read_bytes()
    assert tried(folder, "check", "backups").code == 0
